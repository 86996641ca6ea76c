"""`compounder export` as it is typed."""

import csv
import json
from io import StringIO
from pathlib import Path
from shutil import copy

from tests.cli.typed import started, typed


def test_the_journal_is_printed_a_line_an_entry(sqlite_template: Path, tmp_path: Path) -> None:
    copy(sqlite_template, tmp_path / "compounder.db")
    answer = started(tmp_path, "export", "journal", "--format", "jsonl")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert all(json.loads(line)["leaf_hash"] for line in answer.stdout.splitlines())
    (head,) = csv.reader(StringIO(typed(tmp_path, "export", "bottles").stdout))
    assert head[1:3] == ["Prescription", "Patient"]


def test_what_cannot_be_exported_is_one_sentence(tmp_path: Path) -> None:
    answer = typed(tmp_path / "nowhere", "export", "lots")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("Error: ")
    assert len(answer.stderr.splitlines()) == 1
