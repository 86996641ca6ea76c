"""Correcting a lot on the screen: filled with what stands there, refused at its field, the old value beside the new."""

import pytest
from flask.testing import FlaskClient

from tests.services.orders import CELLULOSE, Bench, add_lot, entries
from tests.web.lots import TABLETS, TRITURATION
from tests.web.pages import complaints, links
from tests.web.receiving import form_at, lot_at, received

WHY = {"reason": "Misread on the certificate"}


def amended(client: FlaskClient, address: str, **changes: str) -> str:
    """The lot's page after the correction."""
    form = {**form_at(client, f"{address}/amend"), **WHY, **changes}
    answer = client.post(f"{address}/amend", data=form, follow_redirects=True)
    assert answer.status_code == 200, complaints(answer.text)
    return answer.text


def test_the_form_holds_what_stands_there(client: FlaskClient) -> None:
    form = form_at(client, f"{received(client)}/amend")
    assert {
        "maker": "Hillcrest",
        "lot_number": "NTX-2501",
        "expires_on": "2028-06-30",
        "water": "1.6",
    }.items() <= form.items()
    assert (form["assay"], form["assay_basis"], form["residual_solvent"]) == ("99.2", "anhydrous", "")
    assert not {"substance", "quantity", "weights"} & form.keys()


def test_the_old_value_stays_readable_beside_the_new(client: FlaskClient, bench: Bench) -> None:
    address = received(client)
    before = entries(bench)
    page = amended(client, address, lot_number="NTX-2507", water="1.8", expires_on="2028-03")
    assert "The lot is corrected: maker&#39;s lot number, expiry date, water." in page
    for old, new in (("NTX-2501", "NTX-2507"), ("1.6 %", "1.8 %"), ("30 Jun 2028", "31 Mar 2028")):
        assert f"was </span>{old}</del>" in page
        assert f"is </span>{new}</strong>" in page
    assert page.count("Misread on the certificate") == 4  # three corrected fields, and the journal
    assert page.count("Anna Müller") > 4  # whoever is signed in: in each row, and in the journal
    assert "typed name" not in page
    assert "Planned with the old figures" not in page
    assert lot_at(bench, address).lot.lot_number == "NTX-2507"
    assert entries(bench) == before + 1


def test_a_lot_from_before_its_cas_number_was_asked_for_may_be_given_it_and_keeps_it(
    client: FlaskClient, bench: Bench
) -> None:
    address = f"/lots/{bench.active}"
    assert "CAS number" not in amended(client, address, maker="Hillcrest Ltd").partition("Corrections")[0]
    page = amended(client, address, cas_number="16676-29-2")
    assert "The lot is corrected: CAS number." in page
    form = {**form_at(client, f"{address}/amend"), **WHY}
    assert form["cas_number"] == "16676-29-2"
    answer = client.post(f"{address}/amend", data={**form, "cas_number": ""})
    assert "CAS number is missing" in complaints(answer.text)["cas_number"]


def test_two_clicks_make_one_correction(client: FlaskClient, bench: Bench) -> None:
    address = f"{received(client)}/amend"
    form = {**form_at(client, address), **WHY, "maker": "Hillcrest Ltd"}
    before = entries(bench)
    assert [client.post(address, data=form).status_code for _ in range(2)] == [303, 303]
    assert entries(bench) == before + 1


REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"maker": ""}, "maker", "is missing; write it here."),
    ({"lot_number": "x" * 61}, "lot_number", "60"),
    ({"expires_on": "soon"}, "expires_on", "write a date as year-month-day"),
    ({"expires_on": "2026-01-31"}, "expires_on", "before its receipt"),
    ({"assay": "9.92"}, "assay", "50"),
    ({"assay": ""}, "assay", "every dose depends on it"),
    ({"water": ""}, "water", "an assay on the anhydrous basis needs it"),
    ({"assay_basis": "dried"}, "loss_on_drying", "an assay on the dried basis needs it"),
    ({"assay_expressed_as": "naltrexone hydrochloride dihydrate"}, "assay_basis", "dihydrate"),
    ({"cas_number": "16590-41-3"}, "cas_number", "16590-41-3 is naltrexone, and naltrexone hydrochloride is chosen"),
    ({"residual_solvent": "29"}, "residual_solvent", "of water and solvent together"),
    ({"reason": ""}, "reason", "is missing; write it here."),
]


def test_what_receiving_would_refuse_is_said_at_its_field(client: FlaskClient, bench: Bench) -> None:
    address, before = f"/lots/{bench.active}/amend", entries(bench)
    form = {**form_at(client, address), **WHY}
    for changes, field, sentence in REFUSED:
        answer = client.post(address, data={**form, **changes})
        assert answer.status_code == 422, changes
        assert sentence in complaints(answer.text).get(field, ""), (changes, complaints(answer.text))
    assert entries(bench) == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Lot NTX-2411 says all of this already; nothing was stored."),
        ({"maker": "X", "shown": "of another day"}, "lot NTX-2411 was corrected meanwhile. Open it again"),
    ],
)
def test_what_is_no_correction_is_said_above_the_form(
    client: FlaskClient, bench: Bench, changes: dict[str, str], sentence: str
) -> None:
    address, before = f"/lots/{bench.active}/amend", entries(bench)
    answer = client.post(address, data={**form_at(client, address), **WHY, **changes})
    assert (answer.status_code, entries(bench)) == (422, before)
    assert sentence in answer.text


def test_what_was_planned_with_the_old_figures_is_named_before_and_after(client: FlaskClient, bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg")
    address = f"/lots/{bench.active}"
    assert {"/batches/261121A001K", "/batches/261121A002I"} <= set(links(client.get(f"{address}/amend").text))
    assert "Planned with the old figures" not in amended(client, address, maker="Hillcrest Ltd")
    page = amended(client, address, assay="98.5")
    assert "Planned with the old figures: 261121A002I, 261121A001K. Void or reject them and order again." in page
    assert {"/batches/261121A001K", "/batches/261121A002I"} <= set(links(page))


def test_a_lot_without_certificate_figures_is_asked_for_none(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        tablets, filler = add_lot(writing, TABLETS), add_lot(writing, CELLULOSE, lot_number="MCC-119")
    for lot_id in (tablets, filler):
        assert "assay" not in form_at(client, f"/lots/{lot_id}/amend")
        assert "The lot is corrected: expiry date." in amended(client, f"/lots/{lot_id}", expires_on="2028-01-31")


def test_a_trituration_is_not_corrected(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        lot_id = add_lot(writing, TRITURATION)
    assert f"/lots/{lot_id}/amend" not in links(client.get(f"/lots/{lot_id}").text)
    refused = client.get(f"/lots/{lot_id}/amend")
    assert refused.status_code == 422
    assert "is what its weights come to and is not corrected; reject it instead." in refused.text
