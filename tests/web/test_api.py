"""The calculation for other programs: the documents of DESIGN's example, and a problem document for everything else."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.domain.people.person import Role
from compounder.services import people
from compounder.services.calculations import calculate
from compounder.services.tokens import revoke_token, tokens_of
from tests.services.orders import SITE, Bench, entries, revise_settings
from tests.services.people import ANNA, IDA, TOM
from tests.web.acting import BY_OLGA, a_token, program
from tests.web.conftest import signed_in

ADDRESS = "/api/v1/calculations"
ORDER: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cli" / "order.json").read_text(encoding="utf-8"))


@pytest.fixture
def client(application: Flask, bench: Bench) -> FlaskClient:
    """A program of Anna's, with its token."""
    return program(application, a_token(bench))


def ask(client: FlaskClient, document: object) -> TestResponse:
    return client.post(ADDRESS, json=document)


def is_not_known(answer: TestResponse) -> bool:
    """Whether a token is asked for, as a problem document says it."""
    return (
        answer.status_code == 401
        and answer.mimetype == "application/problem+json"
        and answer.headers["WWW-Authenticate"] == "Bearer"
        and said(answer)["code"] == "not-signed-in"
        and said(answer)["status"] == 401
        and "Authorization: Bearer" in said(answer)["detail"]
    )


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


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer \x00",
        f"Bearer {'x' * 65_536}",
        "Basic YTpi",
        "{token}",
    ],
    ids=lambda sent: ascii(sent[:12]),
)
def test_without_a_token_that_is_known_a_program_is_asked_for_one(application: Flask, bench: Bench, sent: str) -> None:
    before, header = entries(bench), sent.format(token=a_token(bench))
    answer = application.test_client().post(ADDRESS, json=ORDER, headers={"Authorization": header} if header else {})
    assert is_not_known(answer)
    assert "batches" not in answer.text
    assert entries(bench) == before + 2  # Anna, and her token


def test_a_revoked_token_is_good_for_nothing_and_the_others_stay_good(application: Flask, bench: Bench) -> None:
    kept, lost = program(application, a_token(bench)), program(application, a_token(bench))
    assert [ask(each, ORDER).status_code for each in (kept, lost)] == [200, 200]
    with bench.database.writing() as writing:
        revoke_token(writing, BY_OLGA, tokens_of(writing, SITE, ANNA)[0].token_id, of=ANNA)
    assert is_not_known(ask(lost, ORDER))
    assert ask(kept, ORDER).status_code == 200


def test_the_tokens_of_somebody_disabled_are_good_for_nothing(application: Flask, bench: Bench) -> None:
    robot = program(application, a_token(bench, TOM))
    assert ask(robot, ORDER).status_code == 200
    with bench.database.writing() as writing:
        people.disable(writing, BY_OLGA, TOM.sign_in_name, "Works elsewhere now")
    assert is_not_known(ask(robot, ORDER))
    with bench.database.writing() as writing:
        people.enable(writing, BY_OLGA, TOM.sign_in_name, "Is back")
    assert is_not_known(ask(robot, ORDER))


def test_a_token_of_a_role_that_was_taken_is_good_for_nothing(application: Flask, bench: Bench) -> None:
    before, reads_only = a_token(bench, TOM), a_token(bench, TOM, Role.AUDITOR)
    with bench.database.writing() as writing:
        people.change_role(writing, BY_OLGA, TOM.sign_in_name, Role.PHARMACIST)
    assert is_not_known(ask(program(application, before), ORDER))
    assert ask(program(application, reads_only), ORDER).status_code == 200


def test_an_auditors_token_calculates(application: Flask, bench: Bench) -> None:
    assert ask(program(application, a_token(bench, IDA)), ORDER).json == calculate(ORDER)


def test_a_session_is_no_token(application: Flask) -> None:
    assert is_not_known(ask(signed_in(application), ORDER))


def test_the_example_calculates_for_programs_on_its_own_machine(application: Flask, bench: Bench) -> None:
    nobody = application.test_client()
    assert is_not_known(ask(nobody, ORDER))
    revise_settings(bench, is_example=True)
    assert ask(nobody, ORDER).json == calculate(ORDER)
    assert ask(nobody, {}).status_code == 422


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"headers": {"X-Forwarded-For": "203.0.113.7"}},
        {"headers": {"Forwarded": "for=203.0.113.7"}},
        {"headers": {"X-Real-Ip": "203.0.113.7"}},
        {"headers": {"X-Forwarded-Host": "pharmacy.example"}},
        {"headers": {"Authorization": "Bearer x"}},
        {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}},
    ],
    ids=str,
)
def test_the_example_asks_everybody_else_for_a_token(
    application: Flask, bench: Bench, elsewhere: dict[str, Any]
) -> None:
    revise_settings(bench, is_example=True)
    assert is_not_known(application.test_client().post(ADDRESS, json=ORDER, **elsewhere))
    assert ask(program(application, a_token(bench)), ORDER).status_code == 200
