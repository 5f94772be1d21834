"""Rules about code that ruff does not know: each reads one module and tells where it is broken, in a sentence."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "cma_graphql"
LONGEST_MODULE = 320


@dataclass(frozen=True)
class Module:
    """One module: its place under the package, its text, its tree."""

    place: str
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, place: str, text: str) -> "Module":
        """Parse a module's text."""
        return cls(place, text, ast.parse(text))

    def is_in(self, *places: str) -> bool:
        """Whether it is one of these modules, or lies in one of these folders."""
        return any(self.place == place or (place.endswith("/") and self.place.startswith(place)) for place in places)


Rule = Callable[[Module], Iterator[str]]


@cache
def product() -> list[Module]:
    """Read every module of the product."""
    return [Module.of(path.relative_to(SOURCE).as_posix(), path.read_text()) for path in sorted(SOURCE.rglob("*.py"))]


def broken(rule: Rule, modules: list[Module]) -> list[str]:
    """Answer where a rule is broken."""
    return [f"{module.place}:{fault}" for module in modules for fault in rule(module)]


def _name(node: ast.expr) -> str:
    """Write a name or an attribute as it stands in the code: `datetime.now`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return "?"


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Answer every module that is imported, and every name imported from one, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def commits_in_one_place(module: Module) -> Iterator[str]:
    """Find commits outside persistence/: a service is committed by whoever opened its unit of work."""
    if module.is_in("persistence/"):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield f"{node.lineno}: commits; only persistence/ does, at the end of a unit of work"


def swallows_nothing(module: Module) -> Iterator[str]:
    """Find handlers of every exception that raise none again."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = (
            [] if node.type is None else [_name(item) for item in ast.walk(node.type) if isinstance(item, ast.Name)]
        )
        if node.type is not None and not {"Exception", "BaseException"} & set(caught):
            continue
        if not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
            yield f"{node.lineno}: swallows every exception; catch the kind that is meant, or raise it again"


def imports_at_the_top(module: Module) -> Iterator[str]:
    """Find imports that do not stand at the top, where cycles would show."""
    for function in _functions(module.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{node.lineno}: imports inside {function.name}; imports stand at the top of a module"


_SQL = re.compile(
    r"\s*(SELECT\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s|WITH\s+\w+\s+AS\s*\(|BEGIN\b|COMMIT\b|ROLLBACK\b|"
    r"SET (LOCAL|SESSION|ROLE)\s|RESET\s|(CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|COPY|LOCK|NOTIFY|LISTEN)\s+[A-Z]|"
    r"DO \$|CALL\s)"
)
_COMPOSERS = {
    "persistence/database.py": {"_composed"},
    "persistence/roles.py": {"role_statements", "database_statements"},
    "persistence/preparing.py": {"make_database"},
}
"""Where SQL is composed of parts: the scope of a transaction; and what a superuser runs once, of fixed names."""
_RAW = {"text", "literal_column", "exec_driver_sql", "DDL"}


def _is_raw_sql(call: ast.Call) -> bool:
    raw = _name(call.func).rpartition(".")[2] in _RAW
    return raw and bool(call.args) and not isinstance(call.args[0], ast.Constant)


def says_sql_by_expressions(module: Module) -> Iterator[str]:
    """Find SQL in strings outside persistence/, and SQL composed of parts outside the listed functions."""
    documentation = {
        id(node.value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    allowed = {
        id(node)
        for function in _functions(module.tree)
        if function.name in _COMPOSERS.get(module.place, set())
        for node in ast.walk(function)
    }
    parts = {
        id(part) for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    } - {id(node) for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr)}
    for node in ast.walk(module.tree):
        if id(node) in allowed or id(node) in documentation or id(node) in parts:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value):
            if not module.is_in("persistence/"):
                yield f"{node.lineno}: a string of SQL; say it by SQLAlchemy expressions, in a selector"
        elif isinstance(node, ast.JoinedStr) and node.values and isinstance(first := node.values[0], ast.Constant):
            if _SQL.match(str(first.value)):
                yield f"{node.lineno}: SQL composed of parts; bind the values"
        elif isinstance(node, ast.Call) and _is_raw_sql(node):
            yield f"{node.lineno}: raw SQL of what is no literal; bind the values"


_TIME_AND_KEYS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "uuid1",
    "uuid4",
    "uuid5",
    "uuid7",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid7",
}


def asks_core_for_time_and_keys(module: Module) -> Iterator[str]:
    """Find times and keys that core did not give, where tests could not stop the one nor order the other."""
    if module.is_in("core/clock.py", "core/ids.py"):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _name(node.func) in _TIME_AND_KEYS:
            yield f"{node.lineno}: {_name(node.func)}(); ask core.clock.now() or core.ids.new_id()"


def calls_nobody_inside_a_transaction(module: Module) -> Iterator[str]:
    """Find services that call an integration inside a unit of work: slow work comes after the commit."""
    ports = {
        line_and_name[1].rpartition(".")[2]
        for line_and_name in _imports(module.tree)
        if line_and_name[1].startswith("cma_graphql.integrations.")
    }
    for function in _functions(module.tree):
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        if not any(argument.arg == "uow" for argument in arguments):
            continue
        outside = {
            argument.arg
            for argument in arguments
            if argument.annotation is not None
            and ports & {item.id for item in ast.walk(argument.annotation) if isinstance(item, ast.Name)}
        }
        inner = {id(node) for nested in _functions(function) if nested is not function for node in ast.walk(nested)}
        for node in ast.walk(function):
            if id(node) in inner or not isinstance(node, ast.Await):
                continue
            called = _name(node.value.func) if isinstance(node.value, ast.Call) else ""
            if called.partition(".")[0] in outside | ports:
                yield f"{node.lineno}: {function.name} awaits {called} inside a unit of work; do it afterwards"


def imports_ports_only(module: Module) -> Iterator[str]:
    """Find imports of real integrations, which only the application puts in: others know the port."""
    if not module.is_in("domain/", "graph/", "transport/"):
        return
    for line, name in _imports(module.tree):
        if name.startswith("cma_graphql.integrations.") and ".port" not in name:
            yield f"{line}: imports {name}; the domain knows the port only"


def assembles_the_schema_in_one_place(module: Module) -> Iterator[str]:
    """Find imports of another room's queries, mutations or subscriptions, but for graph/schema.py."""
    if module.is_in("graph/schema.py"):
        return
    room = "/".join(module.place.split("/")[:2]).replace("/", ".")
    for line, name in _imports(module.tree):
        match = re.match(r"cma_graphql\.(graph\.\w+)\.(queries|mutations|subscriptions|\w+_mutations)\b", name)
        if match and match[1] != room:
            yield f"{line}: imports {name}; only graph/schema.py assembles the rooms"


def is_short(module: Module) -> Iterator[str]:
    """Find modules longer than a few pages: they are two concepts."""
    lines = module.text.count("\n")
    if lines > LONGEST_MODULE:
        yield f" {lines} lines; at most {LONGEST_MODULE}: split it by name"


RULES: tuple[Rule, ...] = (
    commits_in_one_place,
    swallows_nothing,
    imports_at_the_top,
    says_sql_by_expressions,
    asks_core_for_time_and_keys,
    calls_nobody_inside_a_transaction,
    imports_ports_only,
    assembles_the_schema_in_one_place,
    is_short,
)
