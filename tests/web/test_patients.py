"""Patients on the screen: found by what is sent, shown to those who need them, erased with a reason."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.orders import Bench, entries
from tests.services.people import IDA, TOM
from tests.web.acting import newest_entry
from tests.web.caring import PATIENT, form_at, patient_added, prescribed
from tests.web.conftest import signed_in
from tests.web.pages import complaints, links


def test_a_patient_is_added_and_shown(client: FlaskClient) -> None:
    page = client.get(patient_added(client)).text
    assert "Zoë Nobody-Beispiel" in page
    assert "29 Feb 1984" in page
    assert "7 Nowhere Lane, 555 0177" in page
    assert "<title>Patient " in page


def test_a_form_that_is_refused_keeps_what_was_typed(client: FlaskClient) -> None:
    form = {**form_at(client, "/patients/new"), **PATIENT, "born_on": "29.2.1984"}
    answer = client.post("/patients/new", data=form)
    assert answer.status_code == 422
    assert "2026-11-21" in complaints(answer.text)["born_on"] or "29.2.1984" in complaints(answer.text)["born_on"]
    assert "levothyroxine 50 mcg" in answer.text


def test_the_same_name_and_birth_date_are_asked_about(client: FlaskClient, bench: Bench) -> None:
    first = patient_added(client)
    again = {**form_at(client, "/patients/new"), **PATIENT}
    answer = client.post("/patients/new", data=again)
    assert answer.status_code == 422
    assert "has this name and birth date" in complaints(answer.text)["is_another"]
    assert first in links(answer.text)
    made = client.post("/patients/new", data={**again, "is_another": "y"})
    assert made.status_code == 303
    assert made.headers["Location"] != first


def test_a_patient_is_found_by_what_is_sent_and_not_by_an_address(client: FlaskClient) -> None:
    address = patient_added(client)
    form = form_at(client, "/patients")
    answer = client.post("/patients/find", data={**form, "words": "zoe beis"})
    assert answer.status_code == 200
    assert address in links(answer.text)
    assert "Found by name: 1 patient" in answer.text
    assert client.get("/patients/find?words=zoe").status_code in (404, 405)
    nothing = client.post("/patients/find", data={**form, "words": ""})
    assert "write a name or a birth date" in nothing.text
    unread = client.post("/patients/find", data={**form, "born_on": "x"})
    assert unread.status_code == 422


def test_a_correction_is_kept_and_a_stale_one_refused(client: FlaskClient, bench: Bench) -> None:
    address = patient_added(client)
    opened = form_at(client, f"{address}/correct")
    assert opened["medicines"] == "levothyroxine 50 mcg"
    kept = client.post(f"{address}/correct", data={**opened, "medicines": "none\ntramadol"})
    assert kept.status_code == 303
    assert "none; tramadol" in client.get(address).text
    assert newest_entry(bench).document == '{"changed":["medicines"]}'
    stale = client.post(f"{address}/correct", data={**opened, "allergies": ""})
    assert stale.status_code == 422
    assert "changed this patient meanwhile" in stale.text


def test_a_patient_is_erased_with_a_reason_that_does_not_name_them(client: FlaskClient, bench: Bench) -> None:
    address = patient_added(client)
    form = form_at(client, f"{address}/erase")
    before = entries(bench)
    refused = client.post(f"{address}/erase", data={**form, "reason": "Mrs Nobody asked"})
    assert refused.status_code == 422
    assert "has the patient&#39;s name in it" in refused.text
    assert entries(bench) == before
    client.post(f"{address}/erase", data={**form, "reason": "Asked for in writing"})
    page = client.get(address).text
    assert "Erased on 21 Nov 2026" in page
    assert "Zoë" not in page
    assert client.get(f"{address}/correct").status_code == 422


def test_an_open_prescription_keeps_its_patient(client: FlaskClient) -> None:
    address = patient_added(client)
    prescribed(client, address)
    form = form_at(client, f"{address}/erase")
    answer = client.post(f"{address}/erase", data={**form, "reason": "Asked for"})
    assert "Still open: prescription RX2611-001" in answer.text


@pytest.mark.parametrize(
    "address", ["/patients", "{patient}", "/prescriptions", "{prescription}", "/prescriptions/demand"]
)
def test_an_auditor_sees_the_identifier_and_nobody(application: Flask, client: FlaskClient, address: str) -> None:
    patient = patient_added(client)
    prescription = prescribed(client, patient)
    shown = signed_in(application, IDA).get(address.format(patient=patient, prescription=prescription))
    assert shown.status_code == 200
    for word in ("Zoë", "Beispiel", "1984", "Nowhere", "levothyroxine", "penicillin", "fibromyalgia"):
        assert word not in shown.text
    if "demand" not in address:
        assert patient.removeprefix("/patients/") in shown.text


def test_a_technician_sees_a_patient_and_is_not_offered_to_erase(application: Flask, client: FlaskClient) -> None:
    address = patient_added(client)
    page = signed_in(application, TOM).get(address)
    assert "Zoë Nobody-Beispiel" in page.text
    assert f"{address}/erase" not in links(page.text)
    assert f"{address}/erase" in links(client.get(address).text)


def test_nobody_is_due_on_the_first_day(client: FlaskClient) -> None:
    patient_added(client)
    page = client.get("/patients/due").text
    assert "Nothing was prescribed or dispensed for 10 years" in page
    assert "Nobody is due." in page
