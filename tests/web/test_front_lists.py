"""The lists of the first page: each line leads whoever looks to what they may do, and names nobody who is a patient."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder.domain.people.person import Person
from compounder.domain.stock.equipment import ElectronicBalance
from tests.services.benches import a_batch, weigh_next
from tests.services.care import a_request, added, prescribed
from tests.services.orders import Bench, a_balance, revise_settings
from tests.services.people import ANNA, BERTA, IDA, OLGA, TOM
from tests.services.shelf import shelve
from tests.services.signing import verified
from tests.web.conftest import signed_in
from tests.web.pages import links, part


def lines(html: str, name: str) -> list[list[str]]:
    """The cells of each line of one list, as somebody reads them."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part(html, name), re.DOTALL)[1:]
    return [[unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in _cells(row)] for row in rows]


def _cells(row: str) -> list[str]:
    return re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)


def deeds(application: Flask, person: Person) -> list[str]:
    """What a batch waits for, what somebody is offered for it, and where that leads."""
    html = signed_in(application, person).get("/").text
    ((_, _, _, waits_for, *offered, _),) = lines(html, "waiting")
    leads = [link.rpartition("/")[2] for link in links(part(html, "waiting")) if link.count("/") == 3]
    return [waits_for, *offered, *leads]


PLANNED = "A weighing; or a check, if weighed on paper"


@pytest.mark.parametrize(
    ("person", "offered"),
    [
        (ANNA, ["Weigh", "by somebody else than who made it", "bench"]),
        (TOM, ["Weigh", "Verify", "bench", "verify"]),
        (BERTA, ["Weigh", "Verify", "bench", "verify"]),
        (OLGA, ["Weigh", "Verify", "bench", "verify"]),
        (IDA, ["by whoever weighs"]),
    ],
)
def test_a_planned_batch_is_weighed_or_checked(
    application: Flask, bench: Bench, person: Person, offered: list[str]
) -> None:
    a_batch(bench)
    assert deeds(application, person) == [PLANNED, *offered]


@pytest.mark.parametrize(
    ("person", "offered"),
    [(ANNA, ["Go on weighing", "bench"]), (TOM, ["Go on weighing", "bench"]), (IDA, ["by whoever weighs"])],
)
def test_one_that_was_begun_is_gone_on_with(
    application: Flask, bench: Bench, person: Person, offered: list[str]
) -> None:
    weigh_next(bench, a_batch(bench))
    assert deeds(application, person) == ["A weighing", *offered]


@pytest.mark.parametrize(
    ("person", "offered"),
    [(ANNA, ["Release", "release"]), (OLGA, ["Release", "release"]), (TOM, ["by a pharmacist"])],
)
def test_a_verified_batch_waits_for_a_signature(
    application: Flask, bench: Bench, tmp_path: Path, person: Person, offered: list[str]
) -> None:
    assert verified(bench.database, a_batch(bench), tmp_path / "keys") == ()
    assert deeds(application, person) == ["A signature", *offered]


def test_each_status_leads_to_its_whole_list(client: FlaskClient, bench: Bench) -> None:
    for key in "abcde":
        a_batch(bench, key=key)
    page = client.get("/").text
    assert len(lines(page, "waiting")) == 4
    assert "/batches?status=planned" in links(part(page, "waiting"))
    assert "5 batches planned" in page


def test_what_the_shelf_does_not_cover_leads_to_an_order(application: Flask, bench: Bench) -> None:
    shelve(bench, a_batch(bench, "1.5 mg", key="a"), 10)
    shelve(bench, a_batch(bench, "3 mg", key="b"), 14)
    prescribed(bench, a_request(added(bench)))
    page = signed_in(application).get("/").text
    assert lines(page, "missing") == [
        ["4.5 mg", "14", "14", "0", "NTX-CAPS", "Order"],
        ["1.5 mg", "4", "14", "10", "NTX-CAPS", "Order"],
    ]
    assert "The shelf covers 1 strength that open prescriptions ask for." in page
    assert {"/orders/new?demand=NTX-CAPS", "/prescriptions/demand"} <= set(links(part(page, "missing")))
    auditors = signed_in(application, IDA).get("/").text
    assert lines(auditors, "missing") == [line[:-1] for line in lines(page, "missing")]


def test_the_first_page_names_no_patient(application: Flask, bench: Bench) -> None:
    patient = added(bench)
    prescribed(bench, a_request(patient))
    for person in (ANNA, TOM, OLGA, IDA):
        page = unescape(signed_in(application, person).get("/").text)
        assert "Nobody-Beispiel" not in page
        assert patient not in page


def _until(balance: ElectronicBalance, day: date | None) -> ElectronicBalance:
    return replace(balance, calibrated_until=day)


def test_an_overdue_balance_leads_the_pharmacist_to_the_settings(application: Flask, bench: Bench) -> None:
    ends = {"B1": date(2026, 11, 20), "B2": date(2026, 11, 22), "B3": date(2026, 12, 22), "B4": None}
    balances = (a_balance(name, "0.1 mg") for name in ends)
    revise_settings(bench, balances=tuple(_until(each, ends[each.name]) for each in balances))
    page = signed_in(application).get("/").text
    assert lines(page, "balances") == [
        ["B1", "20 Nov 2026", "Overdue: nothing is weighed on it", "Enter its new date"],
        ["B2", "22 Nov 2026", "Ends tomorrow", "Enter its new date"],
    ]
    assert "/settings/revise" in links(part(page, "balances"))
    assert "/settings/revise" not in links(part(signed_in(application, TOM).get("/").text, "balances"))


def test_days_that_are_not_offered_are_the_first_that_are(client: FlaskClient) -> None:
    page = client.get("/dates?days=90").text
    assert "None. Lots that are here and expire soon stand here." in page
    assert client.get("/dates?days=nonsense").status_code == 200
    assert 'aria-current="page">30 days' in client.get("/dates?days=31").text


def test_capsules_made_are_drawn_and_said(client: FlaskClient, bench: Bench) -> None:
    assert "None in these twelve months." in client.get("/").text
    shelve(bench, a_batch(bench, "3 mg", key="c"), 10)
    page = unescape(client.get("/").text)
    assert re.findall(r'role="img" aria-label="(\S+ \S+), capsules made: Dec 2025 0, ', page) == [
        "All strengths",
        "3 mg",
    ]
    assert len(re.findall(r'<rect class="made__open"', page)) == 2
    made = lines(page, "made")
    assert [made[0][0], made[-1][0], len(made)] == ["Nov 2026", "Dec 2025", 12]
    assert made[0][1] == made[0][2] != "0"
