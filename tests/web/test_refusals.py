"""Every refusal is a page of the house with one sentence; a program gets a problem document of the same status."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.orders import Bench
from tests.web.acting import a_token, program
from tests.web.ordering import NEW
from tests.web.pages import fields

API = "/api/v1/calculations"
ELSEWHERE = {"Host": "evil.example"}


def test_an_address_that_takes_no_form_says_so_and_what_it_takes(client: FlaskClient) -> None:
    page = client.post("/")
    assert page.status_code == 405
    assert {"GET", "HEAD"} <= set(page.allow)
    assert "Only GET is answered at this address." in page.text
    assert '<a class="header__brand" href="/">' in page.text


def test_a_form_of_more_than_a_megabyte_says_so_on_a_page(client: FlaskClient) -> None:
    page = client.post(NEW, data={**fields(client.get(NEW).text), "ratios": "x" * 1_000_001})
    assert page.status_code == 413
    assert "A form takes 1 MB and 2,000 fields; go back and write less." in page.text


@pytest.mark.parametrize("name", ["evil.example", "<script>", "127.0.0.1.evil.example"])
def test_another_host_name_learns_nothing_of_the_pharmacy(client: FlaskClient, name: str) -> None:
    page = client.get("/", headers={"Host": name})
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "Compounder does not answer to this name; use the one it is served at." in page.text
    assert re.search("href|src|Example Pharmacy|evil|<script", page.text) is None


@pytest.mark.parametrize(
    ("method", "address", "headers", "status", "code"),
    [
        ("GET", API, {}, 405, "not-offered"),
        ("POST", API, ELSEWHERE, 400, "unknown-host-name"),
        ("POST", API, {"Sec-Fetch-Site": "cross-site"}, 400, "not-taken"),
        ("POST", "/api/v1/nothing", {}, 404, "not-found"),
        ("POST", "/api/%00", {}, 404, "not-found"),
    ],
)
def test_a_program_gets_a_problem_document(
    client: FlaskClient, method: str, address: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.open(address, method=method, headers=headers, data=b"{}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    said = answer.get_json(force=True)
    assert (said["type"], said["status"], said["code"], said["pointer"]) == (
        f"urn:compounder:{code}",
        status,
        code,
        "",
    )
    assert re.fullmatch(r"[A-Z][^\n]{10,120}\.", said["detail"])


def test_a_failure_is_told_to_a_program_as_a_problem_too(
    application: Flask, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    application.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("compounder.web.api.calculate", lambda _: 1 / 0)
    answer = program(application, a_token(bench)).post(API, data=b"{}")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.get_json(force=True)["code"] == "program-failed"
