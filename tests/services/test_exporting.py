"""Whole tables as files: every line once, nothing that a spreadsheet would run, and nobody's name."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from compounder.database.errors import DatabaseUnusable
from compounder.services.exporting import CONTENTS, FileFormat, exported, harmless, written
from compounder.settings import Settings
from tests.services.care import NEVER_ELSEWHERE
from tests.services.dispensing import a_bottle, dispensed, dispensing, ready
from tests.services.orders import SITE, Bench, entries


def workspace(url: str, home: Path) -> Settings:
    """A workspace with its database at `url`."""
    return Settings(home=home, database_url=url, keys=home, site=SITE, hosts=())


def texts(bench: Bench, home: Path, form: FileFormat) -> dict[str, str]:
    """Every file that can be had of a pharmacy that filled one bottle, by what it holds."""
    _, prescription = ready(bench, home)
    dispensed(bench, dispensing(bench, a_bottle(prescription, 30)))
    where = workspace(bench.database.engine.url.render_as_string(hide_password=False), home)
    found: dict[str, str] = {}
    for name in CONTENTS:
        with exported(where, name, form) as file:
            found[name] = file.read().decode("utf-8-sig")
    return found


def documents(text: str) -> list[dict[str, Any]]:
    """The JSON documents of its lines."""
    return [json.loads(line) for line in text.splitlines()]


def test_each_file_has_a_json_document_a_line_and_names_no_patient(bench: Bench, tmp_path: Path) -> None:
    files = texts(bench, tmp_path, FileFormat.JSON_LINES)
    (batch,), (bottle,) = documents(files["batches"]), documents(files["bottles"])
    assert (batch["status"], batch["capsules"], batch["compounded_on"]) == ("released", 103, "2026-11-21")
    assert bottle == {
        "bottle": bottle["bottle"],
        "prescription": "RX2611-001",
        "patient": bottle["patient"],
        "strength": "1.5 mg",
        "capsules": 30,
        "lot_number": batch["lot_number"],
        "dispensed_on": "2026-11-21",
        "beyond_use_date": "2027-11-20",
    }
    assert len(bottle["patient"]) == 12
    drug, _ = documents(files["lots"])
    assert (drug["substance"], drug["on_hand"], drug["free"]) == (
        "naltrexone hydrochloride",
        "24841.7 mg",
        "24841.7 mg",
    )
    journal = documents(files["journal"])
    assert [entry["number"] for entry in journal] == list(range(1, entries(bench) + 1))
    assert journal[-1]["at"] == "2026-11-21T12:30:00.000000Z"
    assert json.loads(journal[-1]["document"])["capsules"] == 30
    assert not [word for word in NEVER_ELSEWHERE for text in files.values() if word in text.lower()]


def test_each_file_opens_in_a_spreadsheet(bench: Bench, tmp_path: Path) -> None:
    for name, text in texts(bench, tmp_path, FileFormat.CSV).items():
        head, *lines = csv.reader(StringIO(text, newline=""))
        assert tuple(head) == CONTENTS[name].columns
        assert lines
        assert {len(line) for line in lines} == {len(head)}


@pytest.mark.parametrize("begins", [*"=+-@＝＋－＠", "\t", "\r", "\n"])
def test_what_a_spreadsheet_would_work_out_is_shown_as_text(begins: str) -> None:
    cell = f'{begins}cmd|"/c calc"!A1, "Müller"'
    with written(("Preparation",), [(cell,)], FileFormat.CSV) as file:
        _, line = csv.reader(StringIO(file.read().decode("utf-8-sig"), newline=""))
    assert line == [f"'{cell}"]
    assert harmless("1.5 mg =") == "1.5 mg ="


def test_a_file_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with written(("Number",), ((number,) for number in range(1, 1000)), FileFormat.CSV) as file:
        assert len(file.read().splitlines()) == 1000
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="there is no such file"):
        exported(workspace(f"sqlite:///{tmp_path / 'compounder.db'}", tmp_path), "lots", FileFormat.CSV)
    assert list(tmp_path.iterdir()) == []
