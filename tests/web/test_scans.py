"""Scans on the screen: a code is read only where one is asked for, and what it says is held against what is known."""

import pytest
from flask.testing import FlaskClient

from tests.services.benches import a_batch, at_bench
from tests.services.orders import HYDROCHLORIDE, Bench, add_lot, entries
from tests.web.benches import weigh
from tests.web.pages import complaints
from tests.web.receiving import DRUG, RECEIVE, form_at, lot_at, received

SCANS = ["NTX-2411", "261121A0078", "0109506000134352", "]d201095060001343521728063010NTX-2411", "4006381333931"]


@pytest.mark.parametrize("scan", SCANS)
def test_a_scan_in_a_reading_is_refused_in_a_sentence_and_stores_nothing(
    bench: Bench, client: FlaskClient, scan: str
) -> None:
    number = a_batch(bench)
    before = entries(bench)
    answer = weigh(client, number, reading=scan, again=scan)
    assert answer.status_code == 422
    assert "was read; write a number, one space and" in complaints(answer.text)["reading"]
    assert entries(bench) == before


def test_a_jar_whose_code_says_another_expiry_is_not_weighed_from(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    answer = weigh(client, number, lot="]d201095060001343521727063010NTX-2411")
    said = complaints(answer.text)["lot"]
    assert said == (
        "The jar's code says 30 Jun 2027, lot NTX-2411 is entered with 30 Jun 2028; "
        "weigh nothing of it, and correct the lot or its label."
    )
    weigh(client, number, lot="]d201095060001343521728060010NTX-2411")
    assert at_bench(bench, number).making.next_line == 1


def test_a_jar_of_another_delivery_of_the_lot_is_put_back(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    with bench.database.writing() as writing:
        add_lot(writing, HYDROCHLORIDE, expires_on="2027-06-30")
    answer = weigh(client, number, lot="]d201095060001343521727063010NTX-2411")
    assert complaints(answer.text)["lot"] == (
        "This jar of lot NTX-2411 is of another delivery, 30 Jun 2027. "
        "Put it back, and weigh from the one that expires on 30 Jun 2028."
    )


@pytest.mark.parametrize(
    ("scan", "lot_number"),
    [
        ("]d201095060001343521728063010AB-7", "AB-7"),
        ("010950600013435210AB-7\x1d17280630", "AB-7"),
        ("NTX-2501", "NTX-2501"),
        ("261121A0071", "261121A0071"),
    ],
)
def test_a_scanned_pack_is_received_under_its_lot_number(
    bench: Bench, client: FlaskClient, scan: str, lot_number: str
) -> None:
    assert lot_at(bench, received(client, lot_number=scan)).lot.lot_number == lot_number


@pytest.mark.parametrize(
    ("scan", "field", "said"),
    [
        (
            "]d201095060001343521727063010AB-7",
            "expires_on",
            "The pack's code says 30 Jun 2027, and 30 Jun 2028 was typed; look at the pack.",
        ),
        ("]d2010950600013435217280630", "lot_number", "names no lot"),
        ("0109506000134353", "lot_number", "check digit"),
        ("AB-7\x00", "lot_number", "scanned or typed"),
    ],
)
def test_a_pack_that_says_something_else_is_not_received(
    bench: Bench, client: FlaskClient, scan: str, field: str, said: str
) -> None:
    before = entries(bench)
    answer = client.post(RECEIVE, data={**form_at(client, RECEIVE), **DRUG, "lot_number": scan})
    assert answer.status_code == 422
    assert said in complaints(answer.text)[field]
    assert entries(bench) == before


def test_a_number_of_ours_that_was_misread_is_said_to_be_so_where_batches_are_found(
    bench: Bench, client: FlaskClient
) -> None:
    number = a_batch(bench)
    wrong = f"{number[:8]}{'0' if number[8] != '0' else '9'}{number[9:]}"
    page = client.get(f"/batches/find?lot={wrong}", follow_redirects=True).text
    assert "The check character of lot number" in page
    assert "The check character" not in client.get("/batches/find?lot=NTX-2411", follow_redirects=True).text


@pytest.mark.parametrize(
    "code", ["01{gtin}17271120" + "10{ours}", "]d2010952123400001317271120" + "10{ours}", "]d1{ours}"]
)
def test_our_own_label_scanned_leads_to_its_batch_and_filters_the_history(
    bench: Bench, client: FlaskClient, code: str
) -> None:
    number = a_batch(bench)
    text = code.format(ours=number, gtin="09521234000013")
    assert client.get("/batches/find", query_string={"lot": text}).location == f"/batches/{number}"
    assert f"lot number {number}" in client.get("/batches", query_string={"lot_number": text}).text.lower().replace(
        number.lower(), number
    )


def test_a_code_with_a_wrong_check_digit_is_refused_in_one_sentence(bench: Bench, client: FlaskClient) -> None:
    wrong = "010952123400001417271120" + f"10{a_batch(bench)}"
    said = "The check digit of product number &#34;09521234000014&#34; is wrong; scan it again."
    assert said in client.get("/batches/find", query_string={"lot": wrong}, follow_redirects=True).text
    filtered = client.get("/batches", query_string={"lot_number": wrong})
    assert (filtered.status_code, said in filtered.text) == (422, True)
