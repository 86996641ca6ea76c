"""What every answer carries, who may ask, and what a form must bring along."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder.web.security import secret_key
from tests.services.orders import Bench, entries
from tests.web.pages import fields
from tests.web.test_batches import lot_numbers

ADDRESSES = [
    "/",
    "/orders/new",
    "/orders/2611-001",
    "/orders/2611-001/worksheets.pdf",
    "/orders/2611-001/labels.pdf",
    "/batches",
    "/batches?strength=1,5",
    "/batches/find?lot=x",
    "/batches/{number}",
    "/batches/{number}/void",
    "/batches/{number}/worksheet.pdf",
    "/batches/{number}/labels.pdf",
    "/batches/nothing",
    "/lots",
    "/lots/receive",
    "/formulations",
    "/settings",
    "/fonts/IBMPlexSans-Regular.woff2",
    "/fonts/nothing",
    "/static/compounder.css",
    "/static/compounder.js",
    "/api/v1/calculations",
]


@pytest.fixture
def number(bench: Bench) -> str:
    """Our lot number of a batch."""
    return lot_numbers(bench, bench.order("1.5 mg"))[0]


def test_every_answer_forbids_what_the_pages_do_not_need(client: FlaskClient, number: str) -> None:
    for address in ADDRESSES:
        answer = client.get(address.format(number=number))
        answer.close()
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';"), address
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"]
        if answer.mimetype in {"text/html", "application/pdf"}:
            assert answer.headers["Cache-Control"] == "no-store", address


def test_no_page_holds_a_script_or_a_style_of_its_own(client: FlaskClient, number: str) -> None:
    for address in ADDRESSES:
        answer = client.get(address.format(number=number))
        if answer.mimetype != "text/html":
            answer.close()
        else:
            assert " style=" not in answer.text
            assert "<style" not in answer.text
            assert answer.text.count("<script") == answer.text.count("<script src=")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example"])
def test_another_host_name_is_refused(client: FlaskClient, host: str) -> None:
    """Else a page elsewhere could point its own name at this machine and read what is here."""
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080"])
def test_this_machines_own_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("token", [None, "", "x", "x" * 65_536], ids=["none", "empty", "wrong", "64 KB"])
@pytest.mark.parametrize("address", ["/orders/new", "/batches/{number}/void"])
def test_a_form_from_elsewhere_is_not_taken(
    client: FlaskClient, bench: Bench, number: str, address: str, token: str | None
) -> None:
    sent = {"reason": "x", "name": "x", **({} if token is None else {"csrf_token": token})}
    before = entries(bench)
    answer = client.post(address.format(number=number), data=sent)
    assert answer.status_code == 400
    assert "This form was not taken" in answer.text
    assert entries(bench) == before


def test_the_token_of_another_visitor_is_not_taken(application: Flask) -> None:
    theirs = fields(application.test_client().get("/orders/new").text)
    assert application.test_client().post("/orders/new", data=theirs).status_code == 400


def test_a_form_of_more_than_a_megabyte_is_refused(client: FlaskClient) -> None:
    form = fields(client.get("/orders/new").text)
    assert client.post("/orders/new", data={**form, "name": "x" * 1_000_001}).status_code == 413


def test_the_cookie_is_no_scripts_and_goes_nowhere_else(client: FlaskClient) -> None:
    cookie = client.get("/orders/new").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_processes_that_start_together_sign_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: secret_key(tmp_path / "keys"), range(8)))
    assert [len(key) for key in keys] == [32]
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["forms.key"]
    assert (tmp_path / "keys" / "forms.key").stat().st_mode & 0o777 == 0o600
