"""Protocols on the screen: read as a document, added, revised, retired; and offered wherever a course is planned."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.orders import Bench, entries
from tests.services.people import TOM
from tests.web.acting import newest_entry
from tests.web.caring import address_of_form, form_at, patient_added, prescribed, sent, stored, worked_out
from tests.web.conftest import signed_in
from tests.web.pages import complaints, links

CAREFUL = {
    "name": "Careful",
    "code": "careful",
    "steps": "0.5 mg: 21\r\n1 mg",
    "maximum": "1 mg",
    "time_of_day": "morning",
    "reference": "Our own practice\r\nsince 2024",
}
STANDARD = "/protocols/standard"


def test_the_list_names_whose_each_protocol_is(client: FlaskClient) -> None:
    assert sent(client, "/protocols/new", **CAREFUL) == (303, "/protocols/careful")
    page = client.get("/protocols").text
    for words in ("Gradual", "1.5 mg to 4.5 mg in 3 steps", "brought by the program", "Careful", "the site&#39;s own"):
        assert words in page
    assert {STANDARD, "/protocols/careful", "/protocols/new"} <= set(links(page))


def test_a_protocol_reads_as_a_document(client: FlaskClient) -> None:
    page = client.get("/protocols/trial").text
    for words in ("Bruun-Plesner 2020", "0.75 mg", "as each course says", "lasts on", "as the program brought it"):
        assert words in page


def test_a_course_may_follow_a_protocol_of_the_sites_own(client: FlaskClient) -> None:
    sent(client, "/protocols/new", **CAREFUL)
    asked = {**form_at(client, "/courses/new", "course"), "protocol": "careful", "start_on": "2026-12-01"}
    page = client.get("/courses/new", query_string=asked).text
    assert "Careful: 0.5 mg to 1 mg in 2 steps" in page
    assert "1 capsule of 0.5 mg in the morning" in page
    assert "Our own practice since 2024" in page


def test_a_prescription_shows_the_version_it_was_made_with(client: FlaskClient) -> None:
    sent(client, "/protocols/new", **CAREFUL)
    number = prescribed(client, patient_added(client), protocol="careful")
    changed = sent(client, "/protocols/careful/revise", steps="0.5 mg: 28\r\n1 mg", reason="Three weeks were too few")
    assert changed == (303, "/protocols/careful")
    page = client.get(number).text
    assert ("Careful, version 1" in page, "/protocols/careful?version=1" in links(page)) == (True, True)
    newest = client.get("/protocols/careful").text
    assert "Steps: 0.5 mg: 28; 1 mg, was 0.5 mg: 21; 1 mg." in newest
    assert "New courses follow version 2." in client.get("/protocols/careful?version=1").text


def test_a_prescription_worked_out_before_the_protocol_changed_is_shown_again(client: FlaskClient) -> None:
    patient = patient_added(client)
    shown = worked_out(client, patient)
    sent(client, f"{STANDARD}/revise", steps="1.5 mg: 21\r\n3 mg: 21\r\n4.5 mg", reason="Two weeks were too few")
    again = stored(client, address_of_form(patient), shown)
    assert (again.status_code, "Nothing was stored: the result is not the one shown before" in again.text) == (
        422,
        True,
    )


def test_a_retired_protocol_is_offered_no_more(client: FlaskClient, bench: Bench) -> None:
    assert sent(client, f"{STANDARD}/retire", reason="Too quick for\r\nour patients") == (303, STANDARD)
    assert "Too quick for our patients" in newest_entry(bench).document
    page = client.get(STANDARD).text
    assert "No new course follows it" in page
    assert f"{STANDARD}/retire" not in links(page)
    assert "Standard:" not in client.get("/courses/new").text


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"steps": "0.5 mg: 21\n2 mg"}, "steps", "a dose up to the protocol&#39;s maximum, 1 mg,"),
        ({"steps": ""}, "steps", "Steps is missing"),
        ({"steps": "0,5 mg: 7"}, "steps", "write a point"),
        ({"maximum": "1"}, "maximum", ""),
        ({"code": "Own Protocol"}, "code", "lower-case letters, digits and hyphens"),
        ({"code": "new"}, "code", "a code of the protocol"),
        ({"code": "trial"}, "code", "Another protocol is called"),
        ({"name": "gradual"}, "name", "Another protocol is called"),
        ({"reference": ""}, "reference", "Reference is missing"),
        ({"reference": "x" * 501}, "reference", "a text of 1 to 500"),
        ({"time_of_day": "noon"}, "time_of_day", "is not offered any more"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said_at_its_field(
    client: FlaskClient, bench: Bench, changes: dict[str, str], field: str, sentence: str
) -> None:
    before = entries(bench)
    status, page = sent(client, "/protocols/new", **{**CAREFUL, **changes})
    said = complaints(page)
    assert (status, list(said), entries(bench)) == (422, [field], before)
    assert sentence.replace("&#39;", "'") in said[field]


def test_a_technician_reads_protocols_and_is_offered_no_change(application: Flask) -> None:
    page = signed_in(application, TOM).get(STANDARD).text
    assert "Standard" in page
    assert not {f"{STANDARD}/revise", f"{STANDARD}/retire"} & set(links(page))
