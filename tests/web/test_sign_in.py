"""Signing in and out in the browser's way: cookies, links, the example's people, and forms that a session outlived."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from compounder.services.acting import Acting
from compounder.services.example_people import PHARMACIST as EXAMPLE_PHARMACIST
from compounder.services.example_people import TECHNICIAN as EXAMPLE_TECHNICIAN
from compounder.services.invitations import first_owners_link, invite
from compounder.web.asking import TOKEN
from compounder.web.workspace import EXTENSION
from tests.services.orders import MORNING, SITE, a_bench
from tests.services.people import ANNA, BERTA, OLGA, PASSWORD, TOM, add
from tests.web.acting import typed
from tests.web.conftest import served
from tests.web.ordering import filled_in, work_out
from tests.web.pages import complaints, fields

PROXIES = [
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Anything",
    "Forwarded",
    "Via",
    "X-Real-IP",
    "X-Client-IP",
]


@pytest.fixture
def visitor(application: Flask) -> FlaskClient:
    """Somebody who is not signed in, where Anna could be."""
    with application.extensions[EXTENSION].database.writing() as writing:
        add(writing, ANNA)
    return application.test_client()


def test_whoever_is_not_signed_in_is_asked_to_and_then_goes_where_they_wanted(visitor: FlaskClient) -> None:
    asked = visitor.get("/batches?strength=1.5+mg")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/batches?strength%3D1.5%2Bmg")
    answer = visitor.post(asked.location, data=typed(visitor))
    assert (answer.status_code, answer.location) == (303, "/batches?strength=1.5+mg")
    assert "Anna Müller" in visitor.get("/").text


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/%09/evil.example",
    "/%0A/evil.example",
    "/%0D%0AX-Evil: 1",
    "/batches\\..\\evil",
    "/batches%0A",
    "/ ",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_sent_to_another_site(visitor: FlaskClient, wanted: str) -> None:
    answer = visitor.post(f"/sign-in?next={wanted}", data=typed(visitor))
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_wrong_password_is_refused_in_a_sentence_and_the_name_kept(visitor: FlaskClient) -> None:
    answer = visitor.post("/sign-in", data=typed(visitor, password="wrong password"))
    assert answer.status_code == 422
    assert complaints(answer.text) == {
        "password": "Name, password and code do not belong together; look at each and type them again."
    }
    assert 'value="a.mueller"' in answer.text
    assert "wrong password" not in answer.text.replace("Too many wrong passwords", "")


def test_the_cookie_changes_when_somebody_signs_in(visitor: FlaskClient) -> None:
    form = typed(visitor)
    with visitor.session_transaction() as session:
        session["planted"] = "by somebody else"
    visitor.post("/sign-in", data=form)
    with visitor.session_transaction() as session:
        assert "planted" not in session
        assert session[TOKEN]


def test_the_session_of_before_is_over_when_somebody_signs_in(client: FlaskClient) -> None:
    before = client.get_cookie("session")
    assert before
    assert client.post("/sign-in", data=typed(client)).status_code == 303
    assert client.get("/batches").status_code == 200
    client.set_cookie("session", before.value)
    assert client.get("/batches").status_code == 303


def test_a_password_is_masked_and_may_be_pasted_or_filled_in(client: FlaskClient) -> None:
    for address, known in (("/sign-in", "current-password"), ("/account/password", "new-password")):
        typed_into = re.findall(r"<input[^>]*password[^>]*>", client.get(address).text)
        assert all('type="password"' in field and "onpaste" not in field for field in typed_into), address
        assert any(f'autocomplete="{known}"' in field for field in typed_into), address


@pytest.mark.parametrize("address", ["/", "/batches", "/orders/new", "/patients", "/people", "/account"])
def test_every_page_offers_to_sign_out(client: FlaskClient, address: str) -> None:
    assert re.search(r'<form class="who" action="/sign-out" method="post">', client.get(address).text)


def test_signing_out_tells_the_browser_to_keep_nothing(client: FlaskClient) -> None:
    answer = client.post("/sign-out", data={"csrf_token": fields(client.get("/").text, "")["csrf_token"]})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_replayed_cookie_is_refused_after_signing_out(client: FlaskClient) -> None:
    cookie = client.get_cookie("session")
    assert cookie
    answer = client.post("/sign-out", data={"csrf_token": fields(client.get("/").text, "")["csrf_token"]})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/").location == "/sign-in?next=/"
    client.set_cookie("session", cookie.value)
    assert client.get("/").location == "/sign-in?next=/"


def test_a_cookie_of_another_session_is_refused(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session[TOKEN] = "x" * 43
    assert client.get("/batches").status_code == 303


def test_a_form_that_outlived_its_session_is_kept_and_goes_on_after_signing_in_again(client: FlaskClient) -> None:
    form = filled_in(client, "1.5 mg", "3 mg")
    with time_machine.travel(MORNING + timedelta(minutes=16), tick=False):
        asked = work_out(client, form)
        assert asked.status_code == 401
        assert "What you typed is kept" in asked.text
        kept = fields(asked.text, "")
        assert {name: kept[name] for name in form} == form
        wrong = client.post("/orders/new", data={**kept, "again-sign_in_name": "a.mueller", "again-password": "wrong"})
        assert wrong.status_code == 401
        assert "do not belong together" in wrong.text
        again = {**fields(wrong.text, ""), "again-sign_in_name": "a.mueller", "again-password": PASSWORD}
        shown = client.post("/orders/new", data=again)
        assert shown.status_code == 200
        assert "158.3 mg" in shown.text
        assert client.get("/batches").status_code == 200


def test_a_form_that_outlived_its_session_is_no_other_persons(application: Flask, client: FlaskClient) -> None:
    with application.extensions[EXTENSION].database.writing() as writing:
        add(writing, TOM)
    form = filled_in(client, "1.5 mg", "3 mg")
    with time_machine.travel(MORNING + timedelta(minutes=16), tick=False):
        kept = fields(work_out(client, form).text, "")
        other = {**kept, "again-sign_in_name": "t.braun", "again-password": PASSWORD}
        refused = client.post("/orders/new", data=other)
        assert refused.status_code == 401
        assert "Anna Müller filled this form in; only they can go on with it." in refused.text
        assert client.get("/batches").status_code == 303
        again = {**fields(refused.text, ""), "again-sign_in_name": " A.Mueller", "again-password": PASSWORD}
        assert client.post("/orders/new", data=again).status_code == 200


def test_what_was_typed_to_prove_who_one_is_is_never_kept(client: FlaskClient) -> None:
    form = {**fields(client.get("/account/password").text, ""), "password": "secret one", "new_password": "secret two"}
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        page = client.post("/account/password", data=form).text
    assert "secret" not in page


def test_the_first_owner_comes_in_by_a_link_and_invites_a_pharmacist(application: Flask) -> None:
    visitor, database = application.test_client(), application.extensions[EXTENSION].database
    with database.writing() as writing:
        link = f"/links/{first_owners_link(writing, SITE, at=MORNING)}"
    form = {**fields(visitor.get(link).text, ""), "name": "Olga Sand", "sign_in_name": "O.Sand"}
    refused = visitor.post(link, data={**form, "new_password": "short", "new_password_again": "short"})
    assert complaints(refused.text) == {
        "new_password": "5 characters were read; write at least 15, or 8 with a second factor."
    }
    differing = visitor.post(link, data={**form, "new_password": PASSWORD, "new_password_again": PASSWORD + "!"})
    assert complaints(differing.text) == {"new_password_again": "The two passwords differ; type the same one twice."}
    answer = visitor.post(link, data={**form, "new_password": PASSWORD, "new_password_again": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Welcome, Olga Sand. You are signed in." in visitor.get("/").text
    assert visitor.get(link).status_code == 422
    invited = visitor.post(
        "/people/invite",
        data={
            **fields(visitor.get("/people/invite").text, ""),
            "name": "Berta Weiß",
            "sign_in_name": "b.weiss",
            "role": "pharmacist",
            "password": PASSWORD,
        },
    )
    address = re.search(r"http://localhost(/links/[\w-]{43})", invited.text)
    assert address
    berta = application.test_client()
    form = {
        **fields(berta.get(address[1]).text, ""),
        "new_password": PASSWORD,
        "new_password_again": PASSWORD,
        "name": "Not Berta",
    }
    assert berta.post(address[1], data=form).status_code == 303
    assert "Berta Weiß" in berta.get("/account").text


def test_a_name_given_meanwhile_is_said_to_whoever_comes_and_a_wrong_code_at_its_field(application: Flask) -> None:
    visitor, database = application.test_client(), application.extensions[EXTENSION].database
    with database.writing() as writing:
        link = f"/links/{invite(writing, Acting(site=SITE, actor=OLGA.actor, at=MORNING), BERTA)}"
    form = {**fields(visitor.get(link).text, ""), "new_password": PASSWORD, "new_password_again": PASSWORD}
    wrong = visitor.post(link, data={**form, "new_code": "000000"})
    assert "not the code" in complaints(wrong.text)["new_code"]
    with database.writing() as writing:
        add(writing, replace(BERTA, sign_in_name="berta"))
    refused = visitor.post(link, data=form)
    assert refused.status_code == 422
    assert "is somebody&#39;s here" in refused.text


def test_a_link_shows_the_picture_of_the_second_factor(application: Flask) -> None:
    visitor, database = application.test_client(), application.extensions[EXTENSION].database
    with database.writing() as writing:
        link = f"/links/{invite(writing, Acting(site=SITE, actor=OLGA.actor, at=MORNING), BERTA)}"
    picture = visitor.get(f"{link}/code.png")
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    assert "Let the authenticator on your telephone read this" in visitor.get(link).text
    assert visitor.get("/links/nothing/code.png").status_code == 422


@pytest.fixture
def example(sqlite_url: str, fixed_time: datetime, tmp_path: Path) -> Iterator[FlaskClient]:
    """A visitor of an example workspace."""
    bench = a_bench(sqlite_url, is_example=True)
    with bench.database.writing() as writing:
        for person in (EXAMPLE_TECHNICIAN, EXAMPLE_PHARMACIST):
            add(writing, person)
    with served(bench, tmp_path) as application:
        yield application.test_client()
    bench.database.close()


def test_an_example_offers_its_technician_and_its_pharmacist_by_name(example: FlaskClient) -> None:
    page = example.get("/sign-in").text
    assert "As T. Example, technician" in page
    assert "As A. Example, pharmacist" in page
    form = typed(example)
    answer = example.post("/sign-in/example", data={"csrf_token": form["csrf_token"], "person": "a.example"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "A. Example" in example.get("/").text


@pytest.mark.parametrize("wanted", ELSEWHERE[:5])
def test_an_example_sends_nobody_to_another_site(example: FlaskClient, wanted: str) -> None:
    form = {"csrf_token": typed(example)["csrf_token"], "person": "a.example"}
    assert example.post(f"/sign-in/example?next={wanted}", data=form).location == "/"


@pytest.mark.parametrize(
    "asked_from",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        *({"headers": {name: "192.0.2.7"}} for name in PROXIES),
    ],
    ids=["another machine", *PROXIES],
)
def test_an_example_offers_nobody_beyond_its_own_machine(
    example: FlaskClient, asked_from: dict[str, dict[str, str]]
) -> None:
    assert "As A. Example" not in example.get("/sign-in", **asked_from).text
    form = {"csrf_token": typed(example)["csrf_token"], "person": "a.example"}
    assert example.post("/sign-in/example", data=form, **asked_from).status_code == 404


def test_a_real_workspace_offers_nobody(visitor: FlaskClient) -> None:
    assert "Look around the example" not in visitor.get("/sign-in").text
    form = {"csrf_token": typed(visitor)["csrf_token"], "person": "a.mueller"}
    assert visitor.post("/sign-in/example", data=form).status_code == 404


def test_an_example_lets_nobody_else_in_without_a_password(example: FlaskClient) -> None:
    form = {"csrf_token": typed(example)["csrf_token"], "person": "o.example"}
    assert example.post("/sign-in/example", data=form).status_code == 404
