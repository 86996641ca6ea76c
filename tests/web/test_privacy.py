"""Who a patient is stands nowhere but in their own table: in no entry, document, address, log, cookie or paper."""

import logging
from pathlib import Path

import pytest
from flask import Flask, Response, request, request_finished, session
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.services.care import NEVER_ELSEWHERE, holding
from tests.services.orders import Bench
from tests.web.caring import PATIENT, form_at, patient_added, prescribed, stored
from tests.web.dispensing import DECIDED, dispensed, looked_at, shelved
from tests.web.ordering import store, work_out
from tests.web.pages import fields


def named_in(said: str) -> list[str]:
    """The words of the patient that stand in it."""
    return [word for word in NEVER_ELSEWHERE if word in said.casefold()]


def everything_done(client: FlaskClient) -> str:
    """The address of a patient for whom everything was done that the pages offer."""
    patient = patient_added(client)
    client.post("/patients/new", data={**form_at(client, "/patients/new"), **PATIENT})
    client.post("/patients/find", data={**form_at(client, "/patients"), "words": "zoe nobody"})
    client.post(f"{patient}/correct", data={**form_at(client, f"{patient}/correct"), "contact": "8 Nowhere Lane"})
    old = prescribed(client, patient)
    asked = {"what": "step-back", "on": "2026-12-20", "reason": "Dreams", "do": "work-out"}
    change = client.post(f"{old}/change", data={**form_at(client, f"{old}/change", "prescription"), **asked})
    new = stored(client, f"{old}/change", change).headers["Location"]
    order = store(client, work_out(client, fields(client.get("/orders/new?demand=NTX-CAPS").text)))
    for paper in ("worksheets.pdf", "labels.pdf"):
        assert client.get(f"{order.headers['Location']}/{paper}").status_code == 200
    for reason in ("Zoë Nobody died", "Moved away"):
        client.post(f"{new}/cancel", data={**form_at(client, f"{new}/cancel"), "reason": reason})
    return patient


def bottle_dispensed(client: FlaskClient, patient: str) -> None:
    """A bottle for the patient with all its papers; some of it comes back, and what would tell of them is refused."""
    address = f"{prescribed(client, patient, fill_with='1.5 mg')}/dispense"
    shown = looked_at(client, address, liver="yes")
    for reason in ("As Mrs Nobody wished", "Levothyroxine goes on", "Fibromyalgia is no reason"):
        assert dispensed(client, address, shown, **{**DECIDED, "reason-liver-disease": reason}).status_code == 422
    bottle = dispensed(client, address, shown, **DECIDED).headers["Location"]
    for paper in ("label.pdf", "leaflet.pdf", "calendar.pdf"):
        assert client.get(f"{bottle}/{paper}").status_code == 200
    for reason in ("Penicillin was given", "Course ended"):
        form = form_at(client, f"{bottle}/return")
        client.post(f"{bottle}/return", data={**form, "capsules": "5", "reason": reason})
    assert "Course ended" in client.get(bottle).text


def test_a_patient_is_named_in_no_entry_document_paper_address_cookie_or_log(
    application: Flask, client: FlaskClient, bench: Bench, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    told: list[str] = []
    shelved(bench, tmp_path / "keys")

    def note(_: Flask, response: Response) -> None:
        told.append(f"{request.full_path} {response.headers} {dict(session)}")

    with caplog.at_level(logging.DEBUG), request_finished.connected_to(note, application):
        patient = everything_done(client)
        bottle_dispensed(client, patient)
        assert holding(bench) == {"patients"}
        form = form_at(client, f"{patient}/erase")
        client.post(f"{patient}/erase", data={**form, "reason": "Asked for in writing"})
    assert holding(bench) == set()
    assert len(told) > 20
    assert [line for line in told if named_in(line)] == []
    assert named_in(caplog.text) == []


def test_what_goes_wrong_with_a_patient_names_nobody_in_the_log(
    application: Flask, client: FlaskClient, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    application.config["PROPAGATE_EXCEPTIONS"] = False
    form = {**form_at(client, "/patients/new"), **PATIENT}
    with bench.database.writing() as writing:
        writing.execute(text("DROP TABLE prescribed_capsules"))
        writing.execute(text("ALTER TABLE patients RENAME COLUMN sought TO lost"))
    answer = client.post("/patients/new", data=form)
    assert answer.status_code == 500
    assert "patients" in caplog.text
    assert named_in(caplog.text) == []
