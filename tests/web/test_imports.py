"""Taking files in on the page: looked at first, stored as looked at, once; what a past batch's page says."""

import re
from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.database import journal
from compounder.domain.record.journal import EntryKind
from tests.services.orders import SITE, Bench
from tests.web.pages import fields

LOTS = """\
substance,maker,lot_number,received_on,expires_on,quantity (g),cas_number,assay_percent,assay_basis,water_percent
naltrexone hydrochloride,Hillcrest,NTX-2602,2026-11-20,2029-06,25,16676-29-2,99.4,anhydrous,1.2
microcrystalline cellulose,Crème & Søn,MCC-140,2026-11-20,2029-01-31,5000,,,,
"""
BATCHES = """lot_number;formulation;strength;capsules;made_on;beyond_use_date;ingredient_lots;reference;made_by
N-2024-117;Naltrexone HCl capsules;1.5 mg;100;2024-05-17;2025-05-16;Hillcrest: NTX-2411 | OLD-9;Folder 3;A. Gray
"""


def look(client: FlaskClient, what: str, text: str) -> TestResponse:
    """The page that shows what a file says."""
    return client.post(f"/imports/{what}", data={"file": (BytesIO(text.encode()), "a.csv"), **token(client)})


def token(client: FlaskClient) -> dict[str, str]:
    return {"csrf_token": fields(client.get("/imports").text, "")["csrf_token"]}


def store(client: FlaskClient, what: str, form: dict[str, str]) -> TestResponse:
    return client.post(f"/imports/{what}", data={**form, "do": "store"}, content_type="multipart/form-data")


def kinds(bench: Bench) -> list[EntryKind]:
    """What the journal says, oldest first."""
    with bench.database.reading() as reading:
        return [entry.kind for entry in reversed(journal.newest(reading, SITE))]


def test_lots_are_looked_at_then_stored_as_received_by_hand_and_only_once(client: FlaskClient, bench: Bench) -> None:
    before = kinds(bench)
    page = look(client, "lots", LOTS)
    assert (page.status_code, kinds(bench)) == (200, before)
    assert "2 lots: nothing is stored yet" in page.text
    assert "5,000 g" in page.text
    form = fields(page.text, "")
    answers = [store(client, "lots", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert kinds(bench)[len(before) :] == [EntryKind.LOT_RECEIVED, EntryKind.LOT_RECEIVED]
    listed = client.get("/lots?words=2602").text
    assert ("NTX-2602" in listed, "quarantined" in listed) == (True, True)


def test_every_problem_stands_in_one_table_and_nothing_can_be_stored(client: FlaskClient, bench: Bench) -> None:
    before = kinds(bench)
    page = look(client, "lots", LOTS.replace("2029-06,25,16676-29-2,99.4", "2020-06,2,5e1,994"))
    assert (page.status_code, kinds(bench)) == (422, before)
    assert "nothing can be stored" in page.text
    assert 'name="sheet"' not in page.text


def test_a_file_exchanged_after_the_look_is_not_stored(client: FlaskClient, bench: Bench) -> None:
    form, before = fields(look(client, "lots", LOTS).text, ""), kinds(bench)
    other = b64decode(form["sheet"]).replace(b"5000", b"500")
    answer = store(client, "lots", {**form, "sheet": b64encode(other).decode()})
    assert (answer.status_code, kinds(bench)) == (422, before)
    assert "this is not what was looked at before" in answer.text
    assert fields(answer.text, "")["shown"] != form["shown"]


@pytest.mark.parametrize("sheet", ["", "?", "AAAA"])
def test_a_file_lost_on_the_way_is_asked_for_again(client: FlaskClient, bench: Bench, sheet: str) -> None:
    form, before = fields(look(client, "lots", LOTS).text, ""), kinds(bench)
    answer = store(client, "lots", {**form, "sheet": sheet})
    assert (answer.status_code, kinds(bench)) == (422, before)
    assert "The file cannot be read" in answer.text


def test_no_file_one_too_long_and_one_that_is_not_utf_8_are_refused_at_the_field(client: FlaskClient) -> None:
    none = client.post("/imports/lots", data=token(client))
    long = look(client, "lots", "x" * 300_001)
    foreign = client.post(
        "/imports/batches", data={"file": (BytesIO("a,Müller\n".encode("cp1252")), "a.csv"), **token(client)}
    )
    assert [answer.status_code for answer in (none, long, foreign)] == [422, 422, 422]
    assert "none was chosen" in none.text
    assert "more than 300 KB" in long.text
    assert "row 1 is not UTF-8" in foreign.text


@pytest.mark.parametrize("name", ["lots.xlsx", "lots.csv.exe", "lots"])
def test_a_file_whose_name_does_not_end_in_csv_is_refused_in_one_sentence(client: FlaskClient, name: str) -> None:
    answer = client.post("/imports/lots", data={"file": (BytesIO(LOTS.encode()), name), **token(client)})
    assert answer.status_code == 422
    assert "its name does not end in .csv; save it as “CSV UTF-8” and choose that one." in answer.text
    assert "nothing is stored yet" not in answer.text


@pytest.mark.parametrize("beginning", [b"PK\x03\x04", b"%PDF-1.7\x00", b"MZ\x00", b"\x1b[2J"])
def test_a_file_called_csv_that_is_not_text_is_refused_in_one_sentence(client: FlaskClient, beginning: bytes) -> None:
    sent = {"file": (BytesIO(beginning + LOTS.encode()), "LOTS.CSV"), **token(client)}
    answer = client.post("/imports/lots", data=sent)
    assert answer.status_code == 422
    assert "row 1 is not text; save it as “CSV UTF-8”." in answer.text


def test_a_past_batch_is_found_says_what_its_record_says_and_cannot_be_worked_with(client: FlaskClient) -> None:
    form = fields(look(client, "batches", BATCHES).text, "")
    assert store(client, "batches", form).status_code == 303
    history = client.get("/batches?ingredient_lot=OLD-9&status=past").text
    assert "past, with ingredient lot OLD-9, newest first: 1 batch" in history.lower().replace("old-9", "OLD-9")
    address = re.search(r"/past-batches/[0-9]+", history)
    assert address
    assert client.get("/batches/find?lot=n-2024").location == address[0]
    page = client.get(address[0]).text
    assert "Compounder did not plan or calculate this batch" in page
    assert ("Folder 3" in page, "this lot" in page, "not found when entered" in page) == (True, True, True)
    assert "N-2024-117" in client.get("/batches/history.csv", buffered=True).text
    assert [client.get(f"/batches/N-2024-117{part}").status_code for part in ("", "/labels.pdf", "/release")] == [
        404
    ] * 3
    assert client.get("/past-batches/7").status_code == 404
    form = {**fields(client.get(f"{address[0]}/withdraw").text, ""), "reason": "Entered twice"}
    assert client.post(f"{address[0]}/withdraw", data=form).location == address[0]
    assert "Entered twice" in client.get(address[0]).text
    assert client.post(f"{address[0]}/withdraw", data=form).status_code == 422


def test_a_template_has_every_column_and_no_row(client: FlaskClient) -> None:
    answer = client.get("/imports/lots/template.csv")
    assert answer.text.startswith("\ufeffsubstance,grade,maker,lot_number,")
    assert "it has no row below its head" in look(client, "lots", answer.text).text
