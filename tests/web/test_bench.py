"""The bench in the browser: one step at a time, what is refused at its field, and nothing weighed twice."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from compounder.domain.batch.source import Triturating
from compounder.domain.record.journal import EntryKind
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import READING, parse_quantity
from compounder.services.bench import look
from compounder.web.bench_page import bar_of
from tests.services.batches import lot_numbers
from tests.services.benches import a_batch, at_bench, on_hand, set_status
from tests.services.orders import MORNING, SITE, Bench, a_decision, entries
from tests.services.people import ANNA, IDA, PASSWORD, TOM
from tests.services.stepping import a_weighed_batch, tick_before
from tests.web.acting import newest_entry
from tests.web.benches import address, figure, jar, weigh
from tests.web.conftest import signed_in
from tests.web.pages import complaints, fields, links


def test_the_bench_shows_the_one_mass_to_weigh_now_and_what_comes_then(bench: Bench, client: FlaskClient) -> None:
    page = client.get(address(a_batch(bench))).text
    assert (figure(page), jar(page)) == ("158.3 mg", "NTX-2411")
    for said in ("Weigh 1 of 2", "Accepted from 156.7 mg to 159.8 mg, planned 158.3 mg", "12,254.5 mg"):
        assert said in page


def test_each_weighing_leads_to_the_next_and_the_last_to_what_a_capsule_holds(
    bench: Bench, client: FlaskClient
) -> None:
    number = a_batch(bench)
    answer = weigh(client, number)
    assert (answer.status_code, answer.headers["Location"]) == (303, address(number))
    page = client.get(address(number)).text
    assert "158.3 mg is weighed." in page
    assert (figure(page), jar(page)) == ("12,254.5 mg", "MCC-118")
    weigh(client, number)
    page = client.get(address(number)).text
    assert "12,254.5 mg is weighed." in page
    assert figure(page) == "1.5002 mg"
    assert "planned 1.5 mg, +0.01 %" in page
    assert newest_entry(bench).actor == ANNA.actor


def test_a_form_that_is_sent_twice_weighs_once(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    page = client.get(address(number)).text
    form = {
        **fields(page, ""),
        "lot": "NTX-2411",
        "balance": "B1",
        "tared": "0.0 mg",
        "reading": "158.3 mg",
        "again": "158.3 mg",
    }
    assert [client.post(address(number), data=form).status_code for _ in range(2)] == [303, 303]
    assert at_bench(bench, number).making.next_line == 1
    assert on_hand(bench, bench.active) == Decimal("24841.7")


def test_a_step_that_is_past_leads_back_to_the_bench_as_it_is_now(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    old = fields(client.get(address(number)).text, "")
    weigh(client, number)
    before = entries(bench)
    typed = {"lot": "NTX-2411", "balance": "B1", "tared": "0.0 mg", "reading": "158.3 mg", "again": "158.3 mg"}
    for step in (old["step"], "1-7", "nonsense", ""):
        answer = client.post(address(number), data={**old, **typed, "step": step, "key": "k" * 22})
        assert answer.status_code == 303
    assert "no longer the next weighing" in unescape(client.get(address(number)).text)
    assert entries(bench) == before


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("lot", "", "Lot on the jar is missing"),
        ("lot", "MCC-118", '"MCC-118" is microcrystalline cellulose of Crème & Søn. Put it back'),
        ("lot", "0109506000134352", "names no lot"),
        ("lot", "a\x00b", "scanned or typed"),
        ("lot", "x" * 65_536, "scanned or typed"),
        ("tared", "", "Empty vessel is missing"),
        ("tared", "0", "write a number, one space and"),
        ("tared", "812.4 mg", "B1 shows 812.4 mg with the empty vessel; tare it to zero"),
        ("reading", "", "Reading is missing"),
        ("reading", "158,3 mg", "write a point"),
        ("reading", "x" * 65_536, "was read; write"),
        ("reading", "170 mg", "156.7 mg to 159.8 mg is accepted. Take some away"),
        ("again", "158.2 mg", "read the balance again and type it twice"),
        ("balance", "B2", "B2 is coarser than B1"),
        ("balance", "B9", '"B9" is not a balance of this pharmacy'),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_stores_nothing(
    bench: Bench, client: FlaskClient, field: str, typed: str, said: str
) -> None:
    number = a_batch(bench)
    before = entries(bench)
    answer = weigh(client, number, **{field: typed})
    assert answer.status_code == 422
    assert said in complaints(answer.text).get(field, "") + unescape(answer.text) * (field == "balance")
    assert entries(bench) == before


def test_a_reading_that_was_refused_is_marked_on_the_bar(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    assert "what was read is marked" not in client.get(address(number)).text
    assert "what was read is marked" in weigh(client, number, reading="160.1 mg").text


@pytest.mark.parametrize(
    ("reading", "place"),
    [("156.7 mg", 250), ("159.8 mg", 750), ("158.3 mg", 508), ("1 g", 988), ("1 mg", 12), (None, None)],
)
def test_the_window_is_the_middle_half_of_the_bar(bench: Bench, reading: str | None, place: int | None) -> None:
    planned = at_bench(bench, a_batch(bench)).making.weighings[0]
    bar = bar_of(planned, parse_quantity(reading, READING) if reading else None)
    assert (bar.begins, bar.ends, bar.planned, bar.read) == (250, 750, 508, place)


def test_why_nothing_may_be_weighed_stands_in_place_of_the_step(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    set_status(bench, bench.filler, LotStatus.QUARANTINED)
    page = client.get(address(number)).text
    assert "Lot MCC-118 is quarantined; nothing is made with it until it is released." in page
    assert figure(page) == ""


def test_powder_is_discarded_with_a_reason_and_its_line_weighed_anew(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    where = f"{address(number)}/0/discard"
    assert where in links(client.get(address(number)).text)
    refused = client.post(where, data=fields(client.get(where).text, ""))
    assert (refused.status_code, set(complaints(refused.text))) == (422, {"mass", "reason"})
    lost = {"mass": "170.1 mg", "reason": "Over"}
    assert client.post(where, data={**fields(client.get(where).text, ""), **lost}).status_code == 303
    assert newest_entry(bench).kind is EntryKind.WEIGHING_DISCARDED
    weigh(client, number)
    form = fields(client.get(where).text, "")
    assert "mass" not in form
    before = entries(bench) + 1
    for reason in ("Spilled", "Spilled", "Tipped over"):
        assert client.post(where, data={**form, "reason": reason}).location == address(number)
    assert entries(bench) == before
    page = client.get(address(number)).text
    assert "It is discarded; naltrexone hydrochloride is weighed anew." in page
    assert (figure(page), "170.1 mg" in page, "Spilled" in page) == ("158.3 mg", True, True)


def test_the_page_says_that_mixed_powder_is_discarded_whole_and_which_steps_open(
    bench: Bench, client: FlaskClient
) -> None:
    number = a_weighed_batch(bench)
    where = f"{address(number)}/0/discard"
    tick_before(bench, number, 3)
    page = client.get(where).text
    assert ("mixed" in page, "Step 2 opens again" in page) == (False, True)
    tick_before(bench, number, 5)
    page = client.get(where).text
    assert "The powders are mixed: all of them are discarded and weighed anew" in page
    assert "158.3 mg of naltrexone hydrochloride, " in page
    assert "Steps 2 to 4 open again" in page
    assert client.post(where, data={**fields(page, ""), "reason": "Spilled"}).status_code == 303
    page = client.get(address(number)).text
    assert "All powders are discarded, and weighed anew." in page
    assert page.count('data-head="Why">Spilled</td>') == 2


@pytest.mark.parametrize("mass", ["170", "0 mg", "30 g"])
def test_a_loss_that_cannot_be_is_refused_at_the_form(bench: Bench, client: FlaskClient, mass: str) -> None:
    where = f"{address(a_batch(bench))}/0/discard"
    before = entries(bench)
    form = fields(client.get(where).text, "")
    assert client.post(where, data={**form, "mass": mass, "reason": "Spilled"}).status_code == 422
    assert entries(bench) == before


def test_a_line_that_the_plan_does_not_have_is_not_there(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    assert client.get(f"{address(number)}/2/discard").status_code == 404
    assert client.get(address("nothing")).status_code == 404


def test_the_batchs_page_leads_to_the_bench_and_says_what_was_weighed(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    page = client.get(f"/batches/{number}").text
    assert (address(number) in links(page), "Weigh at the bench" in page) == (True, True)
    assert "Weighed</th>" not in page
    weigh(client, number, reading="159.0 mg")
    page = client.get(f"/batches/{number}").text
    for said in ("in-making", "Go on weighing", "Weighed</th>", "159.0 mg", "planned 1.5 mg, +0.46 %"):
        assert said in page
    weigh(client, number)
    assert "verifies it" in client.get(f"/batches/{number}").text


def test_a_batch_in_making_is_found_under_its_status(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    assert number not in client.get("/batches?status=in-making").text
    weigh(client, number)
    assert number in client.get("/batches?status=in-making").text
    assert "in-making" in client.get("/batches/counts?made_from=2026-11-01&made_to=2026-11-30").text


def test_an_auditor_sees_what_was_weighed_and_is_not_led_to_the_bench(bench: Bench, application: Flask) -> None:
    number = a_batch(bench)
    weigh(signed_in(application, TOM), number)
    page = signed_in(application, IDA).get(f"/batches/{number}").text
    assert ("158.3 mg" in page, address(number) in links(page)) == (True, False)


def test_the_bench_waits_for_the_trituration_and_the_second_decision(bench: Bench, client: FlaskClient) -> None:
    number = lot_numbers(bench, bench.order("0.5 mg", trituration=Triturating.SHARED, capsules=20))[0]
    assert "which is not made; make it first" in client.get(address(number)).text
    storing = bench.storing(bench.request("2.2 mg"), "second", decisions={"2.2 mg": (a_decision(),)})
    undecided = lot_numbers(bench, bench.store(storing))[0]
    assert "stop" in client.get(address(undecided)).text
    assert address(undecided) not in links(client.get(f"/batches/{undecided}").text)


def test_a_batch_that_is_past_the_bench_shows_what_was_weighed(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    with bench.database.reading() as reading:
        looked = look(reading, SITE, number, IDA, MORNING)
    assert "an auditor cannot do it" in str(looked.refusal)


def test_a_weighing_that_outlived_its_session_keeps_both_readings(bench: Bench, client: FlaskClient) -> None:
    where = address(a_batch(bench))
    typed = {"lot": "NTX-2411", "balance": "B1", "tared": "0.0 mg", "reading": "158.3 mg", "again": "158.3 mg"}
    form = {**fields(client.get(where).text, ""), **typed}
    with time_machine.travel(MORNING + timedelta(minutes=16), tick=False):
        kept = fields(client.post(where, data=form).text, "")
        assert {name: kept[name] for name in form} == form
        answer = client.post(where, data={**kept, "again-sign_in_name": "a.mueller", "again-password": PASSWORD})
        assert (answer.status_code, answer.location) == (303, where)
