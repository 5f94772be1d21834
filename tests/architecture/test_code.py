"""The code keeps the rules of the house, and each rule finds what breaks it."""

import subprocess
import sys
from collections.abc import Mapping

import pytest

from support.code_rules import (
    ROOT,
    RULES,
    Module,
    Rule,
    asks_core_for_time_and_keys,
    assembles_the_schema_in_one_place,
    broken,
    calls_nobody_inside_a_transaction,
    commits_in_one_place,
    imports_at_the_top,
    imports_ports_only,
    is_short,
    product,
    says_sql_by_expressions,
    swallows_nothing,
)

# What breaks a rule and may, each with its reason. An entry that is not needed any more fails, too.
EXCEPTIONS: Mapping[Rule, Mapping[str, str]] = {
    imports_at_the_top: {
        "cli.py": "pgqueuer takes megabytes of every server's memory, and is for workers",
        "parts.py": "boto3 takes 9 MB of every server's memory, and is for those whose files are in S3",
        "persistence/preparing.py": "alembic takes 11 MB of every server's memory, and no server migrates",
    },
    says_sql_by_expressions: {
        "demo/staff.py": "makes people as the owner, since the application's roles cannot; for demonstrations only",
    },
    swallows_nothing: {
        "domain/auth/watching.py": "while connections stand it may not end: its failure is logged, and it looks again",
        "domain/auth/machinery.py": "a task that nobody waits for: its failure goes to the log",
        "execution/calling.py": "whatever a resolver raises is its field's error, as the specification has it",
        "execution/coercing.py": "a scalar may refuse by any exception; graphql-core is asked then, and tells of it",
        "execution/converting.py": "strawberry is asked then, and raises it in its words",
        "execution/variables.py": "graphql-core is asked then, and raises or tells it",
        "execution/runtime.py": "the same as of a resolver's, for values and their types",
        "graph/live/fanout.py": "one event's fault ends those whom it was for, and nobody else; it is logged",
        "graph/live/feed.py": "one centre's fault may end nobody's subscriptions; it is logged, and tried again",
        "graph/live/states.py": "one reading's fault ends those whom it was for, and nobody else; it is logged",
        "graph/variables.py": "a scalar may refuse by any exception, and each means that the value is wrong",
        "persistence/bus.py": "a loop that nobody waits for: its failure is logged, and it begins again",
        "persistence/access_log.py": "one centre's fault may not end every centre's log; it is logged",
        "transport/export_http.py": "the last resort: logged once, answered, or broken off where that is too late",
        "transport/live/running.py": "the last resort of one operation: logged once, masked, its own error",
        "transport/graphql_http.py": "the last resort: logged once, masked, answered well-formed",
        "transport/health.py": "whatever a check raises means that it failed; the answer says so",
        "worker/doing.py": "whatever a handler raises is its job's failure: logged, tried again, or kept for a person",
        "worker/worker.py": "a worker waits out whatever keeps it from working; it is logged",
        "transport/middleware.py": "the last resort: logged, answered where that is still possible",
    },
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule: Rule) -> None:
    found = broken(rule, product())
    excepted = EXCEPTIONS.get(rule, {})
    assert [fault for fault in found if fault.partition(":")[0] not in excepted] == []
    assert {fault.partition(":")[0] for fault in found} >= set(excepted), "an exception is not needed any more"


def test_the_product_is_looked_at() -> None:
    places = {module.place for module in product()}
    assert {"app.py", "graph/schema.py", "persistence/database.py", "domain/cases/models.py"} <= places
    assert len(places) > 100


BREAKS: list[tuple[Rule, str, str]] = [
    (commits_in_one_place, "domain/cases/services.py", "async def f(s):\n    await s.commit()\n"),
    (swallows_nothing, "app.py", "try:\n    pass\nexcept:\n    pass\n"),
    (swallows_nothing, "app.py", "try:\n    pass\nexcept Exception:\n    pass\n"),
    (swallows_nothing, "app.py", "try:\n    pass\nexcept (ValueError, BaseException) as e:\n    print(e)\n"),
    (imports_at_the_top, "app.py", "def f():\n    import json\n"),
    (imports_at_the_top, "app.py", "class A:\n    async def f(self):\n        from json import loads\n"),
    (says_sql_by_expressions, "domain/a/selectors.py", "x = 'SELECT 1'\n"),
    (says_sql_by_expressions, "domain/a/selectors.py", "x = '''\n  INSERT INTO cases VALUES (1)'''\n"),
    (says_sql_by_expressions, "graph/a.py", "x = 'UPDATE cases SET a = 1'\n"),
    (says_sql_by_expressions, "graph/a.py", "x = 'SET LOCAL app.centre_id = 1'\n"),
    (says_sql_by_expressions, "persistence/reads.py", "def f(x):\n    return f'SELECT {x}'\n"),
    (says_sql_by_expressions, "persistence/database.py", "def other(x):\n    return f'SET LOCAL a = {x}'\n"),
    (says_sql_by_expressions, "domain/a/models.py", "x = text(y)\n"),
    (says_sql_by_expressions, "domain/a/models.py", "x = sa.literal_column(f'{y}')\n"),
    (asks_core_for_time_and_keys, "domain/a.py", "x = datetime.now(UTC)\n"),
    (asks_core_for_time_and_keys, "domain/a.py", "x = uuid.uuid4()\n"),
    (asks_core_for_time_and_keys, "core/money.py", "x = date.today()\n"),
    (
        calls_nobody_inside_a_transaction,
        "domain/a/services.py",
        (
            "from cma_graphql.integrations.email.port import EmailSender\n"
            "async def invite(uow, *, sender: EmailSender):\n    await sender.send(1)\n"
        ),
    ),
    (
        calls_nobody_inside_a_transaction,
        "domain/a/services.py",
        (
            "from cma_graphql.integrations.email.port import EmailSender\n"
            "async def invite(uow, sender: 'x', other: EmailSender | None = None):\n    x = await other.a.send(1)\n"
        ),
    ),
    (imports_ports_only, "domain/a/services.py", "from cma_graphql.integrations.email.smtp import SmtpSender\n"),
    (assembles_the_schema_in_one_place, "app.py", "from cma_graphql.graph.cases.queries import CaseQueries\n"),
    (assembles_the_schema_in_one_place, "graph/cases/types.py", "import cma_graphql.graph.clients.mutations\n"),
    (is_short, "app.py", "x = 1\n" * 321),
]
KEEPS: list[tuple[Rule, str, str]] = [
    (commits_in_one_place, "persistence/database.py", "async def f(s):\n    await s.commit()\n"),
    (swallows_nothing, "app.py", "try:\n    pass\nexcept BaseException:\n    print(1)\n    raise\n"),
    (swallows_nothing, "app.py", "try:\n    pass\nexcept ValueError:\n    pass\n"),
    (imports_at_the_top, "app.py", "import json\n"),
    (says_sql_by_expressions, "app.py", "'''SELECT a module with a sentence.'''\nx = 'Select a case.'\n"),
    (says_sql_by_expressions, "app.py", "x = 'UPDATED'\ny = f'Selected {x}'\nz = 'CASE_CREATE'\n"),
    (says_sql_by_expressions, "persistence/database.py", "def _composed(x):\n    return f'BEGIN {x}'\n"),
    (says_sql_by_expressions, "persistence/preparing.py", "x = 'SELECT 1'\n"),
    (says_sql_by_expressions, "domain/a/models.py", "x = text('deleted_at IS NULL')\n"),
    (asks_core_for_time_and_keys, "core/clock.py", "x = datetime.now(UTC)\n"),
    (asks_core_for_time_and_keys, "domain/a.py", "x = clock.now()\n"),
    (
        calls_nobody_inside_a_transaction,
        "domain/a/services.py",
        (
            "from cma_graphql.integrations.email.port import EmailSender\n"
            "async def invite(uow, *, sender: EmailSender):\n"
            "    async def later():\n        await sender.send(1)\n    uow.afterwards.append(later)\n"
            "async def send(sender: EmailSender):\n    await sender.send(1)\n"
        ),
    ),
    (imports_ports_only, "domain/a/services.py", "from cma_graphql.integrations.email.port import EmailSender\n"),
    (imports_ports_only, "app.py", "from cma_graphql.integrations.email.smtp import SmtpSender\n"),
    (assembles_the_schema_in_one_place, "graph/schema.py", "from cma_graphql.graph.cases.queries import CaseQueries\n"),
    (assembles_the_schema_in_one_place, "app.py", "from cma_graphql.graph.cases.types import Case\n"),
    (is_short, "app.py", "x = 1\n" * 320),
]


@pytest.mark.parametrize(("rule", "place", "text"), BREAKS)
def test_a_rule_finds_what_breaks_it(rule: Rule, place: str, text: str) -> None:
    found = list(rule(Module.of(place, text)))
    assert len(found) == 1
    assert rule.__doc__


@pytest.mark.parametrize(("rule", "place", "text"), KEEPS)
def test_a_rule_lets_pass_what_keeps_it(rule: Rule, place: str, text: str) -> None:
    assert list(rule(Module.of(place, text))) == []


def test_every_rule_is_tried() -> None:
    assert {rule for rule, _, _ in BREAKS} == {rule for rule, _, _ in KEEPS} == set(RULES)


def test_floors_and_rooms_are_layers() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
