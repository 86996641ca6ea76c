"""Prescriptions on the screen: worked out beside the form, stored once, changed, cancelled; demand becomes an order."""

from flask.testing import FlaskClient

from tests.services.orders import Bench, entries
from tests.web.caring import address_of_form, form_at, patient_added, prescribed, stored, worked_out
from tests.web.ordering import work_out
from tests.web.pages import complaints, fields, links


def test_the_course_is_shown_before_anything_is_stored(client: FlaskClient, bench: Bench) -> None:
    patient = patient_added(client)
    before = entries(bench)
    shown = worked_out(client, patient)
    assert shown.status_code == 200
    assert "14 of 1.5 mg, 14 of 3 mg, 14 of 4.5 mg" in shown.text
    assert "Last dose on 11 Jan 2027; reassess between 26 Jan 2027 and 23 Feb 2027" in shown.text
    assert "Take 1 capsule of 3 mg at bedtime" in shown.text
    assert "Jan 2027" in shown.text
    assert entries(bench) == before


def test_a_prescription_is_stored_once_however_often_it_is_sent(client: FlaskClient, bench: Bench) -> None:
    patient = patient_added(client)
    shown = worked_out(client, patient, fill_with="1.5 mg", time_of_day="morning", number="k-17")
    first = stored(client, address_of_form(patient), shown)
    before = entries(bench)
    again = stored(client, address_of_form(patient), shown)
    assert first.headers["Location"] == again.headers["Location"] == "/prescriptions/K-17"
    assert entries(bench) == before
    page = client.get("/prescriptions/K-17").text
    assert "Prescription K-17 is stored." in page
    assert "Take 3 capsules in the morning" in page
    assert "84 of 1.5 mg" in client.get("/prescriptions").text


def test_every_complaint_stands_at_its_field(client: FlaskClient) -> None:
    patient = patient_added(client)
    said = complaints(worked_out(client, patient, prescriber="", supply_days="0.5", start_on="1.12.26").text)
    assert {"prescriber", "supply_days", "start_on"} <= set(said)
    assert "steps" in complaints(worked_out(client, patient, protocol="", steps="").text)
    assert (
        "is not a whole number of 2 mg capsules"
        in complaints(worked_out(client, patient, fill_with="2 mg").text)["fill_with"]
    )
    assert "step_days" in complaints(worked_out(client, patient, protocol="trial").text)
    own = worked_out(client, patient, protocol="", steps="0.5 mg: 7\n1 mg")
    assert "7 of 0.5 mg, 35 of 1 mg" in own.text


def test_what_was_changed_after_it_was_shown_is_shown_anew(client: FlaskClient, bench: Bench) -> None:
    patient = patient_added(client)
    shown = worked_out(client, patient)
    before = entries(bench)
    answer = stored(client, address_of_form(patient), shown, supply_days="30")
    assert answer.status_code == 422
    assert "the result is not the one shown before" in answer.text
    assert "14 of 1.5 mg, 14 of 3 mg, 2 of 4.5 mg" in answer.text
    assert entries(bench) == before


def test_a_prescriber_who_is_the_patient_is_refused_at_the_field(client: FlaskClient) -> None:
    patient = patient_added(client)
    shown = worked_out(client, patient, prescriber="Zoe Nobody Beispiel")
    answer = stored(client, address_of_form(patient), shown)
    assert answer.status_code == 422
    assert "has the patient" in complaints(answer.text)["prescriber"]


def test_a_strength_that_nobody_may_make_is_not_offered_to_store(client: FlaskClient) -> None:
    shown = worked_out(client, patient_added(client), protocol="", steps="7 mg")
    assert "strength-out-of-range" in shown.text
    assert "Store the prescription" not in shown.text


def test_a_course_that_is_held_takes_the_place_of_the_old(client: FlaskClient) -> None:
    old = prescribed(client, patient_added(client))
    form = form_at(client, f"{old}/change", "prescription")
    asked = {**form, "what": "hold", "on": "2026-12-08", "days": "7", "reason": "Dreams"}
    shown = client.post(f"{old}/change", data={**asked, "do": "work-out"})
    assert "14 of 1.5 mg, 14 of 3 mg, 7 of 4.5 mg" in shown.text
    answer = stored(client, f"{old}/change", shown)
    new = answer.headers["Location"]
    assert new in links(client.get(old).text)
    page = client.get(new).text
    assert old in links(page)
    assert "Dreams" in page
    assert client.post(f"{old}/change", data={**asked, "do": "work-out"}).status_code == 422


def test_a_change_says_what_is_missing_or_impossible(client: FlaskClient) -> None:
    old = prescribed(client, patient_added(client))
    form = {**form_at(client, f"{old}/change", "prescription"), "do": "work-out"}
    said = complaints(client.post(f"{old}/change", data={**form, "days": "", "reason": ""}).text)
    assert {"days", "reason"} <= set(said)
    early = client.post(f"{old}/change", data={**form, "days": "7", "reason": "x", "on": "2026-11-30"})
    assert "2026-12-01" in complaints(early.text)["on"]


def test_a_cancelled_prescription_asks_for_nothing(client: FlaskClient) -> None:
    address = prescribed(client, patient_added(client))
    form = form_at(client, f"{address}/cancel")
    assert client.post(f"{address}/cancel", data={**form, "reason": ""}).status_code == 422
    client.post(f"{address}/cancel", data={**form, "reason": "Not wanted"})
    assert "is cancelled." in client.get(address).text
    assert f"{address}/change" not in links(client.get(address).text)
    assert "No open prescription asks for anything." in client.get("/prescriptions/demand").text
    assert address not in links(client.get("/prescriptions").text)
    assert address in links(client.get("/prescriptions?status=").text)


def test_the_list_says_what_it_shows(client: FlaskClient) -> None:
    prescribed(client, patient_added(client))
    assert "Open, newest first: 1 prescription" in client.get("/prescriptions").text
    page = client.get("/prescriptions?status=&number=rx2611-001&written_from=2026-11-01&written_to=2026-11-30").text
    said = (
        "Any status, number RX2611-001, written from 1 Nov 2026, written to 30 Nov 2026, newest first: 1 prescription"
    )
    assert said in page
    assert client.get("/prescriptions?written_from=x").status_code == 422


def test_one_click_turns_demand_into_an_order(client: FlaskClient) -> None:
    patient = patient_added(client)
    prescribed(client, patient)
    prescribed(client, patient, fill_with="1.5 mg", supply_days="30")
    page = client.get("/prescriptions/demand").text
    (address,) = [link for link in links(page) if "demand=" in link]
    order = fields(client.get(address).text)
    rows = [(order[f"strengths-{row}-strength"], order[f"strengths-{row}-capsules"]) for row in range(3)]
    assert rows == [("1.5 mg", "62"), ("3 mg", "14"), ("4.5 mg", "14")]
    assert order["formulation"] == "NTX-CAPS 1"
    assert work_out(client, order).status_code == 200


def test_no_demand_leaves_the_order_form_as_it_is(client: FlaskClient) -> None:
    assert fields(client.get("/orders/new?demand=OTHER").text)["strengths-0-strength"] == ""
