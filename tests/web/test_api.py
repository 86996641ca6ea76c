"""The calculation for other programs: the documents of DESIGN's example, and a problem document for everything else."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.services.calculations import calculate
from tests.services.orders import Bench, entries

ADDRESS = "/api/v1/calculations"
ORDER: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cli" / "order.json").read_text(encoding="utf-8"))


def ask(client: FlaskClient, document: object) -> TestResponse:
    return client.post(ADDRESS, json=document)


def said(answer: TestResponse) -> Any:
    """The document answered."""
    return answer.json


def test_an_order_gives_its_batches(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    answer = ask(client, ORDER)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == calculate(ORDER)
    half = said(answer)["batches"][0]
    assert (half["potency"], half["beyond_use_date"]) == ("0.976128", "2027-11-20")
    assert half["active_per_capsule"].startswith("1.53668371361")
    assert [weighing["to_weigh"] for weighing in half["weighings"]] == ["158.3 mg", "12254.5 mg"]
    assert entries(bench) == before


def test_a_refusal_is_a_problem_document(client: FlaskClient) -> None:
    answer = ask(client, {**ORDER, "strengths": [{"strength": "1,5 mg", "capsules": 100}]})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json == {
        "type": "urn:compounder:not-a-number",
        "status": 422,
        "code": "not-a-number",
        "title": "Not a number that Compounder reads",
        "detail": '"1,5 mg" has a comma, which could mean ten times more; write a point.',
        "pointer": "/strengths/0/strength",
    }


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"capsules": 1}, "unknown-key", "/capsules"),
        ({"compounded_on": "21.11.2026"}, "not-a-date", "/compounded_on"),
        ({"strengths": [{"strength": "1.5 Mg", "capsules": 1}]}, "unknown-unit", "/strengths/0/strength"),
        ({"strengths": [{"strength": "1.5 mg", "capsules": True}]}, "not-a-number", "/strengths/0/capsules"),
        ({"strengths": [{"strength": "1.5 mg", "capsules": 0}]}, "out-of-bounds", "/strengths/0/capsules"),
        ({"strengths": [{"strength": "200 mg", "capsules": 1}]}, "dose-exceeds-capsule", "/strengths/0"),
        ({"active": {**ORDER["active"], "substance": "sugar"}}, "unknown-substance", "/active/substance"),
        ({"active": {**ORDER["active"], "pack_statistics": {}}}, "missing-pack-statistic", "/active/pack_statistics"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_pointer_says_which_field(client: FlaskClient, changes: dict[str, Any], code: str, pointer: str) -> None:
    answer = ask(client, {**ORDER, **changes})
    assert answer.status_code == 422
    assert (said(answer)["code"], said(answer)["pointer"]) == (code, pointer)


def test_every_complaint_is_in_the_problem_document(client: FlaskClient) -> None:
    answer = ask(client, {**ORDER, "compounded_on": "x", "capsule_size": "9"})
    assert [(part["code"], part["pointer"]) for part in said(answer)["errors"]] == [
        ("not-a-date", "/compounded_on"),
        ("not-accepted", "/capsule_size"),
    ]


def test_an_array_has_each_refusal_in_its_place(client: FlaskClient) -> None:
    answer = ask(client, [ORDER, {}, ORDER])
    assert answer.status_code == 200
    assert ["batches" in part for part in said(answer)] == [True, False, True]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"x",
        b'"' + b"x" * 65_536 + b'"',
        b"[" * 200_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b"NaN",
        b"9" * 70_000,
        b"[[[]]][[[]]]",
        b'{"a":1,"a":2}',
        b"\x00",
        b"null",
        b"1e999999999",
    ],
    ids=lambda sent: str(sent[:12]),
)
def test_what_is_no_order_is_refused_with_a_problem_document(client: FlaskClient, sent: bytes) -> None:
    answer = client.post(ADDRESS, data=sent, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert {"type", "status", "code", "title", "detail", "pointer"} <= set(said(answer))
    assert len(said(answer)["detail"]) < 250


def test_more_than_sixteen_megabytes_is_refused_with_a_problem_document(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, data=b" " * 16_000_001)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert said(answer)["detail"] == "A document over 16 MB was read; 1 byte to 16 MB is accepted."


def test_more_than_a_form_may_hold_is_worked_out(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, data=b" " * 1_500_000 + json.dumps(ORDER).encode())
    assert answer.status_code == 200
