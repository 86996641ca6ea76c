"""The order form: filled in, worked out, refused at its fields."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from compounder.database import lots
from compounder.domain.stock.lots import LotStatus
from tests.services.orders import SITE, Bench, entries, revise_settings
from tests.web.ordering import LONG, NEW, filled_in, store, work_out
from tests.web.pages import complaints, fields

RUBBISH = {
    "64 KB": LONG,
    "comma": "1,5 mg",
    "exponent": "1e5 mg",
    "Arabic digits": "١٥ mg",
    "negative": "-1 mg",
    "NUL": "1\x00 mg",
    "another unit": "1.5 Mg",
    "no space": "1.5mg",
    "markup": "<script>alert(1)</script>",
}


def test_an_empty_form_is_for_today_with_rows_to_fill(client: FlaskClient) -> None:
    form = fields(client.get(NEW).text)
    assert form["compounded_on"] == "2026-11-21"
    assert (form["formulation"], form["capsule_size"]) == ("NTX-CAPS 1", "3")
    assert [name for name in form if name.endswith("-strength")] == [f"strengths-{row}-strength" for row in range(3)]


@pytest.mark.parametrize(("wanted", "rows"), [("0", ["1.5 mg", "3 mg", "4.5 mg"]), ("1", 9), ("row", 4)])
def test_a_set_or_a_row_is_filled_in_without_a_script(client: FlaskClient, wanted: str, rows: Any) -> None:
    form = fields(client.post(NEW, data={**fields(client.get(NEW).text), "fill": wanted}).text)
    strengths = [value for name, value in form.items() if name.endswith("-strength")]
    assert strengths == rows if isinstance(rows, list) else len(strengths) == rows


@pytest.mark.parametrize("wanted", ["9" * 5_000, "٣", "-1", "x", ""])
def test_a_set_that_nobody_offers_adds_a_row(client: FlaskClient, wanted: str) -> None:
    page = client.post(NEW, data={**filled_in(client, "1.5 mg"), "fill": wanted})
    assert page.status_code == 200
    assert fields(page.text)["strengths-0-strength"] == "1.5 mg"


def test_the_result_stands_beside_the_form_and_nothing_is_stored(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    page = work_out(client, filled_in(client, "1.5 mg", "3 mg"))
    assert page.status_code == 200
    for shown in ("158.3 mg", "12,254.5 mg", "316.6 mg", "BUD 20 Nov 2027", "Store 2 batches", "0.992 × (1 − 0.016)"):
        assert shown in page.text
    assert fields(page.text)["strengths-1-strength"] == "3 mg"
    assert entries(bench) == before


@pytest.mark.parametrize(
    "name",
    [
        "formulation",
        "active_lot",
        "filler_lot",
        "compounded_on",
        "balance",
        "capsule_size",
        "strengths-0-strength",
        "strengths-0-capsules",
    ],
)
def test_rubbish_is_refused_at_its_field_and_the_rest_kept(client: FlaskClient, bench: Bench, name: str) -> None:
    form, before = filled_in(client, "1.5 mg", "3 mg"), entries(bench)
    for rubbish in RUBBISH.values():
        page = work_out(client, {**form, name: rubbish})
        said, kept = complaints(page.text), fields(page.text)
        assert (page.status_code, list(said)) == (422, [name])
        assert re.fullmatch(r"[^\n]{10,220}\.", said[name])
        assert f'<a href="#{name}">' in page.text
        assert {**kept, name: ""} == {**form, name: ""}
        assert 'value="store"' not in page.text
    assert entries(bench) == before


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("compounded_on", "", "Compounded on is missing; write it here."),
        ("compounded_on", "21.11.2026", '"21.11.2026" was read; write a date as year-month-day, such as 2026-11-21.'),
        ("compounded_on", "2026-02-30", '"2026-02-30" was read; write a day that the calendar has.'),
        ("strengths-0-strength", "", "Strength is missing in this row; write it, or empty the row."),
        ("strengths-0-strength", "0 mg", "0 mg was read; above 0 to 1,000,000 mg is accepted."),
        ("strengths-0-strength", "1,5 mg", '"1,5 mg" has a comma, which could mean ten times more; write a point.'),
        ("strengths-0-capsules", "", "Capsules is missing in this row; write it, or empty the row."),
        ("strengths-0-capsules", "0", "0 was read; 1 to 100,000 is accepted."),
        ("strengths-0-capsules", "1.5", '"1.5" was read; write a whole number such as 100.'),
        ("active_lot", "77", 'Drug lot: "77" is not offered any more; choose again.'),
    ],
)
def test_the_sentence_says_what_to_write(client: FlaskClient, name: str, typed: str, said: str) -> None:
    page = work_out(client, {**filled_in(client), name: typed})
    assert (page.status_code, complaints(page.text)) == (422, {name: said})
    assert page.text.count(f'<a href="#{name}">') == 1


def test_every_complaint_is_made_at_once(client: FlaskClient) -> None:
    wrong = {"compounded_on": "x", "strengths-0-strength": "1,5 mg", "strengths-1-capsules": "7", "balance": "B9"}
    assert set(complaints(work_out(client, filled_in(client, **wrong)).text)) == {
        "compounded_on",
        "strengths-0-strength",
        "strengths-1-strength",
        "balance",
    }


def test_an_order_without_a_strength_is_refused(client: FlaskClient) -> None:
    page = work_out(client, fields(client.get(NEW).text))
    assert (page.status_code, complaints(page.text)) == (
        422,
        {"strengths": "No strength is given; write at least one row."},
    )


def test_the_same_strength_twice_is_refused_at_the_strengths(client: FlaskClient) -> None:
    page = work_out(client, filled_in(client, "1.5 mg", "1500 mcg"))
    assert complaints(page.text) == {"strengths": '"1.5 mg twice" was read; each strength once is accepted.'}


def test_a_forty_first_strength_is_not_dropped_in_silence(client: FlaskClient, bench: Bench) -> None:
    strengths = [f"{tenths / 10} mg" for tenths in range(1, 42)]
    page = work_out(client, filled_in(client, *strengths))
    assert page.status_code == 422
    assert complaints(page.text)["strengths"].startswith("41 strengths were read; 40 fit one order")
    assert fields(page.text)["strengths-40-strength"] == "4.1 mg"
    assert work_out(client, filled_in(client, *strengths[:40])).status_code == 200


def test_empty_rows_are_no_rows(client: FlaskClient) -> None:
    form = filled_in(client, "", "1.5 mg", "", "3 mg", **{"strengths-0-capsules": "", "strengths-2-capsules": " "})
    page = work_out(client, form)
    assert page.status_code == 200
    assert "Store 2 batches" in page.text


def test_a_stopped_strength_says_why_and_storing_is_not_offered(client: FlaskClient, bench: Bench) -> None:
    page = work_out(client, filled_in(client, "1.5 mg", "45 mg", "200 mg"))
    assert page.status_code == 200
    assert "45 mg is outside this formulation, 0.1 mg to 6 mg. Ten times less is 4.5 mg." in page.text
    assert "capsule does not hold 200 mg" in page.text
    assert 'value="store"' not in page.text
    before = entries(bench)
    assert store(client, page).status_code == 422
    assert entries(bench) == before


def test_a_site_with_nothing_in_it_says_what_comes_first(client: FlaskClient, bench: Bench) -> None:
    revise_settings(bench, balances=())
    with bench.database.writing() as writing:
        for lot in (bench.active, bench.filler):
            lots.set_status(writing, SITE, lot, LotStatus.USED_UP)
    said = complaints(work_out(client, filled_in(client, "1.5 mg")).text)
    assert said == {
        "active_lot": "No lot of the drug is here yet; receive one under Lots.",
        "filler_lot": "No lot of the filler is here yet; receive one under Lots.",
        "balance": "No balance is entered yet; enter one under Settings.",
    }
