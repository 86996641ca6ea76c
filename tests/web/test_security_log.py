"""What the server's log says of sign-ins and refusals: who, when, from where; and never what proves it."""

import json
import logging
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder.services.invitations import first_owners_link
from compounder.web.workspace import EXTENSION
from tests.services.orders import MORNING, SITE, Bench
from tests.services.people import IDA, PASSWORD
from tests.web.acting import program, typed
from tests.web.conftest import signed_in
from tests.web.pages import fields

NOW = "2026-11-21T09:30:00.000+00:00"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log from now on."""
    caplog.set_level(logging.INFO, "compounder.security")
    return caplog


def lines(said: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Each line as it is read back."""
    return [json.loads(record.message) for record in said.records if record.name == "compounder.security"]


def test_signing_in_failing_signing_and_signing_out_are_a_line_each(
    client: FlaskClient, said: pytest.LogCaptureFixture
) -> None:
    anna = client.application.test_client()
    anna.post("/sign-in", data=typed(anna, password="wrong"))
    anna.post("/sign-in", data=typed(anna))
    form = fields(anna.get("/account/tokens/new").text, "")
    for password in ("wrong", PASSWORD):
        anna.post("/account/tokens/new", data={**form, "label": "x", "role": "auditor", "password": password})
    anna.post("/sign-out", data={"csrf_token": form["csrf_token"]})
    told = lines(said)
    assert [(line["event"], line.get("why")) for line in told] == [
        ("not-signed-in", "wrong-password"),
        ("signed-in", "password"),
        ("not-proved", "not-proved"),
        ("proved", "password"),
        ("signed-out", None),
    ]
    assert {(line["who"], line["from"], line["at"]) for line in told} == {("a.mueller", "127.0.0.1", NOW)}
    assert [line["asked"] for line in told[:3]] == [*["POST sign_in.sign_in"] * 2, "POST account.new_token"]


def test_what_was_typed_to_prove_who_one_is_stands_in_no_line(
    client: FlaskClient, said: pytest.LogCaptureFixture
) -> None:
    """A password that was typed into the field of the name is nobody's name."""
    visitor = client.application.test_client()
    visitor.post("/sign-in", data=typed(visitor, sign_in_name=PASSWORD, password="secret", code="123456"))
    visitor.get("/links/secret-link")
    program(client.application, "secret-token").post("/api/v1/calculations", data="[]")
    assert len(lines(said)) == 2
    assert not any("who" in line for line in lines(said))
    assert not any(secret in said.text for secret in (PASSWORD, "secret", "123456"))


@pytest.mark.parametrize(
    ("method", "address", "headers", "event"),
    [
        ("GET", "/orders/new", {}, "not-allowed"),
        ("POST", "/sign-out", {}, "request-refused"),
        ("GET", "/", {"Host": "evil.example"}, "request-refused"),
        ("GET", "/nothing", {}, "not-found"),
        ("TRACE", "/", {}, "method-refused"),
        ("POST", "/api/v1/calculations", {"Authorization": "Bearer x"}, "not-known"),
    ],
)
def test_what_is_refused_is_a_line(
    application: Flask,
    said: pytest.LogCaptureFixture,
    method: str,
    address: str,
    headers: dict[str, str],
    event: str,
) -> None:
    signed_in(application, IDA).open(address, method=method, headers=headers)
    assert [line["event"] for line in lines(said)] == [event]


def test_an_event_is_one_line_whatever_was_sent(client: FlaskClient, said: pytest.LogCaptureFixture) -> None:
    client.get("/nothing%0A%7B%22event%22:%22signed-in%22%7D", headers={"X-Forwarded-For": '1.2.3.4", "who": "root'})
    assert [line["event"] for line in lines(said)] == ["not-found"]
    assert [record.message.count("\n") for record in said.records] == [0]


@pytest.mark.parametrize(
    ("sent", "from_where"),
    [("6.6.6.6, 192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::1"), ("<script>", "127.0.0.1"), ("", "127.0.0.1")],
)
def test_behind_tls_the_address_is_what_the_server_before_us_wrote_last(
    application_behind_tls: Flask, said: pytest.LogCaptureFixture, sent: str, from_where: str
) -> None:
    visitor = application_behind_tls.test_client()
    visitor.get("/nothing", headers={"X-Forwarded-For": sent})
    assert [line["from"] for line in lines(said)] == [from_where]


def test_without_tls_nobody_says_for_themselves_where_they_are(
    client: FlaskClient, bench: Bench, said: pytest.LogCaptureFixture
) -> None:
    client.get("/nothing", headers={"X-Forwarded-For": "192.0.2.7"})
    assert [line["from"] for line in lines(said)] == ["127.0.0.1"]


def test_the_first_owner_who_comes_in_by_a_link_is_named(client: FlaskClient, said: pytest.LogCaptureFixture) -> None:
    visitor = client.application.test_client()
    with client.application.extensions[EXTENSION].database.writing() as writing:
        link = f"/links/{first_owners_link(writing, SITE, at=MORNING)}"
    form = {**fields(visitor.get(link).text, ""), "name": "Olga Sand", "sign_in_name": "o.sand"}
    visitor.post(link, data={**form, "new_password": PASSWORD, "new_password_again": PASSWORD})
    assert [(line["event"], line["who"], line["why"]) for line in lines(said)] == [("signed-in", "o.sand", "link")]
