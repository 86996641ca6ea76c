"""The page of a titration course: what it shows, what it complains of, and that it stores nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.orders import Bench, entries
from tests.services.people import IDA
from tests.web.conftest import signed_in
from tests.web.pages import complaints, fields

NEW = "/courses/new"


def asked(client: FlaskClient, **changes: str) -> tuple[int, str]:
    """Status and page of the form sent with these changes."""
    answer = client.get(NEW, query_string={**fields(client.get(NEW).text, "course"), **changes})
    return answer.status_code, answer.text


def plain(html: str) -> str:
    """The words of a page, one space between them."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_an_empty_form_offers_the_standard_course_from_today(client: FlaskClient) -> None:
    page = client.get(NEW)
    sent = fields(page.text, "course")
    assert (page.status_code, sent["protocol"], sent["start_on"], sent["supply_days"]) == (
        200,
        "standard",
        "2026-11-21",
        "30",
    )
    assert "calendar__month" not in page.text


def test_a_course_shows_its_capsules_steps_and_calendar(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    status, page = asked(client, start_on="2026-12-01", supply_days="42", fill_with="1.5 mg")
    words = plain(page)
    assert status == 200
    assert "84 capsules for 42 days" in words
    assert "3 mg 15 Dec 2026 28 Dec 2026 14 28 2 capsules of 1.5 mg at bedtime" in words
    assert "Reassess from 26 Jan 2027 Reassess by 23 Feb 2027" in words
    assert page.count('class="calendar__month"') == 2
    assert page.count("calendar__taken--begins") == 3
    assert page.count('class="calendar__dose"') == 42
    assert entries(bench) == before


def test_one_capsule_a_day_is_not_counted_out_in_the_calendar(client: FlaskClient) -> None:
    _, page = asked(client, start_on="2026-12-01", supply_days="1", time_of_day="morning")
    assert "1 capsule of 1.5 mg in the morning" in plain(page)
    assert "calendar__capsules" not in page


def test_a_month_begins_on_its_weekday(client: FlaskClient) -> None:
    _, page = asked(client, start_on="2027-02-01", supply_days="28")
    assert "calendar__gap" not in page
    _, page = asked(client, start_on="2026-11-30", supply_days="1")
    assert page.count('class="calendar__gap"') == 6 + 6


def test_other_steps_are_written_one_a_line(client: FlaskClient) -> None:
    status, page = asked(client, protocol="", steps="0.5 mg: 7\r\n\r\n1 mg", start_on="2026-12-01", supply_days="10")
    assert status == 200
    assert "1 mg 8 Dec 2026 10 Dec 2026 3 3 1 capsule of 1 mg at bedtime" in plain(page)


def test_what_to_look_at_stands_with_the_course(client: FlaskClient) -> None:
    _, page = asked(client, start_on="2026-12-01", supply_days="42", beyond_use_date="2027-01-01")
    assert "supply-outlasts-beyond-use-date" in page
    assert "card--stopped" in page
    _, page = asked(client, protocol="", steps="45 mg", start_on="2026-12-01")
    assert "45 mg exceeds" in page


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"start_on": "1.12.2026"}, "start_on", "write a date as year-month-day"),
        ({"start_on": ""}, "start_on", "First dose on is missing"),
        ({"supply_days": "0"}, "supply_days", "1 to 3,650 is accepted"),
        ({"supply_days": "3651"}, "supply_days", "1 to 3,650 is accepted"),
        ({"supply_days": "thirty"}, "supply_days", "write a whole number"),
        ({"fill_with": "1,5 mg"}, "fill_with", "write a point"),
        ({"fill_with": "0 mg"}, "fill_with", "above 0"),
        ({"fill_with": "1 mg"}, "fill_with", "the nearest dose"),
        ({"steps": "1.5 mg:"}, "steps", "such as 1.5 mg: 14"),
        ({"steps": "1.5 mg: 7\n2 mg: 0"}, "steps", "1 to 3,650 is accepted"),
        ({"protocol": "", "steps": "1.5 mg\n2 mg"}, "steps", "is missing"),
        ({"protocol": "", "steps": "2 mg", "fill_with": "1.5 mg"}, "steps", "1.5 mg and 3 mg"),
        ({"steps": "0.5 mg: 7\n1 mg"}, "steps", "A protocol is chosen too; empty this, or choose “none, other steps”"),
        ({"protocol": ""}, "steps", "Write the steps here, or choose a protocol."),
        ({"protocol": "fast"}, "protocol", "is not offered any more"),
        ({"protocol": "trial"}, "step_days", "leaves the days of each step to the site"),
        ({"step_days": "7"}, "step_days", "only for a protocol that leaves its days to the site"),
        ({"time_of_day": "noon"}, "time_of_day", "is not offered any more"),
        ({"treatment_started_on": "2027-12-01"}, "treatment_started_on", "no later than start_on"),
        ({"beyond_use_date": "2027-02-30"}, "beyond_use_date", "a day that the calendar has"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said_at_its_field(
    client: FlaskClient, changes: dict[str, str], field: str, sentence: str
) -> None:
    status, page = asked(client, **changes)
    assert status == 422
    assert list(complaints(page)) == [field]
    assert sentence in complaints(page)[field]
    assert "calendar__month" not in page


@pytest.mark.parametrize("sent", ["x", "\x00", "x" * 65_536, "<b>", "١", "\ud7ff"], ids=ascii)
@pytest.mark.parametrize("field", ["protocol", "start_on", "supply_days", "fill_with", "steps", "time_of_day"])
def test_whatever_is_sent_is_answered_in_a_sentence(client: FlaskClient, field: str, sent: str) -> None:
    status, page = asked(client, **{field: sent})
    assert status == 422
    assert field in complaints(page)


def test_an_auditor_plans_no_course(application: Flask) -> None:
    assert signed_in(application, IDA).get(NEW).status_code == 403
