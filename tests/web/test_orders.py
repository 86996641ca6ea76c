"""The order form: worked out, refused at its fields, decided, stored once."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.codec.documents import canonical
from compounder.database import batches, formulations, lots
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.stock.lots import LotStatus
from tests.services.orders import (
    CELLULOSE,
    HYDROCHLORIDE,
    SITE,
    Bench,
    add_lot,
    an_entry,
    approval,
    entries,
    reserved,
    revise_settings,
)
from tests.web.pages import complaints, fields

NEW = "/orders/new"
LONG = "x" * 65_536
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


def filled_in(client: FlaskClient, *strengths: str, **changes: str) -> dict[str, str]:
    """The form, filled in with a hundred capsules of each strength."""
    form = fields(client.get(NEW).text)
    rows = {f"strengths-{index}-strength": strength for index, strength in enumerate(strengths or ("1.5 mg",))}
    counts = {name.replace("-strength", "-capsules"): "100" for name in rows}
    return {**form, **rows, **counts, **changes}


def work_out(client: FlaskClient, form: dict[str, str]) -> TestResponse:
    return client.post(NEW, data={**form, "do": "work-out"})


def store(client: FlaskClient, worked_out: TestResponse, **typed: str) -> TestResponse:
    """Send what stands on the worked-out page, with a name."""
    return client.post(NEW, data={**fields(worked_out.text), "name": "Anna Müller", **typed, "do": "store"})


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


def test_stored_batches_stand_on_the_orders_page(client: FlaskClient, bench: Bench) -> None:
    stored = store(client, work_out(client, filled_in(client, "1.5 mg", "3 mg")))
    assert (stored.status_code, stored.location) == (303, "/orders/2611-001")
    page = client.get(stored.location).text
    assert "Order 2611-001 is stored." in page
    assert [number[:10] for number in re.findall(r">(26\w{9})<", page)] == ["261121A001", "261121A002"]
    assert reserved(bench, bench.active) > 400


def test_a_second_click_leads_to_the_first_order(client: FlaskClient, bench: Bench) -> None:
    worked_out = work_out(client, filled_in(client, "1.5 mg"))
    first = store(client, worked_out)
    state = entries(bench), reserved(bench, bench.active)
    again = store(client, worked_out)
    assert (again.status_code, again.location) == (303, first.location)
    assert (entries(bench), reserved(bench, bench.active)) == state


def test_a_second_click_leads_to_the_first_order_when_that_took_the_last_grams(
    client: FlaskClient, bench: Bench
) -> None:
    with bench.database.writing() as writing:
        small = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-SMALL", quantity="0.2 g")
    worked_out = work_out(client, filled_in(client, "1.5 mg", active_lot=small))
    assert store(client, worked_out).location == store(client, worked_out).location == "/orders/2611-001"


@pytest.mark.parametrize(
    "key", ["", "short", LONG, "a" * 21 + "\x00", "ä" * 22], ids=["none", "short", "64 KB", "NUL", "umlauts"]
)
def test_a_form_without_its_key_stores_nothing(client: FlaskClient, bench: Bench, key: str) -> None:
    worked_out, before = work_out(client, filled_in(client, "1.5 mg")), entries(bench)
    refused = store(client, worked_out, key=key)
    assert refused.status_code == 422
    assert "This form lost its key on the way; open a new one and fill it in again." in refused.text
    assert entries(bench) == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Your name is missing; the record says who stored it."),
        (" \t", "Your name is missing; the record says who stored it."),
        (LONG, "a text of at most 2,000 printable letters is accepted."),
        ("Anna\x00", "a text of at most 2,000 printable letters is accepted."),
    ],
    ids=["empty", "blank", "64 KB", "NUL"],
)
def test_who_stores_it_gives_a_name(client: FlaskClient, bench: Bench, name: str, said: str) -> None:
    worked_out, before = work_out(client, filled_in(client, "1.5 mg")), entries(bench)
    refused = store(client, worked_out, name=name)
    assert refused.status_code == 422
    assert complaints(refused.text)["name"].endswith(said)
    assert "158.3 mg" in refused.text
    assert entries(bench) == before
    assert store(client, refused, name="Anna Müller").status_code == 303


def test_a_decision_needs_a_name_and_a_reason(client: FlaskClient, bench: Bench) -> None:
    worked_out, before = work_out(client, filled_in(client, "1.5 mg", "2.2 mg")), entries(bench)
    refused = store(client, worked_out)
    assert (refused.status_code, entries(bench)) == (422, before)
    assert complaints(refused.text) == {
        "decisions-0-name": "Decided by is missing; this finding needs both to go on.",
        "decisions-0-reason": "Reason is missing; this finding needs both to go on.",
    }
    for name in complaints(refused.text):
        assert f'<a href="#{name}">' in refused.text
    half = store(client, refused, **{"decisions-0-name": "Berta Weiß"})
    assert list(complaints(half.text)) == ["decisions-0-reason"]
    assert fields(half.text)["decisions-0-name"] == "Berta Weiß"
    stored = store(client, half, **{"decisions-0-reason": "The prescriber was telephoned."})
    assert stored.status_code == 303
    with bench.database.reading() as reading:
        made = batches.of_order(reading, SITE, "2611-001")
    assert [[(each.name, each.reason) for each in batch.record.decisions] for batch in made] == [
        [],
        [("Berta Weiß", "The prescriber was telephoned.")],
    ]


@pytest.mark.parametrize("part", ["name", "reason"])
def test_rubbish_in_a_decision_is_refused_at_its_field(client: FlaskClient, bench: Bench, part: str) -> None:
    worked_out, before = work_out(client, filled_in(client, "2.2 mg")), entries(bench)
    typed = {"decisions-0-name": "Berta Weiß", "decisions-0-reason": "Telephoned", f"decisions-0-{part}": LONG}
    refused = store(client, worked_out, **typed)
    assert (refused.status_code, list(complaints(refused.text))) == (422, [f"decisions-0-{part}"])
    assert entries(bench) == before


def test_what_was_decided_is_kept_while_the_order_is_put_right(client: FlaskClient) -> None:
    worked_out = work_out(client, filled_in(client, "2.2 mg"))
    typed = {"decisions-0-name": "Berta Weiß", "decisions-0-reason": "Telephoned", "name": "Anna Müller"}
    wrong = work_out(client, {**fields(worked_out.text), **typed, "compounded_on": "soon"})
    assert wrong.status_code == 422
    right = work_out(client, {**fields(wrong.text), "compounded_on": "2026-11-22"})
    assert {name: fields(right.text)[name] for name in typed} == typed


def test_a_field_changed_after_the_result_was_shown_stores_nothing(client: FlaskClient, bench: Bench) -> None:
    """As happens without a script: the store button is still there."""
    with bench.database.writing() as writing:
        twin = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-TWIN")
    worked_out, before = work_out(client, filled_in(client, "1.5 mg")), entries(bench)
    refused = worked_out
    for changed in ({"strengths-0-strength": "3 mg"}, {"active_lot": twin}, {"compounded_on": "2026-11-22"}):
        refused = store(client, worked_out, **changed)
        assert refused.status_code == 422
        assert "the result is not the one shown before" in refused.text
        assert entries(bench) == before
    assert store(client, refused).status_code == 303


def test_a_setting_changed_meanwhile_stores_nothing(client: FlaskClient, bench: Bench) -> None:
    worked_out = work_out(client, filled_in(client, "1.5 mg"))
    revise_settings(bench, correct_for_potency=False)
    refused = store(client, worked_out)
    assert refused.status_code == 422
    assert "154.5 mg" in refused.text
    assert store(client, refused).status_code == 303


def test_a_lot_quarantined_meanwhile_is_named(client: FlaskClient, bench: Bench) -> None:
    worked_out = work_out(client, filled_in(client, "1.5 mg"))
    with bench.database.writing() as writing:
        lots.set_status(writing, SITE, bench.filler, LotStatus.QUARANTINED)
    refused = store(client, worked_out)
    assert refused.status_code == 422
    assert "Nothing was stored. Lot MCC-118 of microcrystalline cellulose is quarantined" in refused.text
    assert 'value="store"' not in refused.text


def test_a_lot_used_up_meanwhile_is_not_offered_any_more(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        add_lot(writing, CELLULOSE, lot_number="MCC-119")
    worked_out = work_out(client, filled_in(client, "1.5 mg", filler_lot=bench.filler))
    with bench.database.writing() as writing:
        lots.set_status(writing, SITE, bench.filler, LotStatus.USED_UP)
    refused = store(client, worked_out)
    assert complaints(refused.text) == {"filler_lot": 'Filler lot: "2" is not offered any more; choose again.'}


def test_a_version_replaced_meanwhile_is_not_offered_any_more(client: FlaskClient, bench: Bench) -> None:
    worked_out = work_out(client, filled_in(client, "1.5 mg"))
    with bench.database.writing() as writing:
        second = replace(first_formulation(1), version=2, reason="Another grade of the filler")
        formulations.add_version(writing, SITE, second, an_entry(writing))
        formulations.approve(writing, SITE, "NTX-CAPS", 2, approval())
    refused = store(client, worked_out)
    assert list(complaints(refused.text)) == ["formulation"]


def test_a_day_far_away_is_refused_at_the_day(client: FlaskClient) -> None:
    refused = store(client, work_out(client, filled_in(client, compounded_on="2028-11-21", capsule_size="")))
    assert complaints(refused.text)["compounded_on"] == (
        "21 Nov 2028 was read; 20 Nov 2025 to 22 Nov 2027 is accepted."
    )


def test_what_is_written_on_a_page_is_text_and_never_markup(client: FlaskClient) -> None:
    typed = "<script>alert(1)</script>"
    page = store(client, work_out(client, filled_in(client, "2.2 mg")), name=typed, compounded_on=typed)
    assert typed not in page.text
    assert "&lt;script&gt;" in page.text


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


def test_the_record_keeps_the_order_as_it_was_read(client: FlaskClient, bench: Bench) -> None:
    store(client, work_out(client, filled_in(client, "0.0015 g", balance="")))
    with bench.database.reading() as reading:
        (batch,) = batches.of_order(reading, SITE, "2611-001")
    assert '"strength":"1.5 mg"' in canonical(batch.record.order)
    assert [balance.name for balance in batch.record.order.balances] == ["B1", "B2"]
    assert batch.record.stored_by == "Anna Müller"
