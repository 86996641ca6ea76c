"""Prescriptions as values: directions worked out from the course, what stops them, and where they stand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.codec.documents import canonical, from_stored
from compounder.domain.care.course import Course, CourseOrder
from compounder.domain.care.demand import DemandLine, by_formulation
from compounder.domain.care.prescriptions import (
    Prescription,
    PrescriptionStatus,
    directions_of,
    prescription_findings,
    status_of,
    take,
)
from compounder.domain.care.safety import given_ahead
from compounder.domain.care.titration import work_out_course
from compounder.domain.errors import NotAccepted
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from tests.domain.refused import refused


def an_order(**changes: Any) -> CourseOrder:
    """The standard course of 30 days."""
    usual = {"protocol": "standard", "start_on": "2026-12-01", "supply_days": 30, "fill_with": "step-strengths"}
    return read({**usual, **changes}, CourseOrder)


def a_course(**changes: Any) -> Course:
    return work_out_course(an_order(**changes))


def a_prescription(**changes: Any) -> Prescription:
    """The standard course in capsules of 1.5 mg."""
    order = an_order(fill_with="1.5 mg")
    course = work_out_course(order)
    usual: dict[str, Any] = {
        "number": "RX2611-001",
        "patient": "23456789ABCD",
        "prescriber": "Dr. Ada Example",
        "written_on": date(2026, 11, 21),
        "formulation": "NTX-CAPS",
        "order": order,
        "course": course,
        "directions": directions_of(course),
    }
    return Prescription(**{**usual, **changes})


def entry(number: int, kind: EntryKind) -> JournalEntry:
    """An entry about a prescription."""
    at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    anna = Actor(name="Anna Müller", is_authenticated=True)
    return JournalEntry(
        number=number, at=at, actor=anna, site="A", subject="prescription RX1", kind=kind, document="{}"
    )


def test_directions_name_the_strength_where_there_are_several() -> None:
    assert directions_of(a_course()) == (
        "Take 1 capsule of 1.5 mg at bedtime",
        "Take 1 capsule of 3 mg at bedtime",
        "Take 1 capsule of 4.5 mg at bedtime",
    )


def test_directions_count_capsules_of_one_strength_in_numerals() -> None:
    assert directions_of(a_course(fill_with="1.5 mg", time_of_day="morning")) == (
        "Take 1 capsule in the morning",
        "Take 2 capsules in the morning",
        "Take 3 capsules in the morning",
    )


def test_a_label_of_one_strength_says_how_many_and_when() -> None:
    course = a_course()
    assert take(course.steps[2], course.time_of_day) == "Take 1 capsule at bedtime"


def test_a_prescription_is_read_back_from_its_document_as_it_was() -> None:
    kept = a_prescription(replaces="K-1", reason="Dreams")
    assert from_stored(canonical(kept), Prescription) == kept


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"number": "rx 1"}, "number"),
        ({"number": ""}, "number"),
        ({"patient": "Zoë Nobody"}, "patient"),
        ({"prescriber": ""}, "prescriber"),
    ],
)
def test_what_is_no_prescription_is_refused(changes: dict[str, Any], field_name: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        a_prescription(**changes)
    assert refused.value.field_name == field_name


def test_a_number_can_be_read_over_the_telephone() -> None:
    accepted = "a number of up to 30 capital letters, digits, points and hyphens"
    assert refused(a_prescription(number="R" * 30), number="rx 1") == (
        "number",
        f'"rx 1" was read; {accepted} is accepted.',
    )
    assert refused(a_prescription(), number="R" * 31)[0] == "number"
    assert refused(a_prescription(), written_on=date(1800, 1, 1))[0] == "written_on"


def test_a_strength_at_either_end_of_the_range_is_made() -> None:
    course = a_course(protocol=None, steps=[{"dose": "0.1 mg", "days": 7}, {"dose": "6 mg"}])
    assert "strength-out-of-range" not in {each.code for each in prescription_findings(course, first_formulation(1))}


def test_a_strength_outside_the_formulations_range_stops_it() -> None:
    course = a_course(protocol=None, steps=[{"dose": "0.05 mg", "days": 7}, {"dose": "6 mg", "days": 7}])
    found = prescription_findings(course, first_formulation(1))
    assert [finding.code for finding in found if finding.severity == "stop"] == ["strength-out-of-range"]
    assert "0.05 mg capsules are outside" in found[0].message
    assert prescription_findings(a_course(), first_formulation(1)) == a_course().findings


def test_where_a_prescription_stands_follows_from_its_entries() -> None:
    added, filled, cancelled = (
        entry(number, kind)
        for number, kind in enumerate(
            (EntryKind.PRESCRIPTION_ADDED, EntryKind.PRESCRIPTION_FILLED, EntryKind.PRESCRIPTION_CANCELLED), 1
        )
    )
    assert status_of([]) is PrescriptionStatus.OPEN
    assert status_of([added, entry(2, EntryKind.BOTTLE_DISPENSED)]) is PrescriptionStatus.OPEN
    assert status_of([added]) is PrescriptionStatus.OPEN
    assert status_of([added, filled]) is PrescriptionStatus.FILLED
    assert status_of([added, cancelled]) is PrescriptionStatus.CANCELLED


def test_demand_is_never_less_than_none() -> None:
    strength = parse_quantity("1.5 mg", MASS_PER_CAPSULE)
    line = DemandLine(formulation="A", strength=strength, prescribed=10, on_shelf=4, prescriptions=1)
    assert line.to_make == 6
    assert replace(line, on_shelf=11).to_make == 0
    other = replace(line, formulation="B")
    assert by_formulation((line, other, line)) == {"A": (line, line), "B": (other,)}


@pytest.mark.parametrize(
    ("given", "start", "left"),
    [
        ({"1.5 mg": 48}, date(2026, 12, 11), "38 of 1.5 mg"),
        ({"1.5 mg": 10}, date(2026, 12, 11), ""),
        ({"1.5 mg": 10}, date(2026, 12, 21), ""),
        ({"3 mg": 2}, date(2026, 12, 11), "2 of 3 mg"),
    ],
)
def test_capsules_given_out_for_the_days_of_another_course_are_decided_on(
    given: dict[str, int], start: date, left: str
) -> None:
    found = [each.message for each in given_ahead("RX2611-001", a_course(fill_with="1.5 mg"), given, start)]
    said = f"The patient may have {left} left of RX2611-001: say whether they are used or brought back."
    assert found == ([said] if left else [])
