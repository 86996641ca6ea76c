"""One's own account, and what an owner does about people, in the browser's way."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP

from compounder.database import journal, people
from compounder.services.acting import Acting
from compounder.services.invitations import invite, new_link
from compounder.services.second_factor import secret_of
from tests.services.orders import MORNING, SITE, Bench, revise_settings
from tests.services.people import BERTA, OLGA, PASSWORD, TOM
from tests.web.conftest import served, signed_in
from tests.web.pages import complaints, fields


def test_a_wrong_code_stands_at_its_field_while_the_second_factor_is_set_up(client: FlaskClient) -> None:
    form = {**fields(client.get("/account/second-factor").text, ""), "password": PASSWORD, "new_code": "000000"}
    assert list(complaints(client.post("/account/second-factor", data=form).text)) == ["new_code"]


def test_ones_own_password_is_changed_with_the_old_one(application: Flask, client: FlaskClient) -> None:
    elsewhere = signed_in(application)
    form = {**fields(client.get("/account/password").text, ""), "new_password": "another four words"}
    form["new_password_again"] = form["new_password"]
    refused = client.post("/account/password", data={**form, "password": "wrong"})
    assert "not your password" in complaints(refused.text)["password"]
    assert "Nothing was done; type it again." in refused.text
    common = client.post(
        "/account/password",
        data={**form, "password": PASSWORD, "new_password": "a" * 15, "new_password_again": "a" * 15},
    )
    assert "tried first" in complaints(common.text)["new_password"]
    assert client.post("/account/password", data={**form, "password": PASSWORD}).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_a_breached_password_is_refused_where_the_server_keeps_a_list(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "breached.txt").write_text(f"{hashlib.sha1(b'another four words').hexdigest().upper()}:7\r\n")
    with served(bench, tmp_path, breached_passwords=tmp_path / "breached.txt") as application:
        client = signed_in(application)
        form = {**fields(client.get("/account/password").text, ""), "password": PASSWORD}
        typed = {**form, "new_password": "another four words", "new_password_again": "another four words"}
        assert "tried first" in complaints(client.post("/account/password", data=typed).text)["new_password"]


def test_other_sessions_are_listed_and_ended_with_the_password(application: Flask, client: FlaskClient) -> None:
    assert "Nowhere else." in client.get("/account").text
    elsewhere = signed_in(application)
    assert "since 21 Nov 2026 10:30" in client.get("/account").text
    form = fields(client.get("/account/sessions").text, "")
    refused = client.post("/account/sessions", data={**form, "password": "wrong"})
    assert list(complaints(refused.text)) == ["password"]
    assert elsewhere.get("/account").status_code == 200
    assert client.post("/account/sessions", data={**form, "password": PASSWORD}).status_code == 303
    assert "Nowhere else." in client.get("/account").text
    assert elsewhere.get("/account").status_code == 303


def test_an_owner_signs_somebody_out_who_may_come_back(application: Flask) -> None:
    owner, tom = signed_in(application, OLGA), signed_in(application, TOM)
    assert "Sign out everywhere" in owner.get("/people/t.braun").text
    form = {"csrf_token": fields(owner.get("/people/t.braun/role").text, "")["csrf_token"]}
    assert owner.post("/people/t.braun/sign-out", data=form).location == "/people/t.braun"
    assert tom.get("/").status_code == 303
    assert signed_in(application, TOM).get("/").status_code == 200
    assert owner.post("/people/nobody/sign-out", data=form).status_code == 404


def test_another_second_factor_ends_every_other_session(
    application: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    keys, elsewhere = tmp_path / "keys", signed_in(application)
    form = {**fields(client.get("/account/second-factor").text, ""), "password": PASSWORD}
    code = TOTP(secret_of(keys, SITE, "a.mueller", 1)).at(MORNING)
    assert client.post("/account/second-factor", data={**form, "new_code": code}).status_code == 303
    assert (client.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 303)
    elsewhere = signed_in(application)
    later = MORNING + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        form["code"] = TOTP(secret_of(keys, SITE, "a.mueller", 1)).at(later)
        assert client.post("/account/second-factor/drop", data=form).status_code == 303
        assert (client.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 303)


def test_where_everybody_has_to_have_a_second_factor_nothing_else_is_open_before(
    application: Flask, client: FlaskClient, bench: Bench, tmp_path: Path
) -> None:
    revise_settings(bench, asks_for_second_factor=True)
    for address in ("/", "/batches", "/account"):
        assert client.get(address).location == "/account/second-factor"
    assert client.post("/account/tokens/new", data={}).status_code in (303, 400)
    page = client.get("/account/second-factor").text
    assert "This pharmacy asks everybody for one. Set yours up to go on." in page
    code = TOTP(secret_of(tmp_path / "keys", SITE, "a.mueller", 1)).at(MORNING)
    form = {**fields(page, ""), "password": PASSWORD, "new_code": code}
    assert client.post("/account/second-factor", data=form).location == "/account"
    assert client.get("/").status_code == 200
    assert "to go on" not in client.get("/account/second-factor").text
    assert signed_in(application, TOM).get("/account").location == "/account/second-factor"


def test_a_token_is_shown_once_and_revoked(client: FlaskClient) -> None:
    form = {
        **fields(client.get("/account/tokens/new").text, ""),
        "label": "Robot",
        "role": "auditor",
        "password": PASSWORD,
    }
    made = client.post("/account/tokens/new", data=form).text
    token = re.search(r"(?<=>)[\w-]{43}(?=<)", made)
    assert token
    page = client.get("/account").text
    assert token[0] not in page
    assert "Robot" in page
    address = re.search(r"/account/tokens/\d+/revoke", page)
    assert address
    client.post(address[0], data={"csrf_token": form["csrf_token"]})
    assert "revoked" in client.get("/account").text


def test_an_owner_changes_roles_disables_and_gives_links(application: Flask, bench: Bench) -> None:
    owner, tom = signed_in(application, OLGA), signed_in(application, TOM)
    form = fields(owner.get("/people/t.braun/role").text, "")
    assert form["role"] == "technician"
    form = {**form, "password": PASSWORD}
    assert owner.post("/people/t.braun/role", data={**form, "role": "pharmacist"}).status_code == 303
    assert "Tom Braun" in tom.get("/").text
    form = {**fields(owner.get("/people/t.braun/standing").text, ""), "reason": "", "password": PASSWORD}
    assert complaints(owner.post("/people/t.braun/standing", data=form).text) == {
        "reason": "Reason is missing; write it here."
    }
    link = "/people/t.braun/link", {**fields(owner.get("/people/t.braun/link").text, ""), "password": PASSWORD}
    assert "http://localhost/links/" in owner.post(link[0], data=link[1]).text
    assert owner.post("/people/t.braun/standing", data={**form, "reason": "Left"}).status_code == 303
    assert tom.get("/").status_code == 303
    page = owner.get("/people/t.braun").text
    assert "disabled" in page
    assert "Give a new link" not in page
    assert "Tom Braun is disabled; let them sign in again" in owner.post(link[0], data=link[1]).text
    with bench.database.reading() as reading:
        kinds = [entry.kind.value for entry in journal.entries_of(reading, SITE, "person t.braun")]
    assert kinds == ["person-added", "role-changed", "person-invited", "person-disabled"]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("invite", {"name": "Berta Weiß", "sign_in_name": "b.weiss", "role": "pharmacist"}),
        ("t.braun/link", {}),
        ("t.braun/role", {"role": "owner"}),
        ("t.braun/standing", {"reason": "Left"}),
    ],
)
def test_a_session_alone_changes_nobody(application: Flask, bench: Bench, address: str, asked: dict[str, str]) -> None:
    owner, tom = signed_in(application, OLGA), signed_in(application, TOM)
    form = {**fields(owner.get(f"/people/{address}").text, ""), **asked, "password": "not theirs"}
    refused = owner.post(f"/people/{address}", data=form)
    assert (refused.status_code, list(complaints(refused.text))) == (422, ["password"])
    assert tom.get("/").status_code == 200
    with bench.database.reading() as reading:
        subjects = {entry.subject: entry.kind.value for entry, _ in journal.every_entry(reading)}
    assert "person b.weiss" not in subjects
    assert subjects["person t.braun"] == "person-added"


def test_an_owner_withdraws_a_link(application: Flask, bench: Bench) -> None:
    owner, pharmacist = signed_in(application, OLGA), signed_in(application)
    with bench.database.writing() as writing:
        link = f"/links/{invite(writing, Acting(site=SITE, actor=OLGA.actor, at=MORNING), BERTA)}"
    assert "Withdraw the link for Berta Weiß" not in pharmacist.get("/people").text
    page = owner.get("/people").text
    assert "Withdraw the link for Berta Weiß" in page
    form = {"csrf_token": fields(owner.get("/people/invite").text, "")["csrf_token"]}
    assert owner.post("/people/links/b.weiss/withdraw", data=form).location == "/people"
    assert application.test_client().get(link).status_code == 422
    assert "Berta Weiß" not in owner.get("/people").text


def test_an_owner_takes_a_lost_second_factor_away_which_a_new_link_does_not(application: Flask, bench: Bench) -> None:
    owner, visitor, tom = signed_in(application, OLGA), application.test_client(), signed_in(application, TOM)
    with bench.database.writing() as writing:
        people.change(writing, people.load(writing, SITE, TOM.sign_in_name).person_id, has_second_factor=True)
        link = f"/links/{new_link(writing, Acting(site=SITE, actor=OLGA.actor, at=MORNING), TOM.sign_in_name)}"
    page = visitor.get(link).text
    assert ("ask an owner to take it away first" in page, "code.png" in page) == (True, False)
    assert visitor.get(f"{link}/code.png").status_code == 404
    set_anew = {**fields(page, ""), "new_password": PASSWORD, "new_password_again": PASSWORD}
    assert list(complaints(visitor.post(link, data=set_anew).text)) == ["new_code"]
    assert "Take the second factor away" in owner.get("/people/t.braun").text
    form = {**fields(owner.get("/people/t.braun/second-factor").text, ""), "password": PASSWORD}
    assert list(complaints(owner.post("/people/t.braun/second-factor", data=form).text)) == ["reason"]
    assert owner.post("/people/t.braun/second-factor", data={**form, "reason": "Lost"}).status_code == 303
    assert "Take the second factor away" not in owner.get("/people/t.braun").text
    assert tom.get("/batches").status_code == 303
    assert visitor.post(link, data=set_anew).status_code == 303


def test_the_last_owner_is_told_why_they_stay(application: Flask) -> None:
    owner = signed_in(application, OLGA)
    form = fields(owner.get("/people/o.sand/role").text, "")
    page = owner.post("/people/o.sand/role", data={**form, "role": "auditor", "password": PASSWORD})
    assert page.status_code == 422
    assert "Olga Sand is the last owner; make somebody else one first." in page.text
