"""No answer carries a code that is not on the list."""

import ast
from pathlib import Path

import cma_graphql.graph
import cma_graphql.transport
from cma_graphql.transport.codes import EDGE_CODES, all_codes

FOLDERS = [Path(package.__path__[0]) for package in (cma_graphql.graph, cma_graphql.transport)]


def written_codes() -> set[str]:
    """Read the codes given to the errors of the graph and the edge, where they are written as text."""
    calls = {"HttpRefused": 1, "Refusal": 0}
    found = set()
    for path in (path for folder in FOLDERS for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls:
                code = node.args[calls[node.func.id]]
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
    return found


def test_every_code_is_on_the_list() -> None:
    assert written_codes() >= {"PREFLIGHT_REQUIRED", "LIMIT_REACHED", "METHOD_NOT_ALLOWED"}
    assert written_codes() <= set(all_codes())


def test_every_code_has_a_sentence() -> None:
    codes = all_codes()
    assert set(EDGE_CODES) <= set(codes)
    assert all(sentence.endswith(".") for sentence in codes.values())
    assert codes["NOT_FOUND"] == "There is no such record."
    assert codes["INVALID"] == "A value breaks a rule."
    assert codes["DEADLINE_EXCEEDED"]
