"""The command line: run, serve, worker, migrate, demo, import, tail, schema, docs, explain, roles, keys, admin."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from graphql import GraphQLError
from pydantic import ValidationError

from cma_graphql.app import make_server
from cma_graphql.core.clock import today
from cma_graphql.core.errors import DomainError
from cma_graphql.core.keyring import new_key
from cma_graphql.core.logging import configure_logging
from cma_graphql.core.settings import OwnerSettings, Settings, WorkerSettings
from cma_graphql.development import DemoRefused, make_demo_here, run_development
from cma_graphql.domain.auth.first_admin import create_first_admin
from cma_graphql.domain.exchange.importing.command import fault_lines, import_file
from cma_graphql.domain.exchange.importing.decoding import ENCODINGS, CaseloadFile
from cma_graphql.execution.explaining import NotExplained, explain
from cma_graphql.graph.breaking import breaking_changes
from cma_graphql.graph.schema import make_schema
from cma_graphql.papers import PAGES, SCHEMA
from cma_graphql.parts import SettingMissing, make_database, make_vault
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.embedded import EmbeddedServersError
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.preparing import EVENT_DAYS_AHEAD, maintain_partitions, migrate
from cma_graphql.persistence.reindexing import reindex
from cma_graphql.persistence.roles import database_statements, role_statements
from cma_graphql.tail import tail

_NOT_STARTED = 3
"""The status that uvicorn ends with when it cannot start."""
ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answer the process's exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except KeyboardInterrupt:
        return 0
    except (SettingMissing, DemoRefused, DomainError, EmbeddedServersError) as error:
        say(f"cma-graphql: {error}")
        return 2
    except ValidationError as error:
        for fault in error.errors():
            say(f"cma-graphql: {fault['msg'].removeprefix('Value error, ')}")
        return 2
    return status


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{text}\n")


def _run(_options: argparse.Namespace) -> int:
    return run_development(Settings(), say=say)


def _serve(_options: argparse.Namespace) -> int:
    settings = Settings()
    configure_logging(log_format=settings.log_format, log_level=settings.log_level)
    server = make_server(settings)
    server.run()
    return 0 if server.started else _NOT_STARTED


def _worker(options: argparse.Namespace) -> int:
    from cma_graphql.working import run_worker  # noqa: PLC0415 - pgqueuer is for workers, and takes a server's memory

    settings = WorkerSettings()
    configure_logging(log_format=settings.log_format, log_level=settings.log_level, show_messages=options.show_messages)
    asyncio.run(run_worker(settings, with_input=options.with_input))
    return 0


def _owner_address(settings: OwnerSettings) -> str:
    if settings.migration_url is None:
        raise SystemExit("cma-graphql: CMA_MIGRATION_URL is not set; it names the database as its owner.")
    return settings.migration_url.get_secret_value()


def _migrate(options: argparse.Namespace) -> int:
    address = _owner_address(OwnerSettings())
    asyncio.run(migrate(address, to=options.to))
    if options.to == "head":
        _say_indexed(asyncio.run(reindex(address, lacking=True)))
    return 0


def _reindex(_options: argparse.Namespace) -> int:
    _say_indexed(asyncio.run(reindex(_owner_address(OwnerSettings()))))
    return 0


def _say_indexed(records: Mapping[str, int]) -> None:
    for table, number in records.items():
        say(f"The words of {number} {table} are written.")


def _demo(options: argparse.Namespace) -> int:
    made = make_demo_here(Settings(), seed=options.seed, cases=options.cases, say=say)
    say(made.sign_ins())
    return 0


def _compare_or_write(path: Path, text: str, *, check: bool) -> bool:
    """Write a generated file, or tell whether it is current."""
    if check:
        current = path.exists() and path.read_text() == text
        if not current:
            say(f"{path.relative_to(ROOT)} is not current: run `make schema`.")
        return current
    path.write_text(text)
    return True


def _schema(options: argparse.Namespace) -> int:
    """Write, or compare, the published schema and the generated pages; or name what breaks another schema."""
    if options.against is not None:
        return _tell_breaking(options.against)
    files = {ROOT / "schema.graphql": SCHEMA, **{ROOT / "docs" / name: page for name, page in PAGES.items()}}
    results = [_compare_or_write(path, make(), check=options.check) for path, make in files.items()]
    return 0 if all(results) else 1


def _tell_breaking(path: Path) -> int:
    """Name each breaking change since another schema."""
    try:
        changes = breaking_changes(path.read_text(), SCHEMA())
    except (OSError, GraphQLError) as error:
        say(f"cma-graphql: {path} cannot be compared with: {error}")
        return 2
    sys.stdout.write("".join(f"{change}\n" for change in changes))
    return 1 if changes else 0


def _explain(options: argparse.Namespace) -> int:
    """Print the code that is generated for the operations of a file."""
    switches = {name: value == "true" for name, _, value in (each.partition("=") for each in options.set)}
    try:
        sys.stdout.write(explain(make_schema(), options.file.read_text(), switches=switches))
    except (OSError, NotExplained) as error:
        say(f"cma-graphql: {error}")
        return 2
    return 0


def _roles(options: argparse.Namespace) -> int:
    statements = [*role_statements(), *database_statements(options.database)]
    sys.stdout.write("".join(f"{statement};\n" for statement in statements))
    return 0


def _keys(_options: argparse.Namespace) -> int:
    sys.stdout.write(f"CMA_TOKEN_KEYS=k1:{new_key()}\nCMA_MASTER_KEYS=k1:{new_key()}\nCMA_INDEX_KEY={new_key()}\n")
    return 0


def _admin_create(options: argparse.Namespace) -> int:
    link = asyncio.run(_create_admin(Settings(), options))
    sys.stdout.write(f"{link}\n")
    return 0


async def _create_admin(settings: Settings, options: argparse.Namespace) -> str:
    database = Database(_owner_address(settings), read_pool_size=1, write_pool_size=1)
    await database.open()
    try:
        return await create_first_admin(
            database,
            CentreKeys(make_vault(settings)),
            email=options.email,
            first_name=options.first_name,
            last_name=options.last_name,
            public_url=settings.public_url or f"http://{settings.host}:{settings.port}",
            another=options.another,
        )
    finally:
        await database.close()


def _import(options: argparse.Namespace) -> int:
    return asyncio.run(_import_file(Settings(), options))


async def _import_file(settings: Settings, options: argparse.Namespace) -> int:
    database = await make_database(settings).open()
    try:
        with fault_lines(options.faults, say) as tell:
            return await import_file(
                database,
                CentreKeys(make_vault(settings)),
                centre_code=options.centre,
                email=options.member,
                file=CaseloadFile(options.file.name, partial(options.file.open, "rb"), options.encoding),
                dry_run=options.dry_run,
                accept_possible_duplicates=options.accept_possible_duplicates,
                say=say,
                tell=tell,
            )
    except OSError as error:
        say(f"cma-graphql: {error.strerror}: {error.filename}")
        return 2
    finally:
        await database.close()


def _tail(options: argparse.Namespace) -> int:
    """Show a centre's events as they happen; what is wrong meanwhile goes to standard error."""
    configure_logging(log_format="console", log_level="warning")
    wanted = {"centre": options.centre, "after": options.after, "names": options.names, "as_json": options.json}
    asyncio.run(tail(Settings(), **wanted, say=say))
    return 0


def _maintain(_options: argparse.Namespace) -> int:
    settings = OwnerSettings()
    asyncio.run(
        maintain_partitions(
            _owner_address(settings), today=today(), ahead=EVENT_DAYS_AHEAD, keep=settings.event_retention_days
        )
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cma-graphql", description="The GraphQL API of UK debt-advice centres.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, does: Callable[[argparse.Namespace], int], description: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=description, description=description)
        added.set_defaults(command=does)
        return added

    command("run", _run, "Start everything for development: servers, migrations, a demo network, the API.")
    command("serve", _serve, "Serve the API from the configured addresses.")
    work = command("worker", _worker, "Do the work that is queued or falls due by itself.")
    work.add_argument("--with-input", action="store_true", help="end when the standard input does")
    work.add_argument(
        "--show-messages", action="store_true", help="log exceptions in full: for demo data, nowhere else"
    )
    command("migrate", _migrate, "Bring the database up to date, as its owner.").add_argument(
        "--to", default="head", help="the revision; `head` unless said"
    )
    demo = command("demo", _demo, "Fill the database with a demonstration network.")
    demo.add_argument("--seed", type=int, default=1, help="the number everything is made from")
    demo.add_argument("--cases", type=int, default=0, help="so many cases more, in twenty centres, for measurements")
    schema = command("schema", _schema, "Write schema.graphql and the generated pages of docs/.")
    schema.add_argument("--check", action="store_true", help="compare instead of writing")
    schema.add_argument(
        "--against", type=Path, metavar="FILE", help="name instead what breaks operations for another schema"
    )
    explained = command("explain", _explain, "Print the code that is generated for the operations of a file.")
    explained.add_argument("file", type=Path, help="a GraphQL document")
    explained.add_argument(
        "--set", action="append", default=[], metavar="NAME=true|false", help="a variable of @skip or @include"
    )
    command("roles", _roles, "Print the SQL that makes the database's roles, for a superuser.").add_argument(
        "--database", default="cma", help="the database's name"
    )
    command("keys", _keys, "Print new secret keys for the settings.")
    command("reindex", _reindex, "Write the words anew by which search finds records, as their columns are now.")
    command("maintain", _maintain, "Make the event log's coming days and drop those past retention.")
    bring = command("import", _import, "Take over a centre's existing caseload from a CSV file: all of it, or nothing.")
    bring.add_argument("file", type=Path, metavar="FILE", help="docs/how-to/import-a-caseload.md describes it")
    bring.add_argument("--centre", required=True, metavar="CODE", help="the centre's code")
    bring.add_argument("--as", required=True, dest="member", metavar="EMAIL", help="the manager who takes it over")
    bring.add_argument("--encoding", choices=sorted(ENCODINGS), default="utf-8", help="utf-8 unless said")
    bring.add_argument("--dry-run", action="store_true", help="find what stands in the way, and write nothing")
    bring.add_argument(
        "--accept-possible-duplicates", action="store_true", help="although the centre may have the same people"
    )
    bring.add_argument("--faults", type=Path, metavar="FILE", help="where faults are written as CSV; else to stderr")
    follow = command("tail", _tail, "Show a centre's events as they happen: when, what, to which record, by whom.")
    follow.add_argument("--centre", required=True, metavar="CODE", help="the centre's code")
    follow.add_argument("--after", metavar="CURSOR", help="begin behind this cursor or number; from now on unless said")
    follow.add_argument("--names", nargs="+", default=[], metavar="NAME", help="these alone, such as 'case.*'")
    follow.add_argument("--json", action="store_true", help="a JSON object a line")
    admin = commands.add_parser("admin", help="Administrators of the platform.").add_subparsers(required=True)
    create = admin.add_parser("create", help="Create the first administrator; prints a one-time link.")
    create.add_argument("--email", required=True)
    create.add_argument("--first-name", required=True)
    create.add_argument("--last-name", required=True)
    create.add_argument("--another", action="store_true", help="although there is one already")
    create.set_defaults(command=_admin_create)
    return parser
