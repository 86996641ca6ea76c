"""Readings that balances offer: a program's line comes in by its token, and one press at the bench takes it."""

import json
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.domain.people.person import Role
from tests.services.benches import a_batch, at_bench
from tests.services.orders import Bench, entries, revise_settings
from tests.services.people import ANNA, IDA, TOM
from tests.web.acting import a_token, newest_entry, program
from tests.web.benches import address, figure
from tests.web.conftest import signed_in
from tests.web.pages import complaints, fields

WHERE = "/api/v1/balances/B1/readings"
STABLE = "S S      158.6 mg"


def sent(line: str = STABLE, **changes: Any) -> dict[str, Any]:
    """The document of a line that came just now."""
    key = f"{line}{'x' * 22}".replace(" ", "_").replace(".", "_")[:22]
    return {"key": key, "protocol": "mt-sics", "line": line, "milliseconds_ago": 0} | changes


@pytest.fixture
def balance(application: Flask, bench: Bench) -> FlaskClient:
    """The program beside a balance, with Tom's token."""
    return program(application, a_token(bench, TOM))


def offer(balance: FlaskClient, line: str = STABLE, where: str = WHERE, **changes: Any) -> str:
    """The id of what is offered from now on."""
    document = sent(line, **changes)
    answer = balance.post(where, json=document)
    assert answer.status_code == 201, answer.text
    return str(document["key"])


def take(client: FlaskClient, number: str, offer_id: str, **changes: str) -> TestResponse:
    """The jar scanned, and the button pressed that takes what the balance offers."""
    form = {**fields(client.get(address(number)).text, ""), "lot": "NTX-2411", "balance": "B1", "offered": offer_id}
    return client.post(address(number), data={**form, "tared": "0.0 mg", **changes})


def test_a_line_that_a_balance_sent_is_read_by_the_server_itself(balance: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    answer = balance.post(WHERE, json=sent())
    assert (answer.status_code, answer.mimetype, answer.json) == (
        201,
        "application/json",
        {"balance": "B1", "reading": "158.6 mg"},
    )
    assert entries(bench) == before


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"line": "S D      158.6 mg"}, "balance-unstable", "/line"),
        ({"line": "S S      158.6"}, "unit-missing", "/line"),
        ({"line": "158.6 mg"}, "unreadable-line", "/line"),
        ({"line": "S S      158.6 mg\x00"}, "foreign-unit", "/line"),
        ({"line": "x" * 65_536}, "not-accepted", "/line"),
        ({"line": 158.6}, "not-accepted", "/line"),
        ({"protocol": "sbi"}, "unreadable-line", "/line"),
        ({"protocol": "x"}, "not-accepted", "/protocol"),
        ({"key": "x"}, "not-accepted", "/key"),
        ({"milliseconds_ago": 120_001}, "out-of-bounds", "/milliseconds_ago"),
        ({"milliseconds_ago": "0"}, "not-a-number", "/milliseconds_ago"),
        ({"reading": "158.3 mg"}, "unknown-key", "/reading"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_stable_reading_with_its_unit_is_refused_with_a_problem_document(
    balance: FlaskClient, changes: dict[str, Any], code: str, pointer: str
) -> None:
    answer = balance.post(WHERE, json=sent() | changes)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    told = json.loads(answer.text)
    assert (told["code"], told["pointer"]) == (code, pointer)


@pytest.mark.parametrize("name", ["B9", "b1", "B1/x", "%20", "%00", "x" * 5_000])
def test_a_balance_that_the_pharmacy_does_not_have_offers_nothing(balance: FlaskClient, name: str) -> None:
    answer = balance.post(f"/api/v1/balances/{name}/readings", json=sent())
    assert answer.status_code == (404 if name == "%00" else 422)
    assert answer.mimetype == "application/problem+json"


def test_only_who_weighs_offers_readings(application: Flask, bench: Bench) -> None:
    for token, status in (
        (a_token(bench, ANNA), 201),
        (a_token(bench, IDA), 403),
        (a_token(bench, TOM, Role.AUDITOR), 403),
    ):
        assert program(application, token).post(WHERE, json=sent()).status_code == status
    for nobody in (application.test_client(), signed_in(application)):
        assert nobody.post(WHERE, json=sent()).status_code == 401
    revise_settings(bench, is_example=True)
    assert application.test_client().post(WHERE, json=sent()).status_code == 403


def test_the_bench_offers_what_its_balance_shows_and_marks_it_on_the_bar(
    bench: Bench, client: FlaskClient, balance: FlaskClient
) -> None:
    number = a_batch(bench)
    page = client.get(address(number)).text
    assert "The balance has sent nothing new." in page
    assert "what was read is marked" not in page
    offer(balance, milliseconds_ago=4_000)
    offer(balance, "S S       0.16 g", WHERE.replace("B1", "B2"))
    page = client.get(address(number)).text
    for said in (
        "B1 shows 158.6 mg",
        "4 s ago",
        "in the window",
        f"Take 158.6 mg for {number}",
        "what was read is marked",
    ):
        assert said in page
    assert "B2 shows" not in page


def test_one_press_takes_it_and_no_figure_is_typed(bench: Bench, client: FlaskClient, balance: FlaskClient) -> None:
    number = a_batch(bench)
    answer = take(client, number, offer(balance), reading="999 mg", again="1 mg")
    assert (answer.status_code, answer.headers["Location"]) == (303, address(number))
    document = json.loads(newest_entry(bench).document)
    assert (document["reading"], document["sent"]["line"], document["sent"]["by"]) == ("158.6 mg", STABLE, TOM.name)
    page = client.get(address(number)).text
    for said in ("158.6 mg is weighed.", "B1, tared to 0.0 mg, from the balance", "The balance has sent nothing new."):
        assert said in page
    assert (
        f'class="list__line" data-head="Line as the balance sent it">{STABLE}<' in client.get(f"/batches/{number}").text
    )


def test_two_presses_weigh_once(bench: Bench, client: FlaskClient, balance: FlaskClient) -> None:
    number = a_batch(bench)
    form = {
        **fields(client.get(address(number)).text, ""),
        "lot": "NTX-2411",
        "balance": "B1",
        "tared": "0.0 mg",
        "offered": offer(balance),
    }
    assert [client.post(address(number), data=form).status_code for _ in range(2)] == [303, 303]
    assert at_bench(bench, number).making.next_line == 1


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"lot": ""}, "lot", "Lot on the jar is missing"),
        ({"lot": "MCC-118"}, "lot", "is microcrystalline cellulose"),
        ({"lot": "]d201095060001343521728053110NTX-2411"}, "lot", "The jar's code says 31 May 2028, lot NTX-2411 is"),
        ({"balance": "B2"}, "balance", "B1 sent this reading, and B2 is chosen"),
        ({"balance": "B9"}, "balance", "B1 sent this reading, and B9 is chosen"),
        ({"offered": "nothing"}, "reading", "That reading of B1 was used, or is past; nothing was stored."),
        ({"offered": "\x00"}, "reading", "nothing was stored"),
        ({"offered": "x" * 65_536}, "reading", "nothing was stored"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_not_taken_is_said_at_its_field_and_stays_offered(
    bench: Bench, client: FlaskClient, balance: FlaskClient, changes: dict[str, str], field: str, said: str
) -> None:
    number, offer_id = a_batch(bench), offer(balance)
    before = entries(bench)
    answer = take(client, number, offer_id, **changes)
    assert answer.status_code == 422
    assert said in complaints(answer.text).get(field, "") + unescape(answer.text) * (field == "balance")
    assert entries(bench) == before
    assert take(client, number, offer_id).status_code == 303


def test_looking_again_stores_nothing_and_keeps_what_was_scanned_and_chosen(
    bench: Bench, client: FlaskClient, balance: FlaskClient
) -> None:
    number = a_batch(bench)
    form = fields(client.get(address(number)).text, "") | {"lot": "NTX-2411", "balance": "B2", "look": "look"}
    offer(balance, "S S       0.16 g", WHERE.replace("B1", "B2"))
    before = entries(bench)
    page = client.post(address(number), data=form)
    assert page.status_code == 200
    assert ("B2 shows 0.16 g" in page.text, complaints(page.text)) == (True, {})
    assert fields(page.text, "")["lot"] == "NTX-2411"
    assert entries(bench) == before


@pytest.mark.parametrize(
    ("line", "kept", "said"),
    [
        ("S S        0.0 mg", "0.0 mg", {}),
        ("S S      812.4 mg", "812.4 mg", {"tared": "B1 shows 812.4 mg with the empty vessel; tare it to zero"}),
        ("", "", {}),
    ],
)
def test_one_press_takes_what_it_shows_of_the_empty_vessel_and_stores_nothing(
    bench: Bench, client: FlaskClient, balance: FlaskClient, line: str, kept: str, said: dict[str, str]
) -> None:
    number = a_batch(bench)
    form = fields(client.get(address(number)).text, "") | {"lot": "NTX-2411", "balance": "B1", "empty": "empty"}
    if line:
        offer(balance, line)
    before = entries(bench)
    page = client.post(address(number), data=form)
    typed, told = fields(page.text, ""), complaints(page.text)
    assert (page.status_code, typed["tared"], typed["lot"]) == (200, kept, "NTX-2411")
    assert (set(told), entries(bench)) == (set(said), before)
    assert all(sentence in told[field] for field, sentence in said.items())


def test_the_page_asks_by_itself_for_what_the_chosen_balance_shows(
    bench: Bench, client: FlaskClient, balance: FlaskClient
) -> None:
    number = a_batch(bench)
    where = f"{address(number)}/offered"
    assert client.get(f"{where}?balance=B1").json == {}
    offer_id = offer(balance, "S S      160.0 mg")
    assert client.get(f"{where}?balance=B1").json == {
        "id": offer_id,
        "said": "B1 shows 160.0 mg",
        "ago": "0 s ago",
        "verdict": "above the window",
        "take": f"Take 160.0 mg for {number}",
        "place": 782,
    }
    assert client.get(f"{where}?balance=B1&shown={offer_id}").json == {"id": offer_id, "ago": "0 s ago"}
    assert [client.get(f"{where}{asked}").json for asked in ("", "?balance=B2", "?balance=%00")] == [{}, {}, {}]


def test_a_page_that_asks_by_itself_keeps_no_session_alive(bench: Bench, application: Flask) -> None:
    start, number = datetime.fromisoformat("2026-11-21T09:30:00Z"), a_batch(bench)
    client = signed_in(application)
    answers = []
    for minute in range(1, 17):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            answers.append(client.get(f"{address(number)}/offered?balance=B1").status_code)
    assert answers == [200] * 14 + [303, 303]


def test_what_is_weighed_already_is_offered_nothing(bench: Bench, client: FlaskClient, balance: FlaskClient) -> None:
    number = a_batch(bench)
    take(client, number, offer(balance))
    form = fields(client.get(address(number)).text, "") | {"lot": "MCC-118", "balance": "B1", "tared": "0.0 mg"}
    client.post(address(number), data={**form, "offered": offer(balance, "S S    12254.5 mg")})
    offer(balance)
    page = client.get(address(number)).text
    assert (figure(page), "Take" in page) == ("1.5030 mg", False)
    assert client.get(f"{address(number)}/offered?balance=B1").json == {}
