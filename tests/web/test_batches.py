"""The history as it is asked and walked, one batch's page, and giving a batch up."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.services.batches import lot_numbers
from tests.services.orders import HYDROCHLORIDE, Bench, add_lot, entries, reserved
from tests.services.people import ANNA, PASSWORD
from tests.web.acting import failures, newest_entry
from tests.web.histories import numbers, sent, sentence, void
from tests.web.pages import complaints, fields, links

LONG = "x" * 65_536


@pytest.fixture
def three(bench: Bench, client: FlaskClient) -> list[str]:
    """Our lot numbers of three batches: 1.5 mg today, 3 mg voided today, 1.5 mg tomorrow of another active lot."""
    today = lot_numbers(bench, bench.order("1.5 mg", "3 mg"))
    with bench.database.writing() as writing:
        other = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-2512", maker="Quarry", expires_on="2027-03-31")
    tomorrow = bench.order("1.5 mg", key="second", active_lot=other, compounded_on=date(2026, 11, 22))
    void(client, today[1])
    return [*today, *lot_numbers(bench, tomorrow)]


@pytest.mark.parametrize(
    ("asked", "which", "said"),
    [
        ("", [2, 1, 0], "Newest first: 3 batches"),
        ("strength=1.5+mg", [2, 0], "1.5 mg, newest first: 2 batches"),
        ("strength=1500+mcg", [2, 0], "1.5 mg, newest first: 2 batches"),
        ("status=voided", [1], "Voided, newest first: 1 batch"),
        ("formulation=NTX-CAPS", [2, 1, 0], "NTX-CAPS, newest first: 3 batches"),
        ("ingredient_lot=NTX-2512", [2], "With ingredient lot NTX-2512, newest first: 1 batch"),
        ("ingredient_lot=NTX", [], "With ingredient lot NTX, newest first: 0 batches"),
        ("made_from=2026-11-22", [2], "Compounded from 22 Nov 2026, newest first: 1 batch"),
        ("made_to=2026-11-21", [1, 0], "Compounded to 21 Nov 2026, newest first: 2 batches"),
        ("beyond_use_to=2027-03-31", [2], "Beyond-use date to 31 Mar 2027, newest first: 1 batch"),
        ("beyond_use_from=2027-04-01", [1, 0], "Beyond-use date from 1 Apr 2027, newest first: 2 batches"),
        ("words=quar", [2], "“quar”, newest first: 1 batch"),
        ("words=anna+MULLER", [2, 1, 0], "“anna MULLER”, newest first: 3 batches"),
        ("lot_number=261121", [1, 0], "Lot number 261121, newest first: 2 batches"),
        ("lot_number=261121a002", [1], "Lot number 261121A002, newest first: 1 batch"),
        ("lot_number=2611&strength=1.5+mg&status=planned&words=quarry&made_to=2026-12-31", [2], None),
        ("strength=3+mg&status=planned", [], "3 mg, planned, newest first: 0 batches"),
        ("words=%2C%2C", [], "“,,”, newest first: 0 batches"),
    ],
)
def test_a_filter_shows_what_it_says(
    client: FlaskClient, three: list[str], asked: str, which: list[int], said: str | None
) -> None:
    page = client.get(f"/batches?{asked}")
    assert page.status_code == 200
    assert numbers(page.text) == [three[index] for index in which]
    assert said in (None, sentence(page.text))
    if not which:
        assert "No batch matches." in page.text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("strength=1,5+mg", "strength"),
        (f"strength={LONG}", "strength"),
        ("status=lost", "status"),
        ("formulation=NONE", "formulation"),
        ("made_from=yesterday", "made_from"),
        ("beyond_use_to=2026-02-30", "beyond_use_to"),
        ("words=%00", "words"),
        (f"words={LONG}", "words"),
        ("lot_number=26%0011", "lot_number"),
        ("ingredient_lot=%00", "ingredient_lot"),
    ],
    ids=lambda value: value[:30],
)
def test_a_filter_that_cannot_be_read_is_refused_at_its_field(client: FlaskClient, asked: str, field: str) -> None:
    page = client.get(f"/batches?{asked}&made_to=2026-12-31")
    assert page.status_code == 422
    assert list(complaints(page.text)) == [field]
    assert 'value="2026-12-31"' in page.text


@pytest.mark.parametrize("place", ["after=", "after=x", "before=-1", "after=9" + "0" * 400, "before=%00", "after=0"])
def test_a_place_in_the_history_that_is_none_shows_a_page(client: FlaskClient, three: list[str], place: str) -> None:
    assert client.get(f"/batches?{place}").status_code == 200


def test_the_pages_are_walked_forward_and_back(client: FlaskClient, bench: Bench) -> None:
    """A hundred and twenty batches, fifty a page, each page once and in order in either direction."""
    strengths = [f"{tenths / 10} mg" for tenths in (5, 10, 15, 20, 25, 30, 35, 40, 45)]
    for number in range(14):
        bench.order(*strengths, key=str(number), compounded_on=date(2026, 11, 21) + timedelta(days=number), capsules=60)
    forward, addresses, address = [], [], "/batches?strength=&made_from=2026-11-01"
    while address:
        addresses.append(address)
        page = client.get(address).text
        forward.append(numbers(page))
        address = link(page, "Older →")
    assert [len(shown) for shown in forward] == [50, 50, 26]
    walked = [number for shown in forward for number in shown]
    assert walked == sorted(walked, key=lambda number: number[:10], reverse=True)
    back, address = [forward[-1]], link(client.get(addresses[-1]).text, "← Newer")
    while address:
        page = client.get(address).text
        back.append(numbers(page))
        address = link(page, "← Newer")
    assert back == forward[::-1]
    assert all("made_from=2026-11-01" in address and "strength" not in address for address in addresses[1:])


def link(html: str, words: str) -> str:
    """Where the link with these words leads; nowhere if there is none."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>{words}</a>', html)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize("typed", ["{}", "{}%0A", "%20{}%0D%0A", "%02{}%03", "{lower}", "{beginning}"])
def test_what_a_scanner_types_leads_to_the_batch(client: FlaskClient, three: list[str], typed: str) -> None:
    number = three[1]
    written = typed.format(number, lower=number.lower(), beginning=number[:10])
    found = client.get(f"/batches/find?lot={written}")
    assert (found.status_code, found.location) == (302, f"/batches/{number}")


def test_a_beginning_of_several_lot_numbers_leads_to_their_list(client: FlaskClient, three: list[str]) -> None:
    page = client.get("/batches/find?lot=261121", follow_redirects=True)
    assert numbers(page.text) == [three[1], three[0]]


@pytest.mark.parametrize("typed", ["quarry", "NTX-2512"])
def test_what_is_no_lot_number_is_looked_for_as_words(client: FlaskClient, three: list[str], typed: str) -> None:
    page = client.get(f"/batches/find?lot={typed}", follow_redirects=True)
    assert numbers(page.text) == [three[2]]


@pytest.mark.parametrize("typed", ["", "%20", "%00", "nothing", "%F0%9F%92%8A", LONG], ids=lambda typed: typed[:9])
def test_what_is_nowhere_leads_to_the_history(client: FlaskClient, three: list[str], typed: str) -> None:
    assert client.get(f"/batches/find?lot={typed}", follow_redirects=True).status_code == 200


def test_a_batchs_page_says_what_was_stored(client: FlaskClient, three: list[str]) -> None:
    page = client.get(f"/batches/{three[0]}")
    assert page.status_code == 200
    for shown in ("158.3 mg", "12,254.5 mg", "NTX-2411, Hillcrest", "20 Nov 2027", "103 to make, 100 ordered"):
        assert shown in page.text
    assert "21 Nov 2026 10:30" in page.text
    assert "Anna Müller (typed name)" in page.text  # as of a batch that was stored before people signed in
    assert f"/batches/{three[0]}/void" in links(page.text)


def test_a_voided_batchs_page_says_why_and_offers_no_label(client: FlaskClient, three: list[str]) -> None:
    page = client.get(f"/batches/{three[1]}").text
    assert "Voided: Spilled" in page
    assert "batch voided" in page
    assert f"/batches/{three[1]}/labels.pdf" not in page
    assert f"/batches/{three[1]}/void" not in links(page)


@pytest.mark.parametrize(
    "address",
    [
        "/batches/261121A0010",
        "/batches/261121A0010/void",
        "/batches/261121A0010/worksheet.pdf",
        "/batches/%00",
        "/orders/2611-999",
        "/orders/2611-999/labels.pdf",
        "/orders/%00",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_said_on_a_page(client: FlaskClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 404
    assert "Check the lot number or the address for a slip" in page.text


def test_a_batch_is_given_up_once_with_a_reason_and_a_password(client: FlaskClient, bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    before = entries(bench)
    for reason, password in (("", PASSWORD), (LONG, PASSWORD), ("\x00", PASSWORD), ("Spilled", " "), ("Spilled", LONG)):
        assert void(client, number, reason, password) == 422
    assert (entries(bench), reserved(bench, bench.active) > 0) == (before, True)
    assert void(client, number) == 303
    assert (entries(bench), reserved(bench, bench.active)) == (before + 1, Decimal(0))
    assert void(client, number) == 422
    assert entries(bench) == before + 1


def test_who_is_signed_in_gives_it_up_and_nobody_else(client: FlaskClient, bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    address = f"/batches/{number}/void"
    form = {**fields(client.get(address).text, ""), "reason": "Spilled", "password": PASSWORD}
    client.post(address, data={**form, "name": "Berta Weiß", "sign_in_name": "b.weiss"})
    voided = newest_entry(bench)
    assert (voided.kind, voided.actor) == ("batch-voided", ANNA.actor)
    assert voided.actor.is_authenticated


def test_a_wrong_password_at_a_void_is_said_at_its_field_and_counted(client: FlaskClient, bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    before = entries(bench)
    for failed in (1, 2):
        page = sent(client, number, "Spilled <all>", f"{PASSWORD}.")
        assert (page.status_code, list(complaints(page.text))) == (422, ["password"])
        assert "That is not your password" in complaints(page.text)["password"]
        assert "Spilled &lt;all&gt;</textarea>" in page.text
        assert PASSWORD not in page.text
        assert failures(bench) == failed
    assert (entries(bench), reserved(bench, bench.active) > 0) == (before, True)
    assert void(client, number) == 303
    assert failures(bench) == 0
