"""`compounder titrate` as a pharmacist's own programs call it: text in, text out, a status."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from compounder.database.engine import open_database
from compounder.services.protocols import add_protocol, retire_protocol, revise_protocol
from compounder.settings import from_environment
from tests.cli.typed import Answer, started, typed
from tests.domain.courses import a_course
from tests.services.care import ACT
from tests.services.site_data import a_protocol, the_standard_slower

NOWHERE = Path("/nowhere")


def titrated(
    sent: bytes, source: str | Path = "-", home: Path = NOWHERE, by: Callable[..., Answer] = typed
) -> tuple[int, Any, str]:
    """Status, answer and complaints of one call, in a workspace if one is named."""
    answer = by(home, "titrate", source, sent=sent)
    return answer.returncode, json.loads(answer.stdout or "null"), answer.stderr


def test_a_course_in_a_file_is_worked_out(tmp_path: Path) -> None:
    file = tmp_path / "course.json"
    file.write_text(json.dumps(a_course()), encoding="utf-8")
    status, answer, complaints = titrated(b"", file)
    assert (status, complaints, answer["capsules"]) == (0, "", {"1.5 mg": 84})
    assert titrated(file.read_bytes(), by=started) == (status, answer, complaints)


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


def test_a_workspace_names_its_own_protocols(sqlite_template: Path, tmp_path: Path) -> None:
    copy(sqlite_template, tmp_path / "compounder.db")
    where = from_environment({"COMPOUNDER_HOME": str(tmp_path)})
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        add_protocol(writing, ACT, a_protocol())
        revise_protocol(writing, ACT, the_standard_slower())
        retire_protocol(writing, ACT, "trial", "Nobody asks for it")
    courses = [a_course(protocol=code, fill_with="step-strengths") for code in ("careful", "standard", "trial")]
    status, (own, revised, retired), _ = titrated(json.dumps(courses).encode(), home=tmp_path)
    assert (status, own["capsules"]) == (0, {"0.5 mg": 21, "1 mg": 21})
    assert revised["capsules"] == {"1.5 mg": 21, "3 mg": 21}
    assert (retired["code"], retired["pointer"]) == ("not-accepted", "/protocol")
    assert "standard or gradual or careful, or a protocol written out" in retired["detail"]
