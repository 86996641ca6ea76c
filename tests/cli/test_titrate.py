"""`compounder titrate` as a pharmacist's own programs call it: a process of its own, text in, text out, a status."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.domain.courses import a_course

COMPOUNDER = Path(sys.executable).with_name("compounder")


def titrated(sent: bytes, source: str | Path = "-") -> tuple[int, Any, str]:
    """Status, answer and complaints of one call."""
    called = subprocess.run([COMPOUNDER, "titrate", source], input=sent, capture_output=True, timeout=60)
    return called.returncode, json.loads(called.stdout or "null"), called.stderr.decode()


def test_a_course_in_a_file_is_worked_out(tmp_path: Path) -> None:
    file = tmp_path / "course.json"
    file.write_text(json.dumps(a_course()), encoding="utf-8")
    status, answer, complaints = titrated(b"", file)
    assert (status, complaints, answer["capsules"]) == (0, "", {"1.5 mg": 84})
    assert titrated(file.read_bytes()) == (status, answer, complaints)


def test_an_array_keeps_a_refusal_in_its_place_and_ends_well() -> None:
    status, (good, bad), _ = titrated(json.dumps([a_course(), a_course(fill_with="1 mg")]).encode())
    assert (status, good["capsules"], bad["code"]) == (0, {"1.5 mg": 84}, "dose-does-not-divide")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (json.dumps(a_course(supply_days=0)).encode(), "out-of-bounds"),
        (b'{"start_on": "2026-12-01", "start_on": "2026-12-02"}', "unknown-key"),
        (b"no JSON", "not-accepted"),
        (b"\xff", "not-accepted"),
    ],
    ids=["no supply", "a key twice", "words", "not UTF-8"],
)
def test_what_is_refused_ends_with_status_two_and_a_problem_document(sent: bytes, code: str) -> None:
    status, problem, complaints = titrated(sent)
    assert (status, complaints, problem["code"]) == (2, "", code)
    assert problem["detail"].endswith(".")
