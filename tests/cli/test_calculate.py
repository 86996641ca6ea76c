"""`compounder calculate` as a pharmacist's own programs call it: text in, text out, a status."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.typed import Answer, started, typed

ORDER, NOWHERE = Path(__file__).with_name("order.json"), Path("/nowhere")


def calculated(source: str | Path, stdin: bytes = b"", by: Callable[..., Answer] = typed) -> tuple[int, str, str]:
    """Status, output and complaints of one call."""
    answer = by(NOWHERE, "calculate", source, sent=stdin)
    return answer.returncode, answer.stdout, answer.stderr


def changed(**parts: Any) -> bytes:
    """The example order with other parts."""
    return json.dumps({**json.loads(ORDER.read_text(encoding="utf-8")), **parts}).encode()


def test_a_file_is_worked_out() -> None:
    status, answer, complaints = calculated(ORDER)
    assert (status, complaints) == (0, "")
    half, whole = json.loads(answer)["batches"]
    assert [weighing["to_weigh"] for weighing in half["weighings"]] == ["158.3 mg", "12254.5 mg"]
    assert [weighing["to_weigh"] for weighing in whole["weighings"]] == ["316.6 mg", "12149.0 mg"]


def test_standard_input_gives_the_same_answer() -> None:
    assert calculated("-", ORDER.read_bytes(), by=started) == calculated(ORDER)


def test_a_refused_order_ends_with_status_two_and_a_problem_document() -> None:
    status, answer, complaints = calculated(
        "-", changed(strengths=[{"strength": "1,5 mg", "capsules": 100}]), by=started
    )
    assert (status, complaints) == (2, "")
    problem = json.loads(answer)
    assert (problem["code"], problem["pointer"]) == ("not-a-number", "/strengths/0/strength")
    assert problem["detail"] == '"1,5 mg" has a comma, which could mean ten times more; write a point.'


def test_an_array_keeps_a_refusal_in_its_place_and_ends_well() -> None:
    status, answer, _ = calculated("-", b"[" + changed() + b"," + changed(capsule_size="9") + b"]")
    good, bad = json.loads(answer)
    assert (status, list(good), bad["code"]) == (0, ["batches", "triturations", "alternatives"], "not-accepted")


@pytest.mark.parametrize(
    "sent",
    [b"", b"not JSON", b"[" * 100_000, b'{"compounded_on": NaN}', b'{"a": 1, "a": 2}', b"\xff\xfe{}", b"9" * 100_000],
    ids=["nothing", "words", "deep", "NaN", "a key twice", "not UTF-8", "long"],
)
def test_what_is_no_order_is_refused_in_a_sentence(sent: bytes) -> None:
    status, answer, complaints = calculated("-", sent)
    assert (status, complaints) == (2, "")
    assert json.loads(answer)["detail"].endswith(".")


def test_bytes_that_are_not_utf_8_are_called_so() -> None:
    assert "not UTF-8" in json.loads(calculated("-", b'{"a": "\xe9"}', by=started)[1])["detail"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    status, answer, complaints = calculated(tmp_path / "order.json")
    assert (status, answer) == (2, "")
    assert "order.json': No such file or directory" in complaints
