"""Dispensing through the pages: asked, looked at, decided, stored; the bottle's papers; and what comes back."""

from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.printing import reading
from tests.services.orders import Bench
from tests.services.people import IDA, TOM
from tests.services.shelf import there
from tests.web.caring import PATIENT, form_at, patient_added, prescribed
from tests.web.conftest import signed_in
from tests.web.dispensing import ASKED, DECIDED, dispensed, looked_at, shelved, to_dispense

pytestmark = pytest.mark.usefixtures("fixed_time")


@pytest.fixture
def batch(bench: Bench, tmp_path: Path) -> str:
    """Our lot number of a released batch of 103 capsules of 1.5 mg."""
    return shelved(bench, tmp_path / "keys")


@pytest.fixture
def address(client: FlaskClient, batch: str) -> str:
    """Where 84 of them are dispensed."""
    assert batch
    return to_dispense(client)


def test_a_bottle_is_asked_about_looked_at_and_dispensed(
    client: FlaskClient, bench: Bench, batch: str, address: str
) -> None:
    shown = looked_at(client, address)
    assert [said in shown.text for said in ("84 capsules of 1.5 mg", batch, "20 Nov 2027")] == [True] * 3
    answer = dispensed(client, address, shown)
    assert (answer.status_code, answer.headers["Location"][:18]) == (303, "/bottles/BA0000001")
    page = unescape(client.get(answer.headers["Location"]).text)
    assert [said in page for said in (PATIENT["name"], batch, "84", "Print the label")] == [True] * 4
    assert there(bench, batch) == 19
    prescription = client.get(address.removesuffix("/dispense")).text
    assert ("filled" in prescription, "/bottles/BA0000001" in prescription) == (True, True)
    assert address not in prescription


def test_of_a_late_bottle_the_dates_are_asked_for_and_printed_as_decided(
    client: FlaskClient, bench: Bench, batch: str
) -> None:
    assert batch
    prescription = prescribed(client, patient_added(client), fill_with="1.5 mg", start_on="2026-11-18")
    address = f"{prescription}/dispense"
    shown = looked_at(client, address)
    assert "Its first dose was due on 18 Nov 2026, 3 days ago." in shown.text
    undecided = dispensed(client, address, shown, dates="")
    assert (undecided.status_code, "Choose what becomes of the dates." in undecided.text) == (422, True)
    moved = dispensed(client, address, shown, dates="move")
    change = f"{prescription}/change?what=start-late"
    assert (moved.status_code, moved.headers["Location"]) == (303, change)
    assert form_at(client, change, "prescription")["what"] == "start-late"
    answer = dispensed(client, address, shown, dates="keep")
    page = unescape(client.get(answer.headers["Location"]).text)
    assert "due on 18 Nov 2026; the dates were kept" in page
    printed = " ".join(reading.pages(client.get(f"{answer.headers['Location']}/calendar.pdf").data))
    assert "Wed 18 Nov 2026" in printed


def test_two_clicks_dispense_once(client: FlaskClient, bench: Bench, batch: str, address: str) -> None:
    shown = looked_at(client, address, capsules="40")
    first, second = (dispensed(client, address, shown) for _ in range(2))
    assert (first.status_code, there(bench, batch)) == (303, 63)
    assert second.status_code in (303, 422)


def test_what_was_not_asked_is_not_dispensed(client: FlaskClient, bench: Bench, batch: str, address: str) -> None:
    form = {name: said for name, said in form_at(client, address, "bottle").items() if name not in ASKED}
    answer = client.post(address, data={**form, "do": "store"})
    assert answer.status_code == 422
    for of_what in ("the liver", "allergies"):
        assert answer.text.count(f"Ask the patient about {of_what}, then choose yes or no.") == 2
    assert "Ask which medicines are taken now" in answer.text
    assert there(bench, batch) == 103


def test_a_question_is_decided_on_before_anything_is_dispensed(
    client: FlaskClient, bench: Bench, batch: str, address: str
) -> None:
    shown = looked_at(client, address, liver="yes")
    assert "A disease of the liver: older labels name hepatitis" in shown.text
    refused = dispensed(client, address, shown, liver="yes")
    assert (refused.status_code, "What was decided is missing" in refused.text) == (422, True)
    telling = dispensed(client, address, shown, **{**DECIDED, "reason-liver-disease": "Levothyroxine goes on"})
    assert (telling.status_code, telling.text.count("write it without a medicine")) == (422, 2)
    assert there(bench, batch) == 103
    answer = dispensed(client, address, shown, **DECIDED)
    assert "Values are watched monthly" in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"capsules": "85"}, "84"),
        ({"capsules": "many"}, "govuk-error-message"),
        ({"strength": "3 mg"}, "is not offered any more"),
    ],
)
def test_what_cannot_be_dispensed_is_said_at_its_field(
    client: FlaskClient, address: str, sent: dict[str, str], said: str
) -> None:
    answer = looked_at(client, address, **sent)
    assert (answer.status_code, said in unescape(answer.text)) == (422, True)


def test_an_empty_shelf_is_said_at_the_capsules(client: FlaskClient) -> None:
    answer = looked_at(client, to_dispense(client))
    assert answer.status_code == 422
    assert "84 capsules of 1.5 mg are wanted and 0 are there; order more, or dispense fewer." in answer.text


@pytest.mark.parametrize("paper", ["label.pdf?stock=100x50", "leaflet.pdf?paper=letter", "calendar.pdf?paper=a4"])
def test_the_papers_of_a_bottle_name_the_patient(client: FlaskClient, address: str, paper: str) -> None:
    bottle = dispensed(client, address, looked_at(client, address)).headers["Location"]
    answer = client.get(f"{bottle}/{paper}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert PATIENT["name"] in " ".join(reading.pages(answer.data))


def test_capsules_that_came_back_are_kept_with_a_reason(
    client: FlaskClient, bench: Bench, batch: str, address: str
) -> None:
    bottle = dispensed(client, address, looked_at(client, address)).headers["Location"]
    form = {**form_at(client, f"{bottle}/return"), "capsules": "10", "reason": "Course ended"}
    assert client.post(f"{bottle}/return", data={**form, "capsules": "85"}).status_code == 422
    assert client.post(f"{bottle}/return", data=form).status_code == 303
    page = client.get(bottle).text
    assert ("Course ended" in page, "bottle returned" in page, there(bench, batch)) == (True, True, 19)


def test_who_may_not_dispense_is_not_offered_it_and_an_auditor_sees_no_name(
    application: Flask, client: FlaskClient, address: str
) -> None:
    technician, auditor = signed_in(application, TOM), signed_in(application, IDA)
    prescription = address.removesuffix("/dispense")
    assert (address in client.get(prescription).text, address in technician.get(prescription).text) == (True, False)
    assert technician.get(address).status_code == 403
    bottle = dispensed(client, address, looked_at(client, address)).headers["Location"]
    page = auditor.get(bottle).text
    assert (auditor.get(f"{bottle}/label.pdf").status_code, "Beispiel" in page) == (403, False)
