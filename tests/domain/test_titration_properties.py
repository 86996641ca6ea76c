"""What holds of every course: capsules hold the doses, the calendar has every day, no step leaves a gap."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compounder.services.courses import titrate
from tests.domain.courses import a_course
from tests.domain.orders import Document

units = st.sampled_from(["0.1", "0.5", "0.75", "1", "1.5", "0.000001", "0.333333"])
starts = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


@st.composite
def courses(draw: st.DrawFn) -> Document:
    """A course of free steps whose doses are multiples of one strength, filled in either way."""
    unit = Decimal(draw(units))
    multiples = draw(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 60)), min_size=1, max_size=8))
    return a_course(
        protocol=None,
        steps=[{"dose": f"{unit * times} mg", "days": days} for times, days in multiples],
        start_on=draw(starts).isoformat(),
        supply_days=draw(st.sampled_from([1, 30, 60, 90, 365]) | st.integers(1, 400)),
        fill_with=draw(st.sampled_from([f"{unit} mg", "step-strengths"])),
        calendar=True,
    )


def milligrams(text: str) -> Decimal:
    """The figure of a document's mass in mg."""
    return Decimal(text.removesuffix(" mg"))


def days_of(step: Document) -> int:
    """Days of a step, first and last included."""
    return (date.fromisoformat(step["to"]) - date.fromisoformat(step["from"])).days + 1


@given(courses())
def test_the_capsules_hold_the_doses(course: Document) -> None:
    answer = titrate(course)
    doses = sum(milligrams(step["dose"]) * days_of(step) for step in answer["steps"])
    assert sum(milligrams(strength) * count for strength, count in answer["capsules"].items()) == doses
    for step in answer["steps"]:
        assert milligrams(step["strength"]) * step["capsules_per_day"] == milligrams(step["dose"])


@given(courses())
def test_the_calendar_has_every_day_of_the_supply_once(course: Document) -> None:
    answer = titrate(course)
    start = date.fromisoformat(course["start_on"])
    days = [(start + timedelta(days=day)).isoformat() for day in range(course["supply_days"])]
    assert [line["on"] for line in answer["calendar"]] == days
    assert [line["day"] for line in answer["calendar"]] == list(range(1, course["supply_days"] + 1))
    counts = Counter[str]()
    for line in answer["calendar"]:
        counts[line["strength"]] += line["capsules"]
    assert counts == answer["capsules"]


@given(courses())
def test_one_step_begins_the_day_after_the_other_ends(course: Document) -> None:
    steps = titrate(course)["steps"]
    assert steps[0]["from"] == course["start_on"]
    for before, after in pairwise(steps):
        assert date.fromisoformat(after["from"]) - date.fromisoformat(before["to"]) == timedelta(days=1)
    assert sum(map(days_of, steps)) == course["supply_days"]
    for step, asked in zip(steps[:-1], course["steps"], strict=False):
        assert days_of(step) == asked["days"]


@given(courses())
def test_a_finding_is_a_sentence_of_at_most_twenty_words(course: Document) -> None:
    findings: list[Any] = titrate({**course, "beyond_use_date": course["start_on"]})["findings"]
    assert [each["message"] for each in findings if len(each["message"].split()) > 22] == []
    assert all(each["message"].endswith(".") for each in findings)


@given(courses(), st.integers(1, 400))
def test_a_longer_supply_changes_nothing_of_the_days_before(course: Document, more: int) -> None:
    longer = titrate({**course, "supply_days": course["supply_days"] + more})
    assert longer["calendar"][: course["supply_days"]] == titrate(course)["calendar"]
