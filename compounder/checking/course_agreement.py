"""The program's answer to a course held against the second reckoning's: the same refusals, or the same days."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import TypeAlias

from compounder.checking.agreement import ANSWERED, Codes, Compared, Document, compared_otherwise
from compounder.checking.oracle.courses import ReckonedCourse, reckon
from compounder.checking.oracle.orders import Refused, mass
from compounder.domain.errors import CompoundingError
from compounder.services.courses import titrate

Line: TypeAlias = tuple[Fraction, str, str, int]


def compared_course(course: Document) -> Compared:
    """The two answers to one course."""
    ours, theirs = _answer(course), _second_answer(course)
    if isinstance(ours, dict) and isinstance(theirs, ReckonedCourse):
        return Compared("; ".join(_differences(ours, theirs)), {ANSWERED, *theirs.findings})
    return compared_otherwise(ours, theirs)


def _answer(course: Document) -> Document | Codes:
    """What the program says: the answer's document, or the codes of its refusals."""
    try:
        return dict(titrate({**course, "calendar": True}))
    except CompoundingError as refusal:
        return {part.code for part in refusal.errors()}


def _second_answer(course: Document) -> ReckonedCourse | Codes:
    """What the second reckoning says."""
    try:
        return reckon(course)
    except Refused as refusal:
        return refusal.codes


def _differences(ours: Document, theirs: ReckonedCourse) -> Iterator[str]:
    days = [(day["on"], mass(day["dose"]), mass(day["strength"]), day["capsules"]) for day in ours["calendar"]]
    parts = {
        "calendar": days == [(each.on.isoformat(), each.dose, each.strength, each.capsules) for each in theirs.days],
        "steps": [_line(step) for step in ours["steps"]] == list(_lines(theirs)),
        "capsules": {mass(strength): count for strength, count in ours["capsules"].items()} == theirs.capsules,
        "reassess": [ours["reassess_from"], ours["reassess_to"]] == [day.isoformat() for day in theirs.reassess],
        "findings": Counter(finding["code"] for finding in ours["findings"]) == theirs.findings,
    }
    return (name for name, agrees in parts.items() if not agrees)


def _line(step: Document) -> Line:
    """A step of the program's, to compare."""
    return mass(step["dose"]), step["from"], step["to"], step["capsules_per_day"]


def _lines(theirs: ReckonedCourse) -> Iterator[Line]:
    """The days of one step after the other, first and last."""
    for _, run in groupby(theirs.days, key=lambda day: day.step):
        days = list(run)
        yield days[0].dose, days[0].on.isoformat(), days[-1].on.isoformat(), days[0].capsules
