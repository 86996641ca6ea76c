"""Counts of the batches made in a span of days, each of which leads to just those batches."""

import re
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.services.batches import lot_numbers
from tests.services.orders import Bench
from tests.web.histories import numbers, sentence, void
from tests.web.pages import complaints, links

ADDRESS = "/batches/counts"


@pytest.fixture
def five(client: FlaskClient, bench: Bench) -> None:
    """1.5 mg and 3 mg in August, in October and, 3 mg voided, on 21 November; 1.5 mg alone on 22 November."""
    days = (date(2026, 8, 31), date(2026, 10, 5), date(2026, 11, 21))
    orders = [bench.order("1.5 mg", "3 mg", key=str(day), compounded_on=day) for day in days]
    void(client, lot_numbers(bench, orders[-1])[1])
    bench.order("1.5 mg", key="alone", compounded_on=date(2026, 11, 22))


def counts(html: str) -> dict[str, tuple[int, str]]:
    """Each number of the page with where its line leads."""
    found = re.findall(r'href="([^"]*)">([^<]*)</a></th>\s*<td[^>]*>([\d,]+)</td>', html)
    return {said: (int(count), unescape(address)) for address, said, count in found}


@pytest.mark.usefixtures("five")
def test_the_last_three_months_are_counted_in_three_ways(client: FlaskClient) -> None:
    page = client.get(ADDRESS).text
    assert sentence(page) == "Compounded from 1 Sep 2026 to 21 Nov 2026: 4 batches"
    months, strengths, statuses = {"Nov 2026": 2, "Oct 2026": 2}, {"1.5 mg": 2, "3 mg": 2}, {"planned": 3, "voided": 1}
    assert {said: count for said, (count, _) in counts(page).items()} == months | strengths | statuses


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("span", ["", "made_from=2026-08-31&made_to=2026-10-05", "made_to=2026-11-22"])
def test_each_number_leads_to_as_many_batches(client: FlaskClient, span: str) -> None:
    found = counts(client.get(f"{ADDRESS}?{span}").text)
    assert len(found) >= 5
    for count, address in found.values():
        assert len(numbers(client.get(address).text)) == count


def test_days_without_a_batch_say_so(client: FlaskClient) -> None:
    page = client.get(f"{ADDRESS}?made_from=2026-11-02&made_to=2026-11-01").text
    assert sentence(page) == "Compounded from 2 Nov 2026 to 1 Nov 2026: 0 batches"
    assert page.count("No batch was made in these days.") == 3


def test_days_that_cannot_be_read_are_refused_at_their_field(client: FlaskClient) -> None:
    page = client.get(f"{ADDRESS}?made_from=yesterday&made_to=2026-12-31")
    assert page.status_code == 422
    assert list(complaints(page.text)) == ["made_from"]
    assert 'value="2026-12-31"' in page.text


def test_the_history_leads_to_its_counts(client: FlaskClient) -> None:
    assert ADDRESS in links(client.get("/batches").text)
