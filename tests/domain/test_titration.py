"""Courses of the trade, recomputed: steps by date, capsules by strength, the reassessment, and what to look at."""

from datetime import date
from typing import Any

import pytest

from compounder.codec.converter import read_stored, write
from compounder.codec.documents import canonical, from_stored
from compounder.domain.care.course import Course, CourseOrder
from compounder.domain.care.protocol import PROTOCOLS
from compounder.domain.care.titration import work_out_course
from compounder.services.courses import titrate
from tests.domain.courses import a_course, an_order_of, codes, free_steps, titrated


@pytest.mark.parametrize(("days", "capsules"), [(42, 84), (30, 48), (60, 138), (90, 228), (14, 14), (28, 42), (1, 1)])
def test_the_standard_course_in_half_strength_capsules(days: int, capsules: int) -> None:
    """14 + 28 + 3 × (days − 28)."""
    assert titrated(supply_days=days)["capsules"] == {"1.5 mg": capsules}


def test_the_standard_course_has_its_steps_by_date() -> None:
    answer = titrated()
    assert [(step["dose"], step["from"], step["to"], step["capsules_per_day"]) for step in answer["steps"]] == [
        ("1.5 mg", "2026-12-01", "2026-12-14", 1),
        ("3 mg", "2026-12-15", "2026-12-28", 2),
        ("4.5 mg", "2026-12-29", "2027-01-11", 3),
    ]
    assert (answer["last_dose_on"], answer["time_of_day"]) == ("2027-01-11", "bedtime")
    assert (answer["reassess_from"], answer["reassess_to"], answer["findings"]) == ("2027-01-26", "2027-02-23", [])


def test_one_strength_a_step_is_one_capsule_a_day() -> None:
    answer = titrated(fill_with="step-strengths", supply_days=30)
    assert answer["capsules"] == {"1.5 mg": 14, "3 mg": 14, "4.5 mg": 2}
    assert [(step["strength"], step["capsules_per_day"]) for step in answer["steps"]] == [
        ("1.5 mg", 1),
        ("3 mg", 1),
        ("4.5 mg", 1),
    ]


def test_the_gradual_course_rises_by_half_a_milligram_a_week() -> None:
    answer = titrated(protocol="gradual", fill_with="0.5 mg", supply_days=60)
    assert [step["dose"] for step in answer["steps"]] == [f"{tenths / 10:g} mg" for tenths in range(5, 50, 5)]
    assert (answer["steps"][-1]["from"], answer["steps"][-1]["to"]) == ("2027-01-26", "2027-01-29")
    assert answer["capsules"] == {"0.5 mg": 7 * (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8) + 9 * 4}


def test_the_trial_course_takes_the_sites_own_days() -> None:
    answer = titrated(protocol="trial", step_days=7, fill_with="0.75 mg", supply_days=60)
    assert [step["dose"] for step in answer["steps"]][-2:] == ["5.25 mg", "6 mg"]
    assert answer["capsules"] == {"0.75 mg": 7 * 28 + 8 * 11}
    assert codes(answer) == [
        ("caution", "dose-not-usual"),
        ("note", "reassessment-within-supply"),
        ("note", "step-days-of-the-site"),
    ]


def test_a_shorter_supply_cuts_the_steps_off() -> None:
    answer = titrated(supply_days=20, fill_with="step-strengths")
    assert [step["dose"] for step in answer["steps"]] == ["1.5 mg", "3 mg"]
    assert answer["capsules"] == {"1.5 mg": 14, "3 mg": 6}
    assert [finding["message"] for finding in answer["findings"]] == [
        "The supply ends at 3 mg; 4.5 mg would begin on 29 Dec 2026. Plan the next supply.",
        "The supply ends after 6 of 14 days at 3 mg; 8 days of it are left for the next.",
    ]


def test_a_supply_that_ends_with_a_step_misses_only_the_target() -> None:
    assert codes(titrated(supply_days=28)) == [("caution", "supply-ends-before-target")]
    assert "1 day of it is left" in titrated(supply_days=27)["findings"][1]["message"]
    assert codes(titrated(supply_days=29)) == []


def test_the_last_step_lasts_on_whatever_its_days() -> None:
    first, second = (titrate(free_steps(("0.5 mg", 7), ("1 mg", days))) for days in (None, 3))
    assert first == second
    assert (first["steps"][1]["to"], first["capsules"]) == ("2027-01-11", {"0.5 mg": 7, "1 mg": 35})


def test_a_dose_that_comes_again_counts_once_by_strength() -> None:
    answer = titrate(free_steps(("1.5 mg", 7), ("3 mg", 7), ("1500 mcg", None), supply_days=30))
    assert answer["capsules"] == {"1.5 mg": 23, "3 mg": 7}


def test_the_leap_day_is_a_day_of_the_course() -> None:
    answer = titrated(start_on="2028-02-28", supply_days=3, calendar=True)
    assert [day["on"] for day in answer["calendar"]] == ["2028-02-28", "2028-02-29", "2028-03-01"]


def test_the_calendar_comes_when_it_is_asked_for() -> None:
    assert "calendar" not in titrated()
    calendar = titrated(calendar=True)["calendar"]
    assert len(calendar) == 42
    assert calendar[14] == {"day": 15, "on": "2026-12-15", "dose": "3 mg", "strength": "1.5 mg", "capsules": 2}


@pytest.mark.parametrize(
    ("last_dose", "expected"),
    [
        ("2026-12-31", []),
        ("2027-01-25", []),
        ("2027-01-26", [("note", "reassessment-within-supply")]),
        ("2027-02-23", [("note", "reassessment-within-supply")]),
        ("2027-02-24", [("caution", "supply-outlasts-reassessment")]),
    ],
)
def test_a_supply_is_held_against_the_reassessment(last_dose: str, expected: list[tuple[str, str]]) -> None:
    answer = titrated(supply_days=(date.fromisoformat(last_dose) - date(2026, 12, 1)).days + 1)
    assert (answer["last_dose_on"], codes(answer)) == (last_dose, expected)


def test_a_course_that_goes_on_counts_from_the_first_day_of_treatment() -> None:
    answer = titrate(free_steps(("4.5 mg", None), treatment_started_on="2026-10-20"))
    assert (answer["reassess_from"], answer["reassess_to"]) == ("2026-12-15", "2027-01-12")
    assert codes(answer) == [("note", "reassessment-within-supply")]
    assert codes(titrate(free_steps(("4.5 mg", None), treatment_started_on="2026-01-01"))) == []


def test_a_supply_that_outlasts_its_beyond_use_date_is_stopped() -> None:
    assert codes(titrated(beyond_use_date="2027-01-11")) == []
    (finding,) = titrated(beyond_use_date="2027-01-10")["findings"]
    assert (finding["severity"], finding["code"]) == ("stop", "supply-outlasts-beyond-use-date")
    assert finding["message"].endswith("is after the beyond-use date, 10 Jan 2027; supply 41 days at most.")
    assert titrated(beyond_use_date="2026-11-30")["findings"][0]["message"].endswith("; take another batch.")


@pytest.mark.parametrize(
    ("protocol", "dose", "expected"),
    [
        ("standard", "4.5 mg", []),
        ("standard", "4.500001 mg", [("decide", "dose-above-maximum")]),
        ("trial", "6 mg", [("caution", "dose-not-usual")]),
        (None, "4.500001 mg", [("caution", "dose-not-usual")]),
        (None, "6.000001 mg", [("decide", "dose-above-maximum")]),
        (None, "0.5 mg", []),
        (None, "499 mcg", [("caution", "dose-not-usual")]),
    ],
)
def test_a_dose_is_held_against_the_protocol_and_the_usual_range(
    protocol: str | None, dose: str, expected: list[tuple[str, str]]
) -> None:
    assert codes(titrate(free_steps((dose, None)) | ({"protocol": protocol} if protocol else {}))) == expected


def test_a_dose_above_the_maximum_says_whose_it_is() -> None:
    (of_protocol,) = titrate(free_steps(("45 mg", None)) | {"protocol": "standard"})["findings"]
    advice = "check the prescription and give the reason."
    assert of_protocol["message"] == f"45 mg exceeds the standard protocol's maximum of 4.5 mg; {advice}"
    (of_trials,) = titrate(free_steps(("45 mg", None)))["findings"]
    assert of_trials["message"] == f"45 mg exceeds 6 mg, the highest dose in trials; {advice}"


def test_a_dose_beyond_the_supply_is_not_looked_at() -> None:
    answer = titrate(free_steps(("1.5 mg", 30), ("20 mg", None), supply_days=30, fill_with="1.5 mg"))
    assert codes(answer) == [("caution", "supply-ends-before-target")]


def test_the_time_of_day_is_the_protocols_unless_another_is_asked_for() -> None:
    morning = {**written(), "time_of_day": "morning"}
    assert titrated(protocol=morning)["time_of_day"] == "morning"
    assert titrated(protocol=morning, time_of_day="bedtime")["time_of_day"] == "bedtime"
    assert titrate(free_steps(("1 mg", None)))["time_of_day"] == "bedtime"


def written(name: str = "standard") -> dict[str, Any]:
    """A protocol, written out."""
    return dict(write(PROTOCOLS[name]))


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_protocol_written_out_gives_what_its_name_gives(name: str) -> None:
    days = {"step_days": 5} if name == "trial" else {}
    assert titrated(protocol=written(name), fill_with="step-strengths", **days) == titrated(
        protocol=name, fill_with="step-strengths", **days
    )


def test_an_order_and_its_course_are_kept_and_read_again() -> None:
    order = an_order_of(protocol="trial", step_days=6, fill_with="step-strengths", beyond_use_date="2027-06-30")
    assert from_stored(canonical(order), CourseOrder) == order
    course = work_out_course(order)
    assert read_stored(write(course), Course) == course
    assert an_order_of(**a_course()) == read_stored(write(an_order_of()), CourseOrder)
