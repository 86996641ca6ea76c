"""Traces and recalls through the pages: found, drawn, listed, taken away as a file; started, told, written, closed."""

import csv
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.printing import reading
from tests.services.care import NAME, NEVER_ELSEWHERE, holding
from tests.services.orders import Bench
from tests.services.people import IDA, PASSWORD, TOM
from tests.services.recalled import contact, lot_status, noted
from tests.services.traced import OTHER, Spread, spread
from tests.web.caring import form_at
from tests.web.conftest import signed_in

pytestmark = pytest.mark.usefixtures("fixed_time")
NOTICE = {"reference": "HC-2026-17", "reason": "Hillcrest found another substance in it", "password": PASSWORD}


@pytest.fixture
def made(bench: Bench, tmp_path: Path) -> Spread:
    """Something to trace."""
    return spread(bench, tmp_path / "keys")


def start(client: FlaskClient, lot: str, **changes: str) -> TestResponse:
    """Send the form that starts the recall of a lot."""
    address = f"/recalls/start/lot/{lot}"
    return client.post(address, data={**form_at(client, address), **NOTICE, **changes})


def test_a_code_leads_to_its_trace(client: FlaskClient, bench: Bench, made: Spread) -> None:
    for code, place in (
        (made.bottles[0].lower(), f"bottle/{made.bottles[0]}"),
        (made.trituration, f"trituration/{made.trituration}"),
        ("NTX-2411", f"lot/{bench.active}"),
    ):
        assert client.get("/trace", query_string={"code": code}).headers["Location"] == f"/trace/{place}"
    assert "Nothing here has this number." in client.get("/trace?code=261121X").text
    assert client.get("/trace?code=261121A0099").status_code == 422
    assert client.get("/trace/jar/1").status_code == 404
    assert client.get("/trace/lot/3").headers["Location"] == f"/trace/trituration/{made.trituration}"


def test_a_trace_is_drawn_and_listed_with_its_patients(client: FlaskClient, bench: Bench, made: Spread) -> None:
    page = unescape(client.get(f"/trace/lot/{bench.active}").text)
    assert "It went into 1 trituration, 2 batches, 2 bottles and reached 2 patients." in page
    assert [said in page for said in (NAME, OTHER, *made.batches, *made.bottles, "Start a recall")] == [True] * 7
    drawing = page[page.index("<svg") : page.index("</svg>")]
    assert (f'href="/bottles/{made.bottles[0]}"' in drawing, f"for {OTHER}" in drawing) == (True, True)
    for place in (f"after_batch={10**13}", "after_bottle=1-1", "after_batch=x&after_bottle=x"):
        assert client.get(f"/trace/lot/{bench.active}?{place}").status_code == 200
    for address in (f"/lots/{bench.active}", f"/batches/{made.batches[1]}", f"/bottles/{made.bottles[0]}"):
        assert 'href="/trace/' in client.get(address).text


def test_a_trace_is_a_file_that_no_spreadsheet_works_out(
    application: Flask, client: FlaskClient, bench: Bench, made: Spread
) -> None:
    patient = f"/patients/{made.patients[1]}/correct"
    client.post(patient, data={**form_at(client, patient), "name": "=Mustermann", "contact": "@home\n+1 555"})
    found = {
        who: list(csv.reader(each.get(f"/trace/lot/{bench.active}/trace.csv").data.decode("utf-8-sig").splitlines()))
        for who, each in (("pharmacist", client), ("auditor", signed_in(application, IDA)))
    }
    heads, *lines = found["pharmacist"]
    named, alone = dict(zip(heads, lines[0], strict=True)), dict(zip(heads, lines[-1], strict=True))
    assert (named["Patient"], named["Contact"], named["Bottle"]) == ("'=Mustermann", "'@home / +1 555", made.bottles[1])
    assert (alone["Batch"], alone["Bottle"], len(lines)) == (made.batches[0], "", 3)
    line = dict(zip(heads, found["auditor"][1], strict=True))
    assert (line["Patient identifier"], line["Patient"], line["Contact"]) == (made.patients[1], "", "")


def test_a_recall_is_looked_at_signed_and_started_once(client: FlaskClient, bench: Bench, made: Spread) -> None:
    shown = unescape(client.get(f"/recalls/start/lot/{bench.active}").text)
    assert [said in shown for said in ("2 batches", made.trituration, "43 capsules leave the shelf")] == [True] * 3
    for change, said in (
        ({"password": "wrong"}, "password"),
        ({"reference": ""}, "number of the notice"),
        ({"reason": ""}, "Reason is missing"),
        ({"shown": "0" * 64}, "not the one shown before"),
    ):
        refused = start(client, bench.active, **change)
        assert (refused.status_code, said in unescape(refused.text)) == (422, True)
    form = {**form_at(client, f"/recalls/start/lot/{bench.active}"), **NOTICE}
    for _ in range(2):
        assert client.post(f"/recalls/start/lot/{bench.active}", data=form).headers["Location"] == "/recalls/R-0001"
    assert lot_status(bench, bench.active) == "quarantined"
    assert f'href="/batches/{made.batches[1]}/recall"' in client.get("/").text
    page = unescape(client.get("/recalls/R-0001").text)
    assert [said in page for said in ("0 of 2 patients reached", NAME, OTHER, "HC-2026-17")] == [True] * 4
    assert "R-0001" in client.get("/recalls").text
    batch = f"/batches/{made.batches[1]}"
    for address in ("/", batch, f"{batch}/free", f"/lots/{bench.active}", f"/lots/{bench.active}/status", "/lots/3"):
        assert "is open: Lot NTX-2411 of Hillcrest" in client.get(address).text
    assert "Recall <a" in client.get(f"/trace/lot/{bench.active}").text


def test_who_was_told_is_written_down(client: FlaskClient, bench: Bench, made: Spread) -> None:
    start(client, bench.active)
    address = f"/recalls/R-0001/patients/{made.patients[0]}"
    assert "7 Nowhere Lane" in client.get(address).text
    assert client.post(address, data={**form_at(client, address), "told_on": "2026-11-01"}).status_code == 422
    assert client.post(address, data=form_at(client, address)).status_code == 303
    page = client.get("/recalls/R-0001").text
    assert ("1 of 2 patients reached" in page, "by telephone: told, brings it back" in page) == (True, True)
    waiting = client.get("/recalls/R-0001?show=waiting").text
    assert (OTHER in waiting, made.patients[0] in waiting) == (True, False)
    prescribers = "/recalls/R-0001/prescribers"
    assert client.post(prescribers, data=form_at(client, prescribers)).status_code == 303
    assert "21 Nov 2026 by telephone" in client.get(prescribers).text


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_letters_are_printed_counted_and_not_kept(client: FlaskClient, bench: Bench, made: Spread, paper: str) -> None:
    start(client, bench.active)
    for to, letters in (("patients", 2), ("prescribers", 1)):
        form = form_at(client, "/recalls/R-0001") | {"to": to, "paper": paper}
        answer = client.post("/recalls/R-0001/letters.pdf", data=form)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        sheets = reading.pages(answer.data)
        assert len(sheets) == 1 + letters
        assert [said in sheets[0] for said in ("Recall R-0001", f"{letters} letter")] == [True, True]
        assert [said in sheets[1] for said in (made.batches[1], made.bottles[0], "555 0100")] == [True] * 3
    assert client.get("/recalls/R-0001").text.count("recall letters printed") == 2
    beyond = client.post("/recalls/R-0001/letters.pdf", data=form_at(client, "/recalls/R-0001") | {"first": "3"})
    assert (beyond.status_code, "Letter 3 was read; 1 to 2 is accepted." in beyond.text) == (422, True)
    assert holding(bench, (*NEVER_ELSEWHERE, "mustermann")) == {"patients"}
    assert (
        client.post("/recalls/R-0001/letters.pdf", data=form_at(client, "/recalls/R-0001") | {"to": "all"}).status_code
        == 422
    )


def test_a_recall_is_closed_with_a_word_on_how_it_ended(client: FlaskClient, bench: Bench, made: Spread) -> None:
    start(client, bench.active)
    form = {**form_at(client, "/recalls/R-0001/close"), "reason": "Everybody was told", "password": PASSWORD}
    noted(bench, "R-0001", contact(patient=made.patients[0]))
    assert client.post("/recalls/R-0001/close", data=form).status_code == 422
    form |= form_at(client, "/recalls/R-0001/close") | {"reason": form["reason"], "password": PASSWORD}
    assert client.post("/recalls/R-0001/close", data=form).status_code == 303
    page = client.get("/recalls/R-0001").text
    assert ("Everybody was told" in page, "Close the recall" in page, "Told again" in page) == (True, False, False)
    assert "R-0001" not in client.get("/").text


def test_what_a_role_may_not_is_not_offered_and_an_auditor_sees_no_name(
    application: Flask, client: FlaskClient, bench: Bench, made: Spread
) -> None:
    start(client, bench.active)
    technician, auditor = signed_in(application, TOM), signed_in(application, IDA)
    pages = [auditor.get(address).text for address in ("/recalls/R-0001", f"/trace/batch/{made.batches[1]}")]
    assert [said in "".join(pages) for said in ("Beispiel", "Mustermann", "Print the letters")] == [False] * 3
    assert made.patients[0] in pages[0]
    page = technician.get("/recalls/R-0001").text
    assert ("Print the letters" in page, "Close the recall" in page) == (True, False)
