"""Sessions after a proof: another token takes the place of the one before, which opens nothing any more."""

from datetime import timedelta

import time_machine
from flask import Flask

from compounder.web.asking import TOKEN
from tests.services.orders import MORNING
from tests.services.people import OLGA, PASSWORD, TOM
from tests.web.conftest import signed_in
from tests.web.pages import fields


def test_who_proves_it_once_more_goes_on_in_another_session_and_the_cookie_of_before_opens_nothing(
    application: Flask,
) -> None:
    owner = signed_in(application, OLGA)
    signed_in(application, TOM)
    address = "/people/t.braun/role"
    form = {**fields(owner.get(address).text, ""), "role": "auditor", "password": PASSWORD}
    before = owner.get_cookie("session")
    assert before
    assert owner.post(address, data=form).location == "/people/t.braun"
    with owner.session_transaction() as session:
        renewed = session[TOKEN]
    assert owner.get("/people").status_code == 200
    visitor = application.test_client()
    for _ in range(2):
        visitor.set_cookie("session", before.value)
        assert visitor.get("/people").location == "/sign-in?next=/people"
        assert visitor.post(address, data={**form, "role": "owner"}).status_code == 401
        assert visitor.post("/people/t.braun/sign-out", data=form).status_code == 401
        assert visitor.post(address, data=form).location == "/people/t.braun"
        with visitor.session_transaction() as session:
            assert session[TOKEN] == renewed
    assert "Nowhere else." in owner.get("/account").text
    visitor.set_cookie("session", before.value)
    with time_machine.travel(MORNING + timedelta(minutes=2), tick=False):
        assert visitor.post(address, data=form).status_code == 401
        assert owner.get("/people").status_code == 200


def test_who_does_not_prove_it_stays_in_the_same_session(application: Flask) -> None:
    owner = signed_in(application, OLGA)
    signed_in(application, TOM)
    address = "/people/t.braun/role"
    form = {**fields(owner.get(address).text, ""), "role": "auditor", "password": "wrong"}
    assert owner.post(address, data=form).headers.getlist("Set-Cookie") == []
    assert owner.get("/people").status_code == 200
