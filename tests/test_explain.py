"""`cma-graphql explain` prints what is generated for an operation over the product's schema."""

from pathlib import Path

import pytest

from cma_graphql.cli import main

DOCUMENT = """
query Cases($more: Boolean!) {
  cases(first: 5) { edges { node { id caseNumber summary @include(if: $more) client { fullName } } } }
}
"""


def test_the_code_of_an_operation_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.graphql"
    file.write_text(DOCUMENT)
    assert main(["explain", str(file)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# query Cases\n# $more is true\n# 8 fields\n")
    assert '"""Case at cases.edges.node."""' in shown
    assert "'summary': a" in shown
    compile(shown, "shown", "exec")
    assert main(["explain", str(file), "--set", "more=false"]) == 0
    assert "summary" not in capsys.readouterr().out


def test_what_cannot_be_explained_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wrong.graphql"
    file.write_text("{ nothing }")
    assert main(["explain", str(file)]) == 2
    assert "Cannot query field 'nothing'" in capsys.readouterr().err
    assert main(["explain", str(tmp_path / "absent.graphql")]) == 2
    assert "absent.graphql" in capsys.readouterr().err
