"""Verifying and releasing in the browser: a second click lands where the first did, and signs nothing."""

from flask import Flask
from flask.testing import FlaskClient

from compounder.database import batches
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.second_entry import right_figures
from tests.services.benches import a_batch
from tests.services.orders import SITE, Bench, entries
from tests.services.people import BERTA, PASSWORD, TOM
from tests.web.conftest import signed_in
from tests.web.pages import fields


def record_of(bench: Bench, number: str) -> CompoundingRecord:
    with bench.database.reading() as reading:
        return batches.load(reading, SITE, number).record


def sent(client: FlaskClient, address: str, **typed: str) -> dict[str, str]:
    """What the form is filled in with, and what its button sends."""
    return {**fields(client.get(address).text, ""), "password": PASSWORD, **typed}


def require_lands_twice(bench: Bench, client: FlaskClient, address: str, form: dict[str, str], said: str) -> None:
    """Two clicks on one form make one entry, and each leads to the batch, which says once what was done."""
    before = entries(bench)
    cookie = client.get_cookie("session")
    assert cookie
    answers = [client.post(address, data=form)]
    client.set_cookie("session", cookie.value)  # the second click is sent before the first is answered
    answers.append(client.post(address, data=form))
    assert [(each.status_code, each.headers["Location"]) for each in answers] == [(303, address.rpartition("/")[0])] * 2
    assert entries(bench) == before + 1
    assert client.get(answers[1].headers["Location"]).text.count(said) == 1
    again = client.post(address, data={**form, "key": "another-key-of-22-letr"})
    assert "Not possible in this status" in again.text


def test_a_second_click_on_verify_or_release_lands_on_the_batch(application: Flask, bench: Bench) -> None:
    number = a_batch(bench)
    second, pharmacist = signed_in(application, TOM), signed_in(application, BERTA)
    verify, release = f"/batches/{number}/verify", f"/batches/{number}/release"
    figures = sent(second, verify, **right_figures(record_of(bench, number)))
    require_lands_twice(bench, second, verify, figures, f"Batch {number} is verified.")
    require_lands_twice(bench, pharmacist, release, sent(pharmacist, release), f"Batch {number} is released.")
    assert "Not possible in this status" in second.post(verify, data=figures | {"key": ""}).text
