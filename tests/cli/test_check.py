"""`compounder check` as it is typed: a line a check, a status, a report; the workspace stays as it is."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from compounder.checking import running
from compounder.cli import main
from tests.checking.grounds import a_workspace, the_check
from tests.printing.reading import pages


@pytest.fixture(autouse=True)
def few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of them: each is tried by itself elsewhere."""
    monkeypatch.setattr(running, "CHECKS", tuple(map(the_check, ("IQ6", "OQ2", "OQ4"))))


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path) -> Path:
    """A workspace with its key."""
    return a_workspace(sqlite_template, tmp_path / "home").home


def typed(home: Path, *arguments: str | Path) -> Result:
    environment = {"COMPOUNDER_HOME": str(home), "COMPOUNDER_KEYS": str(home / "keys")}
    return CliRunner().invoke(main, ["check", "--orders", "30", *map(str, arguments)], env=environment)


def test_a_line_a_check_a_report_and_status_zero(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    before = sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*"))
    answer = typed(home, "--out", file, "--by", "Clara Kühn", "--paper", "Letter")
    assert answer.exit_code == 0, answer.output
    *lines, last = answer.output.splitlines()
    assert [line.split()[0] for line in lines] == ["IQ6", "OQ2", "OQ4"]
    assert all(line.split()[-3] == "pass" and line.endswith(" s") for line in lines)
    assert last == f"All 3 checks passed. The report, to be signed and filed: {file}"
    assert "run by Clara Kühn" in pages(file.read_bytes())[0]
    assert sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*")) == before


def test_what_fails_says_why_and_ends_with_status_one_and_a_report(home: Path, tmp_path: Path) -> None:
    (home / "keys" / "journal.key").chmod(0o640)
    answer = typed(home, "--out", tmp_path / "report.pdf")
    assert answer.exit_code == 1
    first, why, *_, last = answer.output.splitlines()
    assert first.split()[-3] == "FAIL"
    assert why.endswith("journal.key can be read by others (rights 0640); give it chmod 0600.")
    assert last.startswith("1 of 3 checks FAILED. The report")
    assert "1 of 3 checks FAILED" in pages((tmp_path / "report.pdf").read_bytes())[0]


def test_a_report_that_stands_there_is_not_touched_and_nothing_is_checked(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_text("older")
    answer = typed(home, "--out", file)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "stands there already" in answer.stderr
    assert file.read_text() == "older"


def test_a_report_that_cannot_be_drawn_is_told_with_status_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_paper(*_: object) -> bytes:
        raise OSError("cannot load library 'libpango'")

    monkeypatch.setattr(running, "render_qualification", no_paper)
    answer = typed(home, "--out", tmp_path / "report.pdf")
    assert answer.exit_code == 1
    assert answer.stderr == "Error: The report could not be drawn: OSError: cannot load library 'libpango'\n"
    assert not (tmp_path / "report.pdf").exists()
