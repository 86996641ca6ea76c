"""Recovery in the browser: offered where the drug is over, both plans beside the old one, and kept with its reason."""

from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.domain.record.journal import EntryKind
from compounder.printing.composing import worksheet_of
from compounder.services.batches import batch_file
from tests.services.benches import a_batch, at_bench, discard_line, weigh_next
from tests.services.orders import SITE, Bench, entries
from tests.services.people import IDA, TOM
from tests.web.acting import newest_entry
from tests.web.benches import address, weigh
from tests.web.conftest import signed_in
from tests.web.pages import complaints, fields, links

OVER = {"lot": "NTX-2411", "balance": "B1", "tared": "0.0 mg", "reading": "171.2 mg", "again": "171.2 mg"}


def recovery(number: str, **typed: str) -> str:
    """The address of the page that shows what can be made of a reading."""
    return f"{address(number)}/recover?{urlencode(OVER | typed)}"


def revise(client: FlaskClient, number: str, way: str = "more-capsules", **sent: str) -> TestResponse:
    """Somebody goes by a plan that the page shows."""
    where = recovery(number, **{name: sent.pop(name) for name in list(sent) if name in OVER})
    form = {**fields(client.get(where).text, ""), "way": way, "reason": "Too much was tipped in."}
    return client.post(where, data={**form, **sent})


def test_drug_that_is_over_is_offered_to_be_recovered_or_discarded(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    answer = weigh(client, number, reading="171.2 mg")
    assert answer.status_code == 422
    assert "Take some away" in unescape(answer.text)
    offered = [link for link in links(answer.text) if "/recover?" in link]
    assert offered == [recovery(number)]
    assert f"{address(number)}/0/discard" in links(answer.text)


@pytest.mark.parametrize(
    "typed", [{"reading": "150.0 mg"}, {"reading": "171.2 mg", "again": "171.3 mg"}, {"reading": "x"}]
)
def test_what_is_not_over_is_offered_no_recovery(bench: Bench, client: FlaskClient, typed: dict[str, str]) -> None:
    page = weigh(client, a_batch(bench), **typed).text
    assert [link for link in links(page) if "/recover" in link] == []


def test_filler_that_is_over_is_offered_no_recovery(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    weigh_next(bench, number)
    page = weigh(client, number, lot="MCC-118", reading="13000.0 mg").text
    assert "Take some away" in unescape(page)
    assert [link for link in links(page) if "/recover" in link] == []


def test_both_plans_stand_beside_the_one_in_force(bench: Bench, client: FlaskClient) -> None:
    page = unescape(client.get(recovery(a_batch(bench))).text)
    for said in (
        "Plan 1, in force",
        "103",
        "12,254.5 mg",
        "1.6225 mg",
        "+8.16 %",
        "111",
        "170.6 mg",
        "13,206.3 mg",
        "1.5055 mg",
        "+0.37 %",
        "More capsules: 111 instead of 103, nothing left over",
        "Same capsules, more filler",
        "is left over once 103 capsules are filled; discard it.",
        "Revise it to plan 2",
    ):
        assert said in page


def test_a_way_that_cannot_be_says_why_and_is_not_offered(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    page = unescape(client.get(recovery(number, reading="159.9 mg", again="159.9 mg")).text)
    assert "More capsules cannot be" not in page
    few = a_batch(bench, "4.5 mg", capsules=10, key="few")
    page = unescape(client.get(recovery(few, reading="53.0 mg", again="53.0 mg")).text)
    assert "<strong>More capsules</strong> cannot be. The powder is enough for 11 whole capsules, no more" in page
    assert ('value="more-capsules"' in page, 'value="more-filler"' in page) == (False, True)


def test_where_no_way_is_left_only_discarding_is(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    page = unescape(client.get(recovery(number, reading="300.0 mg", again="300.0 mg")).text)
    assert "at most 150 are made for an order of 100" in page
    assert ("Revise the plan</button>" in page, f"{address(number)}/0/discard" in links(page)) == (False, True)
    before = entries(bench)
    answer = revise(client, number, reading="300.0 mg", again="300.0 mg")
    assert (answer.status_code, entries(bench)) == (422, before)


def test_a_plan_that_is_chosen_with_its_reason_is_gone_by(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    answer = revise(client, number, lot="]d201095060001343521728063010NTX-2411\x1d21A7")
    assert (answer.status_code, answer.headers["Location"]) == (303, address(number))
    page = unescape(client.get(address(number)).text)
    for said in (
        "The plan is revised; 171.2 mg is weighed.",
        "13,206.3 mg",
        "111 capsules",
        "Plan revised at the bench",
        "Capsules: 103, now 111; naltrexone hydrochloride: 158.3 mg, now 170.6 mg",
        "Too much was tipped in.",
    ):
        assert said in page
    assert newest_entry(bench).kind is EntryKind.BATCH_WEIGHED
    weigh(client, number)
    page = unescape(client.get(f"/batches/{number}").text)
    for said in ("Plan revised at the bench", "111 to make, 100 ordered", "Capsules: 103, now 111", "1.5055 mg"):
        assert said in page
    assert f"/batches/{number}/plans/1" in links(page)


def test_the_same_form_sent_twice_revises_once(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    form = {**fields(client.get(recovery(number)).text, ""), "way": "more-filler", "reason": "Tipped in."}
    assert [client.post(recovery(number), data=form).status_code for _ in range(2)] == [303, 303]
    assert at_bench(bench, number).record.plan_number == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"reason": ""}, {"reason"}),
        ({"way": ""}, {"way"}),
        ({"way": "both", "reason": ""}, {"way", "reason"}),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    bench: Bench, client: FlaskClient, sent: dict[str, str], said: set[str]
) -> None:
    number = a_batch(bench)
    answer = revise(client, number, **sent)
    assert (answer.status_code, set(complaints(answer.text))) == (422, said)
    assert at_bench(bench, number).record.plan_number == 1


def test_a_reading_is_asked_for_where_none_came_along(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    page = client.get(f"{address(number)}/recover").text
    assert {"lot", "balance", "tared", "reading", "again"} <= set(fields(page, ""))
    for typed, field in (
        ({"reading": "150.0 mg", "again": "150.0 mg"}, "reading"),
        ({"reading": "1712 mg", "again": "1712 mg"}, "reading"),
        ({"lot": "MCC-118"}, "lot"),
        ({"tared": "95.0 mg"}, "tared"),
    ):
        page = client.get(recovery(number, **typed)).text
        assert field in complaints(page)


def test_a_step_that_is_past_leads_back_to_the_bench(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    form = {**fields(client.get(recovery(number)).text, ""), "way": "more-filler", "reason": "Tipped in."}
    assert client.post(recovery(number), data={**form, "step": "7-0"}).status_code == 303
    assert at_bench(bench, number).record.plan_number == 1
    for _ in range(2):
        weigh_next(bench, number)
        assert client.get(recovery(number)).headers["Location"] == address(number)


@pytest.mark.parametrize("asked", ["", "?reading=171.2+mg"])
def test_where_filler_is_next_there_is_nothing_to_recover(bench: Bench, client: FlaskClient, asked: str) -> None:
    number = a_batch(bench)
    bare, form = f"{address(number)}/recover{asked}", {**fields(client.get(recovery(number)).text, ""), "reason": ""}
    revise(client, number)
    client.get(address(number))
    for method in ("GET", "POST"):
        answer = client.open(recovery(number) if method == "POST" else bare, method=method, data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, address(number))
        page = unescape(client.get(address(number)).text)
        assert "No plan is revised to microcrystalline cellulose, which is next; what is over is taken away" in page
    assert at_bench(bench, number).record.plan_number == 2


def test_an_auditor_recovers_nothing(bench: Bench, application: Flask) -> None:
    number = a_batch(bench)
    assert signed_in(application, IDA).get(recovery(number)).status_code == 403
    assert signed_in(application, TOM).get(recovery(number)).status_code == 200


def test_the_worksheet_says_why_there_is_another_plan(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    revise(client, number, "more-filler")
    with bench.database.reading() as reading:
        file = batch_file(reading, SITE, number)
    printed = worksheet_of(file.record, file.record_sha256, "", made=file.making)
    (said,) = printed.recovered
    assert said.startswith("Plan 2, 21 Nov 2026 10:30, Anna Müller: 171.2 mg of naltrexone hydrochloride was weighed.")
    assert "Capsules: 103; naltrexone hydrochloride: 158.3 mg, now 171.2 mg; microcrystalline cellulose:" in said
    assert "left over, discarded: 1,0" in said
    assert said.endswith("Too much was tipped in.")


def test_the_way_back_is_offered_once_what_was_recovered_is_discarded(bench: Bench, client: FlaskClient) -> None:
    number = a_batch(bench)
    back = f"{address(number)}/plan-before"
    assert client.get(back).status_code == 422
    revise(client, number)
    assert back not in links(client.get(address(number)).text)
    assert "discard it first" in unescape(client.get(back).text)
    discard_line(bench, number)
    assert back in links(client.get(address(number)).text)
    form = fields(client.get(back).text, "")
    assert "Reason is missing" in complaints(client.post(back, data=form).text)["reason"]
    answer = client.post(back, data={**form, "reason": "The order is enough."}, follow_redirects=True)
    page = unescape(answer.text)
    for said in (
        "The batch is made by the plan before the recovery again.",
        "What was weighed is discarded, back to plan 1",
        "158.3 mg",
    ):
        assert said in page
    assert "Capsules: 111, now 103" in page
    again = client.post(back, data={**form, "reason": "The order is enough."}, follow_redirects=True)
    assert "158.3 mg" in again.text
    stale = unescape(client.post(back, data={**form, "reason": "Another reason"}).text)
    assert "was not revised at the bench; go on with it" in stale
