"""The list of opioids on the screen: searched, and changed by pharmacists only."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.orders import Bench, entries
from tests.services.people import IDA
from tests.web.caring import sent
from tests.web.conftest import signed_in
from tests.web.pages import complaints, links

NEW = {
    "name": "Dolorex Retard",
    "atc": "n02aa01",
    "acting": "short",
    "days_free": "",
    "reference": "",
    "reason": "A patient\r\nbrought it",
}
DOLOREX = "/opioids/dolorex-retard"


def test_the_list_is_searched_by_the_beginnings_of_names_and_by_code(client: FlaskClient) -> None:
    page = client.get("/opioids").text
    assert "292 of 337 names are to be verified" in page
    assert "List version 1, on the list: 337 names" in page
    assert page.count('scope="row"') == 50
    assert client.get("/opioids?all=&shown=on+the+list").text.count('scope="row"') == 337
    assert "on the list: 1 name<" in client.get("/opioids", query_string={"words": "BUVID"}).text
    found = client.get("/opioids", query_string={"words": "n02aj17 end", "shown": "to be verified"}).text
    assert ("Endocet" in found, found.count('scope="row"')) == (True, 1)
    assert "No name." in client.get("/opioids", query_string={"words": "water"}).text


def test_a_search_that_cannot_be_read_shows_nothing(client: FlaskClient) -> None:
    answer = client.get("/opioids", query_string={"shown": "all"})
    assert (answer.status_code, list(complaints(answer.text))) == (422, ["shown"])


def test_a_name_is_added_verified_corrected_and_withdrawn(client: FlaskClient) -> None:
    assert sent(client, "/opioids/new", **NEW) == (303, DOLOREX)
    page = client.get(DOLOREX).text
    for words in ("to be verified", "the site&#39;s own", "7 to 10 days", "A patient brought it"):
        assert words in page
    assert sent(client, f"{DOLOREX}/verify", reference="Its leaflet, 2025") == (303, DOLOREX)
    page = client.get(DOLOREX).text
    assert ("Anna Müller, 21 Nov 2026" in page, "Its leaflet, 2025" in page) == (True, True)
    assert sent(client, f"{DOLOREX}/correct", days_free="21", reason="It is a depot") == (303, DOLOREX)
    assert "21 days" in client.get(DOLOREX).text
    assert sent(client, f"{DOLOREX}/withdraw", reason="A mistake") == (303, DOLOREX)
    page = client.get(DOLOREX).text
    assert "no medicine is matched with this name" in page
    assert f"{DOLOREX}/correct" not in links(page)
    assert DOLOREX in links(client.get("/opioids", query_string={"shown": "withdrawn"}).text)
    assert DOLOREX in links(client.get("/opioids", query_string={"shown": "changed here"}).text)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": "Codeine"}, "name", "is on the list already"),
        ({"name": "—"}, "name", "a name with letters or digits"),
        ({"atc": "opioid"}, "atc", "an ATC code such as N02AA01"),
        ({"days_free": "0"}, "days_free", "1 to 90"),
        ({"acting": "slow"}, "acting", "is not offered any more"),
        ({"reason": ""}, "reason", "Reason is missing"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said_at_its_field(
    client: FlaskClient, bench: Bench, changes: dict[str, str], field: str, sentence: str
) -> None:
    before = entries(bench)
    status, page = sent(client, "/opioids/new", **{**NEW, **changes})
    assert (status, list(complaints(page)), entries(bench)) == (422, [field], before)
    assert sentence in complaints(page)[field]


def test_an_auditor_reads_the_list_and_changes_nothing(application: Flask) -> None:
    auditor = signed_in(application, IDA)
    page = auditor.get("/opioids/codeine").text
    assert "codeine" in page
    assert not [link for link in links(page) if link.startswith("/opioids/codeine/")]
