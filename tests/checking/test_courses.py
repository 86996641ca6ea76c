"""The package and the second reckoning give the same answers to the same random courses."""

import os
import random
from collections import Counter

import pytest

from compounder.checking.agreement import ANSWERED
from compounder.checking.course_agreement import compared_course
from compounder.checking.oracle.random_courses import a_random_course

PARTS = 4
COURSES = 500 if not os.environ.get("COMPOUNDER_LONG") else 50_000
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


@pytest.mark.parametrize("part", range(PARTS))
def test_two_reckonings_agree_on_random_courses(part: int) -> None:
    chance, seen = random.Random(part), Counter[str]()
    for _ in range(COURSES):
        course = a_random_course(chance)
        compared = compared_course(course)
        assert compared.difference == "", course
        seen.update(compared.met)
    assert seen[ANSWERED] > COURSES / 3, seen
    assert min(seen[code] for code in KNOWN) > 0, seen
