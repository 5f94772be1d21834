"""`cma-graphql schema --against FILE` names what breaks operations that another schema allowed."""

from pathlib import Path

import pytest

from cma_graphql.cli import main
from cma_graphql.papers import SCHEMA


def test_nothing_breaks_the_same_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "same.graphql"
    file.write_text(SCHEMA())
    assert main(["schema", "--against", str(file)]) == 0
    assert capsys.readouterr().out == ""


def test_each_breaking_change_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "other.graphql"
    file.write_text(
        SCHEMA().replace("totalCount: Int! @cost(call: 100)", "totalCount: Int! @cost(call: 99) former: Int")
    )
    assert main(["schema", "--against", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "Field CaseConnection.former was removed." in lines
    assert "CaseConnection.totalCount costs more: its call is 100 in place of 99." in lines
    assert len([line for line in lines if " CaseConnection." in f" {line}"]) == 2


def test_what_is_no_schema_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wrong.graphql"
    assert main(["schema", "--against", str(file)]) == 2
    file.write_text("type {")
    assert main(["schema", "--against", str(file)]) == 2
    assert "cannot be compared with: Syntax Error" in capsys.readouterr().err
