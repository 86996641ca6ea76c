"""What is changed in a rule, how a change is told, and what a run counts."""

from io import StringIO
from pathlib import Path

import pytest

from bench.mutants.running import End
from bench.mutants.source import Changed, changed
from bench.mutants.table import Table

RULE = """
LIMIT = 10


class Jar:
    @property
    def left(self) -> int:
        return self.full - self.taken


def verdict(left: int) -> str:
    if left < LIMIT:
        raise ValueError("Too little is left.")
    return "enough"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Changed:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.mutmut]\nsource_paths = ["."]\n')
    (tmp_path / "jar.py").write_text(RULE)
    return changed(Path("jar.py"))


def told(file: Changed) -> list[str]:
    return ["\n".join(file.told(mutant)) for mutant in file.mutants]


def test_a_property_is_changed_like_any_rule(file: Changed) -> None:
    assert told(file)[0] == "Jar.left 1\n    - return self.full - self.taken\n    + return self.full + self.taken"


def test_a_comparison_and_a_code_are_changed_and_a_sentence_is_not(file: Changed) -> None:
    assert "if left <= LIMIT:" in told(file)[1]
    assert any('return "XXenoughXX"' in change for change in told(file))
    assert not any("XXToo" in change for change in told(file))


def test_the_mutants_stand_beside_the_rule_and_leave_it_as_it_was(file: Changed) -> None:
    names: dict[str, object] = {"__name__": file.module}
    exec(compile(file.made.code, "jar.py", "exec"), names)
    assert callable(names["verdict"])
    assert names["verdict"](10) == "enough"
    assert isinstance(vars(names["Jar"])["left"], property)


def test_what_lives_is_told_with_its_lines_and_the_share_is_never_rounded_up(file: Changed) -> None:
    paper, ends = StringIO(), dict.fromkeys(file.mutants, End.KILLED)
    table = Table(paper)
    table.add(file, ends | {file.mutants[0]: End.ALIVE})
    table.end()
    assert "alive: Jar.left 1" in paper.getvalue()
    assert paper.getvalue().splitlines()[-1].split() == ["all", "5", "4", "1", "80.0"]
