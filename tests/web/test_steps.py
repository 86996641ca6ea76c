"""The steps in the browser: one at a time, its time taken by the server's clock, and what went otherwise beside it."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.domain.record.journal import EntryKind
from compounder.domain.stock.lots import LotStatus
from tests.services.benches import a_batch, at_bench, set_status, weigh_next
from tests.services.finishing import weigh
from tests.services.orders import MORNING, Bench, entries
from tests.services.people import ANNA, IDA, OLGA, TOM
from tests.services.signing import verified
from tests.services.stepping import TIMED, a_timed_batch, a_weighed_batch, steps_of, tick_all, tick_before
from tests.web.acting import newest_entry
from tests.web.conftest import signed_in
from tests.web.pages import complaints, fields, links


def address(number: str) -> str:
    return f"/batches/{number}/bench/steps"


def page_of(client: FlaskClient, number: str) -> str:
    return unescape(client.get(address(number)).text)


def act(client: FlaskClient, number: str, what: str = "done", **typed: str) -> TestResponse:
    """The page's button pressed."""
    form = fields(client.get(address(number)).text, "")
    return client.post(address(number), data={**form, "act": what, **typed})


def words(page: str) -> str:
    """The one step to do now."""
    found = re.search(r'class="bench__step">([^<]*)<', page)
    return found[1] if found else ""


def buttons(page: str) -> list[str]:
    return re.findall(r'name="act" value="(\w+)"', page)


def test_after_the_last_weighing_the_bench_leads_to_the_first_step(bench: Bench, client: FlaskClient) -> None:
    number = a_weighed_batch(bench)
    page = client.get(f"/batches/{number}/bench").text
    assert ("Go on with step 1" in page, address(number) in links(page)) == (True, True)
    page = page_of(client, number)
    assert words(page) == "Check lots, dates, balance and area."
    for said in ("Step 1 of 8", "Then</span> Weigh each powder on the balance named."):
        assert said in page


def test_the_step_that_weighs_capsules_leads_to_their_form_and_says_where_nothing_was_entered(
    bench: Bench, client: FlaskClient
) -> None:
    number = a_weighed_batch(bench)
    tick_before(bench, number, 7)
    page = page_of(client, number)
    assert (words(page), "Capsules: not weighed here." in page) == ("Weigh 10 capsules, count and reconcile.", True)
    assert f"/batches/{number}/weigh-capsules" in links(page)
    act(client, number)
    for where in (address(number), f"/batches/{number}"):
        assert "7. Weigh 10 capsules, count and reconcile. (not weighed here)" in unescape(client.get(where).text)
    weigh(bench, number)
    assert "not weighed here" not in page_of(client, number)


def test_each_step_leads_to_the_next_and_the_last_to_the_batch(bench: Bench, client: FlaskClient) -> None:
    number = a_weighed_batch(bench)
    answer = act(client, number)
    assert (answer.status_code, answer.headers["Location"]) == (303, address(number))
    page = page_of(client, number)
    assert ("Step 1 is done." in page, "Step 2 of 8" in page) == (True, True)
    assert newest_entry(bench).actor == ANNA.actor
    for _ in range(7):
        act(client, number)
    page = page_of(client, number)
    assert ("Every step is done" in page, buttons(page)) == (True, [])
    assert page.count(">Anna Müller</td>") == 8
    assert "Go on with step" not in client.get(f"/batches/{number}/bench").text


def test_the_portions_of_the_filler_stand_at_the_step_that_adds_them(bench: Bench, client: FlaskClient) -> None:
    number = a_weighed_batch(bench)
    tick_before(bench, number, 4)
    portions = re.findall(r'class="bench__portion">([^<]*)<', page_of(client, number))
    assert (portions[0], portions[-1].startswith("rest, ")) == ("316.6 mg", True)


def test_before_the_powders_only_the_check_is_ticked(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    assert address(number) in links(client.get(f"/batches/{number}/bench").text)
    act(client, number)
    page = page_of(client, number)
    assert ("Every powder is weighed first." in page, buttons(page)) == (True, [])
    answer = act(client, number)
    assert (answer.status_code, "weigh every powder at the bench first" in answer.text) == (422, True)


def test_a_form_that_is_sent_twice_ticks_once_and_an_old_one_nothing(bench: Bench, client: FlaskClient) -> None:
    number = a_weighed_batch(bench)
    form = {**fields(client.get(address(number)).text, ""), "act": "done"}
    assert [client.post(address(number), data=form).status_code for _ in range(2)] == [303, 303]
    assert len(steps_of(bench, number).done) == 1
    before = entries(bench)
    assert client.post(address(number), data={**form, "key": "k" * 22}).status_code == 303
    assert "Step 1 was ticked by Anna Müller already" in page_of(client, number)
    for step in ("1-7", "nonsense", "", "9-2"):
        assert act(client, number, step=step).status_code == 303
    assert "This is not the next step" in page_of(client, number)
    assert entries(bench) == before


def test_a_mixing_time_runs_by_the_servers_clock(bench: Bench, client: FlaskClient) -> None:
    number = a_timed_batch(bench)
    tick_before(bench, number, TIMED)
    page = page_of(client, number)
    assert (buttons(page), ">10 min<" in page) == (["start"], True)
    act(client, number, "start")
    page = page_of(client, number)
    assert 'data-seconds-left="600">10:00<' in page
    assert "Started at 10:30:00 by Anna Müller; over at" in page
    assert "10:40:00" in page
    assert "hidden data-over" in page
    refused = act(client, number)
    assert (refused.status_code, "Step 5 has 10 min left; wait, or write a deviation down first." in refused.text) == (
        422,
        True,
    )
    with time_machine.travel(MORNING + timedelta(minutes=6, seconds=40, milliseconds=1), tick=False):
        assert 'data-seconds-left="200">3:20<' in page_of(client, number)
    with time_machine.travel(MORNING + timedelta(minutes=10), tick=False):
        page = page_of(client, number)
        assert ("data-seconds-left" in page, buttons(page)) == (False, ["done"])
        assert act(client, number).status_code == 303
        assert "Anna Müller; started at 10:30 by Anna Müller" in page_of(client, number)


def test_a_deviation_is_written_at_the_step_and_lets_it_end_earlier(bench: Bench, client: FlaskClient) -> None:
    number = a_timed_batch(bench)
    tick_before(bench, number, TIMED)
    act(client, number, "start")
    where = f"{address(number)}/5/deviation"
    assert where in links(client.get(address(number)).text)
    assert "Mix to an even look." in client.get(where).text
    answer = client.post(where, data={**fields(client.get(where).text, ""), "said": "Even after <4 min>."})
    assert (answer.status_code, answer.headers["Location"]) == (303, address(number))
    page = client.get(address(number)).text
    assert ("Even after &lt;4 min&gt;. (Anna Müller)" in page, "hidden data-over" in page) == (True, False)
    assert act(client, number).status_code == 303
    assert "Even after &lt;4 min&gt;." in client.get(address(number)).text


def test_a_deviation_is_written_at_a_weighing(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    where = f"/batches/{number}/bench/1/deviation"
    assert where in links(client.get(f"/batches/{number}/bench").text)
    form = fields(client.get(where).text, "")
    refused = client.post(where, data={**form, "said": "  "})
    assert (refused.status_code, set(complaints(refused.text))) == (422, {"said"})
    assert client.post(where, data={**form, "said": "x" * 65_536}).status_code == 422
    for _ in range(2):
        assert client.post(where, data={**form, "said": "A little spilled."}).status_code == 303
    assert len(at_bench(bench, number).deviations) == 1
    page = client.get(f"/batches/{number}/bench").text
    assert ("A little spilled." in page, "Weighing 2, microcrystalline cellulose" in page) == (True, True)


@pytest.mark.parametrize("place", ["2", "steps/9", "steps/0"])
def test_a_place_that_the_plan_does_not_have_is_not_there(bench: Bench, client: FlaskClient, place: str) -> None:
    assert client.get(f"/batches/{a_batch(bench)}/bench/{place}/deviation").status_code == 404


def test_the_batchs_page_leads_from_what_went_otherwise_to_its_assessment(
    bench: Bench, application: Flask, client: FlaskClient
) -> None:
    number = a_weighed_batch(bench)
    tick_all(bench, number)
    tom = signed_in(application, TOM)
    where = f"{address(number)}/3/deviation"
    tom.post(where, data={**fields(tom.get(where).text, ""), "said": "The pestle slipped."})
    entry = newest_entry(bench).number
    assessing = f"/batches/{number}/deviations/{entry}/assess"
    assert assessing not in links(tom.get(f"/batches/{number}").text)
    page = client.get(f"/batches/{number}").text
    for said in ("8 of 8 steps are done at the bench.", "The pestle slipped.", "Assess it"):
        assert said in page
    assert "The pestle slipped." in client.get(assessing).text
    assert set(complaints(client.post(assessing, data=fields(client.get(assessing).text, "")).text)) == {"said"}
    form = fields(client.get(assessing).text, "")
    assert client.post(assessing, data={**form, "said": "The mix is even."}).status_code == 303
    assert newest_entry(bench).kind is EntryKind.DEVIATION_ASSESSED
    page = client.get(f"/batches/{number}").text
    assert ("The mix is even." in page, assessing in links(page)) == (True, False)
    again = client.post(assessing, data={**form, "said": "No."})
    assert (again.status_code, "Anna Müller assessed this deviation already" in again.text) == (422, True)
    assert client.get(f"/batches/{number}/deviations/1/assess").status_code == 404


def test_a_verified_batch_waits_for_the_assessment(bench: Bench, application: Flask, client: FlaskClient) -> None:
    number = a_weighed_batch(bench)
    where = f"/batches/{number}/bench/0/deviation"
    client.post(where, data={**fields(client.get(where).text, ""), "said": "Spilled."})
    keys = application.extensions["compounder"].settings.keys
    verified(bench.database, number, keys)
    page = client.get(f"/batches/{number}").text
    assert "A pharmacist other than Anna Müller assesses what went otherwise; then it is released." in page
    assert "Assess the deviation" not in page
    assert "Assess the deviation" in signed_in(application, OLGA).get(f"/batches/{number}").text
    assert "Spilled." in client.get(f"/batches/{number}/release").text


def test_why_no_step_may_be_done_stands_in_its_place(bench: Bench, client: FlaskClient) -> None:
    number = a_weighed_batch(bench)
    set_status(bench, bench.filler, LotStatus.QUARANTINED)
    page = page_of(client, number)
    assert ("Lot MCC-118 is quarantined" in page, words(page)) == (True, "")


def test_steps_that_were_begun_are_what_comes_next(bench: Bench, client: FlaskClient) -> None:
    number = a_weighed_batch(bench)
    assert "verifies it" in client.get(f"/batches/{number}").text
    act(client, number)
    page = client.get(f"/batches/{number}").text
    assert "The rest of its steps is done at the bench." in page
    assert "1 of 8 steps are done at the bench." in page


def test_an_auditor_sees_what_was_done_and_ticks_nothing(bench: Bench, application: Flask) -> None:
    number = a_batch(bench)
    weigh_next(bench, number)
    assert act(signed_in(application, TOM), number).status_code == 303
    auditor = signed_in(application, IDA)
    page = auditor.get(f"/batches/{number}").text
    assert (TOM.name in page, address(number) in links(page)) == (True, False)
    assert auditor.get(address(number)).status_code == 403


def test_a_mixing_time_is_written_at_the_end_of_its_step(bench: Bench, client: FlaskClient) -> None:
    revise = "/formulations/NTX-CAPS/revise"
    form = fields(client.get(revise).text, "")
    steps = form["steps"].replace("and mix.", "and mix. (5 min)")
    assert client.post(revise, data={**form, "steps": steps, "reason": "Timed"}).status_code == 303
    assert "and mix. (5 min)</li>" in client.get("/formulations/NTX-CAPS").text
    form = fields(client.get(revise).text, "")
    refused = client.post(revise, data={**form, "steps": "Mix. (1441 min)", "reason": "Longer"})
    assert (refused.status_code, "steps" in complaints(refused.text)) == (422, True)
