"""Lots on the screen: listed, measured, released, counted; what cannot be read is said at its field."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder.domain.stock.lots import LotStatus
from tests.services.orders import HYDROCHLORIDE, Bench, add_lot, entries
from tests.services.people import TOM
from tests.web.conftest import signed_in
from tests.web.pages import complaints, links
from tests.web.receiving import form_at, lot_at, received

WEIGHTS = "227.4 229.1 228.6 226.9\n228.3 227.8 228.9 227.0"
SIXTY = "W" * 60
LONG = "x" * 65_536


def test_a_lot_is_released_with_a_reason_by_whoever_is_signed_in(client: FlaskClient, bench: Bench) -> None:
    address = received(client)
    before = entries(bench)
    form = {**form_at(client, f"{address}/status"), "status": "in-use", "reason": "CofA checked"}
    answer = client.post(f"{address}/status", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert lot_at(bench, address).status is LotStatus.IN_USE
    assert entries(bench) == before + 1
    page = client.get(address).text
    assert "The lot is in use now." in page
    assert "CofA checked" in page
    assert "Anna Müller" in page


def test_a_status_does_not_change_without_a_reason(client: FlaskClient, bench: Bench) -> None:
    address, before = f"/lots/{bench.active}/status", entries(bench)
    form = {**form_at(client, address), "status": "quarantined", "reason": ""}
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    assert "is missing; write it here." in complaints(answer.text)["reason"]
    assert (lot_at(bench, f"/{bench.active}").status, entries(bench)) == (LotStatus.IN_USE, before)


def test_the_status_a_lot_has_is_not_offered(client: FlaskClient, bench: Bench) -> None:
    address = f"/lots/{bench.active}/status"
    answer = client.post(address, data={**form_at(client, address), "status": "in-use", "reason": "x"})
    assert answer.status_code == 422
    assert "is not offered any more" in complaints(answer.text)["status"]


def test_a_pack_statistic_is_worked_out_from_the_weights_and_the_sites_own_shell(
    client: FlaskClient, bench: Bench
) -> None:
    address, before = f"/lots/{bench.active}/measure", entries(bench)
    assert "the site&#39;s own setting, to be verified: size 000: 163 mg" in client.get(address).text
    form = {**form_at(client, address), "filled_weights": WEIGHTS, "balance": "B1"}
    page = client.post(address, data=form, follow_redirects=True).text
    assert "Pack statistic at size 3: 180.00 mg, with 48 mg taken off for the shell." in page
    assert " on B1, 8 filled: mean 228.00 mg, less 48 mg shell. Weights, mg: 227.4 229.1 228.6 226.9 228.3" in page
    assert "0.47 %" in page
    assert entries(bench) == before + 1


REFUSED_MEASUREMENTS: list[tuple[dict[str, str], str, str]] = [
    ({"filled_weights": "227 228 229 230"}, "filled_weights", "A list of 4 was read; 5 to 20 weights is accepted."),
    ({"filled_weights": "227 " * 21}, "filled_weights", "A list of 21 was read"),
    ({"filled_weights": "227,1 228 229 230 231"}, "filled_weights", "has a comma"),
    ({"filled_weights": "40 228 229 230 231"}, "filled_weights", "more than the empty shell, 48 mg"),
    ({"filled_weights": "127 228 229 230 231"}, "filled_weights", "127 mg among these weights was read"),
    ({"filled_weights": LONG}, "filled_weights", "write five to twenty weights"),
    ({"balance": ""}, "balance", "Choose the balance that is used."),
    ({"filled_weights": "227.25 228 229 230 231"}, "filled_weights", "a reading of B1, in steps of 0.1 mg"),
    ({"mean_empty_shell": "48"}, "mean_empty_shell", "one space and"),
    ({"measured_on": "today"}, "measured_on", "write a date as year-month-day"),
    ({"capsule_size": "6"}, "capsule_size", "is not offered any more"),
]


def test_what_a_measurement_cannot_be_is_said_at_its_field(client: FlaskClient, bench: Bench) -> None:
    address, before = f"/lots/{bench.active}/measure", entries(bench)
    form = {**form_at(client, address), "filled_weights": WEIGHTS, "balance": "B1"}
    for changes, field, sentence in REFUSED_MEASUREMENTS:
        answer = client.post(address, data={**form, **changes})
        assert answer.status_code == 422, changes
        assert sentence in complaints(answer.text)[field], changes
    assert entries(bench) == before


def test_the_stock_is_put_to_what_was_counted(client: FlaskClient, bench: Bench) -> None:
    address, before = f"/lots/{bench.active}/adjust", entries(bench)
    form = {**form_at(client, address), "counted": "24.8 g", "reason": "Spilled at the bench"}
    page = client.post(address, data=form, follow_redirects=True).text
    assert "24.8 g is on hand now." in page
    assert "−200 mg" in page
    assert entries(bench) == before + 1


def test_less_than_is_reserved_is_refused(client: FlaskClient, bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg")
    address, before = f"/lots/{bench.active}/adjust", entries(bench)
    form = {**form_at(client, address), "counted": "100 mg", "reason": "Spilled"}
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    assert "would hold less than the" in answer.text
    assert entries(bench) == before


def test_the_list_says_what_it_shows_with_the_earliest_expiry_first(client: FlaskClient) -> None:
    page = client.get("/lots").text
    assert "Earliest expiry first: 2 lots" in page
    assert page.index("NTX-2411") < page.index("MCC-118")
    assert "/lots/1" in links(page)


@pytest.mark.parametrize(
    ("asked", "said", "found"),
    [
        ("words=hillcrest", "“hillcrest”, earliest expiry first: 1 lot", {"NTX-2411"}),
        ("substance=microcrystalline+cellulose", "Microcrystalline cellulose, earliest expiry first: 1", {"MCC-118"}),
        ("status=quarantined", "Quarantined, earliest expiry first: 0 lots", set()),
        ("status=in-use", "In use, earliest expiry first: 2 lots", {"NTX-2411", "MCC-118"}),
        ("words=zzz", "0 lots", set()),
        ("after=rubbish", "2 lots", {"NTX-2411", "MCC-118"}),
    ],
)
def test_lots_are_found_by_words_substance_and_status(
    client: FlaskClient, asked: str, said: str, found: set[str]
) -> None:
    page = client.get(f"/lots?{asked}").text
    assert said in page
    assert {number for number in ("NTX-2411", "MCC-118") if number in page} == found


def test_a_lot_is_rejected_for_good(client: FlaskClient, bench: Bench) -> None:
    address = f"/lots/{bench.active}"
    form = {**form_at(client, f"{address}/status"), "status": "rejected", "reason": "Assay 91 %"}
    page = client.post(f"{address}/status", data=form, follow_redirects=True).text
    assert "The lot is rejected now." in page
    assert f"{address}/status" not in links(page)
    refused = client.get(f"{address}/status")
    assert refused.status_code == 422
    assert "Lot NTX-2411 is rejected for good; receive another lot." in refused.text


def test_a_technician_quarantines_a_lot_and_says_no_more_of_it(application: Flask, bench: Bench) -> None:
    client, address = signed_in(application, TOM), f"/lots/{bench.active}"
    form = {**form_at(client, f"{address}/status"), "reason": "Spilled on"}
    assert client.post(f"{address}/status", data={**form, "status": "rejected"}).status_code == 422
    assert lot_at(bench, address).status is LotStatus.IN_USE
    client.post(f"{address}/status", data={**form, "status": "quarantined"})
    assert lot_at(bench, address).status is LotStatus.QUARANTINED
    page = client.get(f"{address}/status").text
    assert "What becomes of it, a pharmacist or the owner says." in page
    assert client.get(f"{address}/amend").status_code == 403
    assert f"{address}/amend" not in links(client.get(address).text)


def test_a_rejected_lot_is_listed_as_that_even_when_it_has_expired(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        add_lot(writing, HYDROCHLORIDE, lot_number="NTX-OLD", expires_on="2026-11-20", status=LotStatus.REJECTED)
    listed = client.get("/lots?status=rejected").text
    assert "Rejected, earliest expiry first: 1 lot" in listed
    assert ">rejected<" in listed.partition("NTX-OLD")[2].partition("</tr>")[0]
    assert "0 lots" in client.get("/lots?status=expired").text


@pytest.mark.parametrize("asked", ["status=lost", "substance=x", f"words={'x' * 3_000}", "words=%00"])
def test_a_filter_that_cannot_be_read_is_refused(client: FlaskClient, asked: str) -> None:
    answer = client.get(f"/lots?{asked}")
    assert answer.status_code == 422
    assert "Something is not right yet" in answer.text


def test_an_expired_lot_says_so_whatever_its_status(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        add_lot(writing, HYDROCHLORIDE, lot_number="NTX-OLD", expires_on="2026-11-20")
        add_lot(writing, HYDROCHLORIDE, lot_number="NTX-LAST-DAY", expires_on="2026-11-21")
    listed = client.get("/lots").text
    assert ">expired<" in listed.partition("NTX-OLD")[2].partition("</tr>")[0]
    assert ">in use<" in listed.partition("NTX-LAST-DAY")[2].partition("</tr>")[0]


def test_a_lot_is_found_under_the_status_that_the_list_shows(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        add_lot(writing, HYDROCHLORIDE, lot_number="NTX-OLD", expires_on="2026-11-20")
        add_lot(writing, HYDROCHLORIDE, lot_number="NTX-OLDER", expires_on="2026-11-19", status=LotStatus.QUARANTINED)
        add_lot(writing, HYDROCHLORIDE, lot_number="NTX-LAST-DAY", expires_on="2026-11-21")
    expired = client.get("/lots?status=expired").text
    assert "Expired, earliest expiry first: 2 lots" in expired
    assert "0 lots" in client.get("/lots?status=quarantined").text
    assert [number in expired for number in ("NTX-OLDER", "NTX-OLD", "NTX-LAST-DAY")] == [True, True, False]
    in_use = client.get("/lots?status=in-use").text
    assert [number in in_use for number in ("NTX-OLD", "NTX-LAST-DAY")] == [False, True]


def test_a_page_of_lots_leads_to_the_next(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        for number in range(60):
            add_lot(writing, HYDROCHLORIDE, lot_number=f"NTX-{number:03}")
    page = client.get("/lots").text
    assert "the first 50 lots" in page
    (older,) = [link for link in links(page) if "after=" in link]
    assert "NTX-059" in client.get(older).text


def test_a_lot_with_many_movements_shows_the_newest_and_leads_to_all(client: FlaskClient, bench: Bench) -> None:
    for number in range(6):
        bench.order("1.5 mg", "3 mg", "4.5 mg", key=f"order {number}")
    page = client.get(f"/lots/{bench.active}").text
    (earlier,) = [link for link in links(page) if "ledger=all" in link]
    assert page.count(">reserved<") == 15
    assert client.get(earlier).text.count(">reserved<") == 18


def test_powder_with_water_of_hydration_is_worked_out_as_the_hydrochloride(client: FlaskClient) -> None:
    assayed = {"assay": "99.0", "water": "8.9", "assay_expressed_as": "naltrexone hydrochloride"}
    page = client.get(received(client, substance="naltrexone hydrochloride dihydrate", **assayed)).text
    assert "1 g of this powder holds 901.89 mg of naltrexone hydrochloride." in page
    assert "0.99 × (1 − 0.089)" in page


def test_words_of_sixty_letters_and_markup_stand_as_they_were_typed(client: FlaskClient) -> None:
    page = client.get(received(client, maker=SIXTY, lot_number="<b>&" + "W" * 56, name=SIXTY)).text
    assert "<b>" not in page
    assert f"&lt;b&gt;&amp;{'W' * 56}" in page


def test_a_lot_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    for lot_id in ("999", "x", "٣", "9" * 300):
        for what in ("", "/measure", "/status", "/adjust"):
            assert client.get(f"/lots/{lot_id}{what}").status_code == 404, lot_id
