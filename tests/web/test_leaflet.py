"""The leaflet's words on the screen: read with their grade, worded anew, approved by another, then printed."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.printing import reading
from tests.services.orders import Bench
from tests.services.people import BERTA, IDA, PASSWORD
from tests.web.caring import form_at
from tests.web.conftest import signed_in
from tests.web.dispensing import dispensed, looked_at, shelved, to_dispense
from tests.web.pages import complaints, links

REVISE = "/leaflet/revise"
HARD = "Concomitant administration of opioid analgesics is contraindicated owing to antagonism."


def revised(client: FlaskClient, do: str = "keep", **changes: str) -> tuple[int, str]:
    """Status and page, or address, after sending the form."""
    answer = client.post(REVISE, data={**form_at(client, REVISE), "reason": "Shorter", **changes, "do": do})
    return answer.status_code, answer.headers.get("Location") or answer.text


def test_the_programs_words_are_shown_with_how_easily_they_are_read(client: FlaskClient) -> None:
    page = client.get("/leaflet").text
    for words in ("Leave it out.", "Reads at grade", "As the program brings it.", "printed now"):
        assert words in page
    assert REVISE in links(page)


def test_a_hard_text_is_cautioned_and_nothing_is_kept_by_looking(client: FlaskClient) -> None:
    status, page = revised(client, "look", no_opioids=HARD)
    assert (status, "harder than a twelve-year-old reads with ease" in page) == (200, True)
    assert "Nothing yet" in client.get("/leaflet").text


def test_a_version_is_approved_by_another_and_printed_with_its_number(
    application: Flask, client: FlaskClient, bench: Bench, tmp_path: Path
) -> None:
    assert revised(client, missed="! Skip it.\r\n\r\nCall us.", what_it_is="") == (303, "/leaflet?version=2")
    assert "/leaflet?version=2" in links(client.get("/leaflet").text)
    approve = {**form_at(client, "/leaflet/2/approve"), "password": PASSWORD}
    refused = client.post("/leaflet/2/approve", data=approve)
    assert (refused.status_code, "was worded by Anna Müller" in refused.text) == (422, True)
    berta = signed_in(application, BERTA)
    unproved = berta.post("/leaflet/2/approve", data=form_at(berta, "/leaflet/2/approve"))
    assert (unproved.status_code, "password" in unproved.text) == (422, True)
    signed = {**form_at(berta, "/leaflet/2/approve"), "password": PASSWORD}
    assert berta.post("/leaflet/2/approve", data=signed).status_code == 303
    page = client.get("/leaflet").text
    assert ("<strong>Skip it.</strong> Call us." in page, "Worded here." in page, "Berta Weiß" in page) == (True,) * 3
    shelved(bench, tmp_path / "keys")
    address = to_dispense(client)
    bottle = dispensed(client, address, looked_at(client, address)).headers["Location"]
    printed = " ".join(reading.pages(client.get(f"{bottle}/leaflet.pdf").data))
    assert ("Leaflet version 2" in printed, "Skip it. Call us." in printed) == (True, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"missed": "Skip it.\n! Call us."}, "missed"),
        ({"missed": "x" * 1_501}, "missed"),
        ({"missed": "飲む"}, "missed"),
        ({"missed": "Skip it.", "reason": ""}, "reason"),
    ],
    ids=str,
)
def test_what_cannot_be_printed_is_said_at_its_field(client: FlaskClient, changes: dict[str, str], field: str) -> None:
    status, page = revised(client, **changes)
    assert (status, list(complaints(page))) == (422, [field])


def test_an_auditor_reads_the_leaflet_and_words_nothing(application: Flask) -> None:
    auditor = signed_in(application, IDA)
    assert REVISE not in links(auditor.get("/leaflet").text)
    assert auditor.get("/leaflet?version=9").status_code == 404
