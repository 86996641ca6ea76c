"""What every answer carries, who may ask, and what a form must bring along."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder.services.form_key import form_key
from compounder.settings import SettingUnread, from_environment
from tests.services.batches import lot_numbers
from tests.services.orders import Bench, entries
from tests.services.people import OLGA, PASSWORD, TOM
from tests.web.acting import a_token, program
from tests.web.conftest import signed_in
from tests.web.pages import fields
from tests.web.walking import answers, known_of, unsafe


@pytest.fixture
def number(bench: Bench) -> str:
    """Our lot number of a batch."""
    return lot_numbers(bench, bench.order("1.5 mg"))[0]


@pytest.fixture
def known(bench: Bench, number: str) -> dict[str, str]:
    return known_of(bench, number)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/nothing", "text/html; charset=utf-8"),
        ("/batches/history.csv", "text/csv; charset=utf-8"),
        ("/static/compounder.js", "text/javascript; charset=utf-8"),
        ("/static/icon.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_every_text_says_which_letters_it_is_written_in(client: FlaskClient, address: str, kind: str) -> None:
    with client.get(address) as answer:
        assert answer.headers["Content-Type"] == kind


@pytest.mark.parametrize("address", ["/static/", "/fonts/", "/.git/config", "/static/../application.py", "/console"])
def test_no_folder_source_or_console_is_served(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_request_is_not_sent_back(client: FlaskClient) -> None:
    answer = client.open("/batches", method="TRACE", headers={"X-Secret": "kept"})
    assert (answer.status_code, "kept" in answer.text) == (405, False)


def test_a_page_that_fails_shows_nothing_of_what_is_inside(
    client: FlaskClient, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, before = client.application, entries(bench)
    assert not application.debug
    application.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("compounder.web.front.current_site_settings", lambda: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert re.search("Traceback|ZeroDivision|File |Werkzeug|Flask", answer.text) is None
    assert entries(bench) == before


def test_without_tls_nothing_is_said_of_it(client: FlaskClient) -> None:
    answer = client.get("/orders/new")
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Set-Cookie"].startswith("session=")
    assert "Secure" not in answer.headers["Set-Cookie"]


def test_behind_tls_every_answer_says_that_there_is_no_other_way(
    application_behind_tls: Flask, known: Mapping[str, str]
) -> None:
    for asked, answer in answers(application_behind_tls, known, base_url="https://localhost"):
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", asked


def test_behind_tls_the_cookie_is_this_hosts_alone(application_behind_tls: Flask, bench: Bench, number: str) -> None:
    client = signed_in(application_behind_tls)
    page = client.get(f"/batches/{number}/void", base_url="https://localhost")
    name, *parts = re.split(r"=|; ", page.headers["Set-Cookie"])
    assert name == "__Host-session"
    assert {"Secure", "HttpOnly", "Path", "SameSite", "Strict"} <= set(parts)
    assert "Domain" not in parts
    sent = {**fields(page.text, ""), "reason": "Made twice", "password": PASSWORD}
    assert client.post(f"/batches/{number}/void", data=sent, base_url="https://localhost").status_code == 303


def test_a_request_cannot_claim_tls_for_itself(client: FlaskClient) -> None:
    answer = client.get("/orders/new", headers={"X-Forwarded-Proto": "https", "Forwarded": "proto=https"})
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(("said", "is_behind_tls"), [({}, False), ("", False), ("0", False), ("1", True)])
def test_whether_it_is_behind_tls_is_a_setting(said: str | dict[str, str], is_behind_tls: bool) -> None:
    environment = {"COMPOUNDER_TLS": said} if isinstance(said, str) else said
    assert from_environment(environment).is_behind_tls is is_behind_tls


@pytest.mark.parametrize("variable", ["COMPOUNDER_TLS", "COMPOUNDER_REQUESTS_A_MINUTE"])
@pytest.mark.parametrize("said", ["false", "yes", "-1", "1000001", "1.0"])
def test_a_setting_that_is_no_number_is_refused_by_name(variable: str, said: str) -> None:
    with pytest.raises(SettingUnread, match=f'^{variable} is "{said}"; a whole number from 0 to 1'):
        from_environment({variable: said})


@pytest.mark.parametrize("comes_from", ["cross-site", "same-site", "nonsense", ""])
def test_what_a_page_of_another_site_sends_is_refused_on_every_route(
    application: Flask, bench: Bench, known: Mapping[str, str], comes_from: str
) -> None:
    client = signed_in(application, OLGA)
    before = entries(bench)
    sent = {"csrf_token": fields(client.get("/orders/new").text)["csrf_token"], "reason": "x", "name": "x"}
    routes = unsafe(application, known)
    assert ("POST", "/api/v1/calculations") in routes
    for method, address in routes:
        answer = client.open(address, method=method, data=sent, headers={"Sec-Fetch-Site": comes_from})
        assert (answer.status_code, "This form was not taken" in answer.text) == (400, True), address
    assert entries(bench) == before


@pytest.mark.parametrize("said", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_our_own_pages_and_programs_are_taken(
    client: FlaskClient, bench: Bench, number: str, said: dict[str, str]
) -> None:
    robot = program(client.application, a_token(bench))
    assert robot.post("/api/v1/calculations", data="[]", headers=said).status_code == 200
    form = fields(client.get(f"/batches/{number}/void").text, "")
    sent = {**form, "reason": "Made twice", "password": PASSWORD}
    assert client.post(f"/batches/{number}/void", data=sent, headers=said).status_code == 303


def test_a_link_from_another_site_may_lead_here(client: FlaskClient) -> None:
    assert client.get("/batches", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_form_needs_its_token_wherever_it_comes_from(application: Flask, known: Mapping[str, str]) -> None:
    for client in (signed_in(application, OLGA), application.test_client()):
        for method, address in unsafe(application, known):
            if not address.startswith("/api/"):
                answer = client.open(address, method=method, data={}, headers={"Sec-Fetch-Site": "same-origin"})
                assert answer.status_code == 400, address


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example"])
def test_another_host_name_is_refused(client: FlaskClient, host: str) -> None:
    """Else a page elsewhere could point its own name at this machine and read what is here."""
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080"])
def test_this_machines_own_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


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
    theirs = fields(signed_in(application).get("/orders/new").text)
    for visitor in (signed_in(application), signed_in(application, TOM), application.test_client()):
        assert visitor.post("/orders/new", data=theirs).status_code == 400


def test_a_form_of_more_than_a_megabyte_is_refused(client: FlaskClient) -> None:
    form = fields(client.get("/orders/new").text)
    assert client.post("/orders/new", data={**form, "ratios": "x" * 1_000_001}).status_code == 413


def test_the_cookie_is_no_scripts_and_goes_nowhere_else(client: FlaskClient) -> None:
    cookie = client.get("/orders/new").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_processes_that_start_together_sign_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: form_key(tmp_path / "keys"), range(8)))
    assert [len(key) for key in keys] == [32]
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["forms.key"]
    assert (tmp_path / "keys" / "forms.key").stat().st_mode & 0o777 == 0o600
