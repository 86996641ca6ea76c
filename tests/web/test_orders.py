"""Storing what the order form shows: decided, named, once, and only as it was shown."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.codec.documents import canonical
from compounder.database import batches, formulations, lots
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.stock.lots import LotStatus
from tests.services.batches import lot_numbers
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
from tests.services.people import ANNA, BERTA, TOM
from tests.web.acting import newest_entry
from tests.web.conftest import signed_in
from tests.web.ordering import LONG, filled_in, store, work_out
from tests.web.pages import complaints, fields


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


def test_who_is_signed_in_stores_it_whatever_else_is_sent(client: FlaskClient, bench: Bench) -> None:
    worked_out = work_out(client, filled_in(client, "1.5 mg"))
    assert "name" not in fields(worked_out.text)
    page = client.get(store(client, worked_out, name="Berta Weiß").location).text
    assert "Anna Müller" in page
    assert "Berta Weiß" not in page
    stored = newest_entry(bench)
    assert (stored.actor, stored.actor.is_authenticated) == (ANNA.actor, True)
    (number,) = lot_numbers(bench, "2611-001")
    assert "(typed name)" not in client.get(f"/batches/{number}").text


def test_a_decision_needs_a_reason_and_is_made_by_who_is_signed_in(client: FlaskClient, bench: Bench) -> None:
    worked_out, before = work_out(client, filled_in(client, "1.5 mg", "2.2 mg")), entries(bench)
    refused = store(client, worked_out)
    assert (refused.status_code, entries(bench)) == (422, before)
    assert complaints(refused.text) == {
        "decisions-0-reason": "The reason is missing; this finding needs one to go on, and then a second person.",
    }
    assert '<a href="#decisions-0-reason">' in refused.text
    blank = store(client, refused, **{"decisions-0-reason": " \t"})
    assert (blank.status_code, list(complaints(blank.text))) == (422, ["decisions-0-reason"])
    typed = {"decisions-0-reason": "The prescriber was telephoned.", "decisions-0-name": "Berta Weiß"}
    assert store(client, blank, **typed).status_code == 303
    with bench.database.reading() as reading:
        made = batches.of_order(reading, SITE, "2611-001")
    assert [[(each.name, each.reason) for each in batch.record.decisions] for batch in made] == [
        [],
        [("Anna Müller", "The prescriber was telephoned.")],
    ]


@pytest.mark.parametrize("typed", [LONG, "Telephoned\x00"], ids=["64 KB", "NUL"])
def test_rubbish_in_a_decision_is_refused_at_its_field(client: FlaskClient, bench: Bench, typed: str) -> None:
    worked_out, before = work_out(client, filled_in(client, "2.2 mg")), entries(bench)
    refused = store(client, worked_out, **{"decisions-0-reason": typed})
    assert (refused.status_code, list(complaints(refused.text))) == (422, ["decisions-0-reason"])
    assert entries(bench) == before


def decide(client: FlaskClient, number: str) -> TestResponse:
    """What sharing a batch's decision comes to."""
    token = fields(client.get("/account").text, "")["csrf_token"]
    return client.post(f"/batches/{number}/decide", data={"csrf_token": token, "reason": "Seen too"})


def test_a_batch_that_was_decided_waits_for_a_second_pharmacist(
    client: FlaskClient, application: Flask, bench: Bench
) -> None:
    """Tom is no pharmacist, Anna has decided already, Berta is the second."""
    worked_out = work_out(client, filled_in(client, "2.2 mg"))
    store(client, worked_out, **{"decisions-0-reason": "Telephoned"})
    (number,) = lot_numbers(bench, "2611-001")
    assert client.get(f"/batches/{number}/worksheet.pdf").status_code == 422
    for person, status in ((TOM, 403), (ANNA, 422), (BERTA, 303)):
        visitor = signed_in(application, person)
        before = entries(bench)
        assert decide(visitor, number).status_code == status, person
        assert entries(bench) == before + (status == 303)
    assert newest_entry(bench).actor == BERTA.actor
    assert client.get(f"/batches/{number}/worksheet.pdf").status_code == 200


def test_what_was_decided_is_kept_while_the_order_is_put_right(client: FlaskClient) -> None:
    worked_out = work_out(client, filled_in(client, "2.2 mg"))
    typed = {"decisions-0-reason": "Telephoned"}
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
    decided = {"decisions-0-reason": typed}
    page = store(client, work_out(client, filled_in(client, "2.2 mg")), compounded_on=typed, **decided)
    assert typed not in page.text
    assert "&lt;script&gt;" in page.text


def test_the_record_keeps_the_order_as_it_was_read(client: FlaskClient, bench: Bench) -> None:
    store(client, work_out(client, filled_in(client, "0.0015 g", balance="")))
    with bench.database.reading() as reading:
        (batch,) = batches.of_order(reading, SITE, "2611-001")
    assert '"strength":"1.5 mg"' in canonical(batch.record.order)
    assert [balance.name for balance in batch.record.order.balances] == ["B1", "B2"]
    assert batch.record.stored_by == "Anna Müller"
