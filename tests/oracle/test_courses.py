"""The package and the second reckoning give the same answers to the same random courses."""

import os
import random
from collections import Counter
from fractions import Fraction
from itertools import groupby
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError
from compounder.services.courses import titrate
from tests.oracle.courses import ReckonedCourse, reckon
from tests.oracle.orders import Refused, mass
from tests.oracle.random_courses import a_random_course

PARTS = 4
COURSES = 500 if not os.environ.get("COMPOUNDER_LONG") else 50_000


@pytest.mark.parametrize("part", range(PARTS))
def test_two_reckonings_agree_on_random_courses(part: int) -> None:
    chance, seen = random.Random(part), Counter[str]()
    for _ in range(COURSES):
        course = a_random_course(chance)
        ours, theirs = answer(course), second_answer(course)
        if isinstance(ours, set) or isinstance(theirs, set):
            assert ours == theirs, course
            seen.update(theirs)
        else:
            assert difference(ours, theirs) is None, course
            seen.update(["answered", *theirs.findings])
    assert seen["answered"] > COURSES / 3, seen
    assert min(seen[code] for code in KNOWN) > 0, seen


KNOWN = (
    "dose-does-not-divide",
    "step-days-missing",
    "missing-key",
    "not-accepted",
    "out-of-bounds",
    "supply-outlasts-beyond-use-date",
    "dose-above-maximum",
    "dose-not-usual",
    "supply-ends-before-target",
    "supply-ends-within-step",
    "reassessment-within-supply",
    "supply-outlasts-reassessment",
    "step-days-of-the-site",
)


def answer(course: dict[str, Any]) -> dict[str, Any] | set[str]:
    """What the package says: the answer's document, or the codes of its refusals."""
    try:
        return dict(titrate({**course, "calendar": True}))
    except CompoundingError as refusal:
        return {part.code for part in refusal.errors()}


def second_answer(course: dict[str, Any]) -> ReckonedCourse | set[str]:
    """What the second reckoning says."""
    try:
        return reckon(course)
    except Refused as refusal:
        return refusal.codes


def difference(ours: dict[str, Any], theirs: ReckonedCourse) -> str | None:
    """The first part in which the two differ, or none."""
    days = [(day["on"], mass(day["dose"]), mass(day["strength"]), day["capsules"]) for day in ours["calendar"]]
    parts = {
        "calendar": days == [(each.on.isoformat(), each.dose, each.strength, each.capsules) for each in theirs.days],
        "steps": [line(step) for step in ours["steps"]] == list(steps(theirs)),
        "capsules": {mass(strength): count for strength, count in ours["capsules"].items()} == theirs.capsules,
        "reassess": [ours["reassess_from"], ours["reassess_to"]] == [day.isoformat() for day in theirs.reassess],
        "findings": Counter(finding["code"] for finding in ours["findings"]) == theirs.findings,
    }
    return next((f"{name}: {ours} {theirs}" for name, agrees in parts.items() if not agrees), None)


def line(step: dict[str, Any]) -> tuple[Fraction, str, str, int]:
    """A step of the package's, to compare."""
    return mass(step["dose"]), step["from"], step["to"], step["capsules_per_day"]


def steps(theirs: ReckonedCourse) -> list[tuple[Fraction, str, str, int]]:
    """The days of one step after the other, first and last."""
    runs = [list(run) for _, run in groupby(theirs.days, key=lambda day: day.step)]
    return [(run[0].dose, run[0].on.isoformat(), run[-1].on.isoformat(), run[0].capsules) for run in runs]
