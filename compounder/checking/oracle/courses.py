"""A second reckoning of courses, day by day and in fractions, from the rules of the trade alone: section 8.

It shares no line with the package: it asks of each day which dose it has, and counts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from compounder.checking.oracle.orders import Document, Refused, mass

LONGEST = 3_650
Steps = Sequence[tuple[Fraction, int | None]]
TABLES: dict[str, Steps] = {
    "standard": [(Fraction("1.5"), 14), (Fraction(3), 14), (Fraction("4.5"), None)],
    "gradual": [(Fraction(number, 2), 7) for number in range(1, 10)],
    "trial": [(Fraction("0.75") * number, None) for number in range(1, 9)],
}
MOST = {"standard": Fraction("4.5"), "gradual": Fraction("4.5"), "trial": Fraction(6), None: Fraction(6)}


@dataclass(frozen=True)
class Taken:
    """What one day takes: capsules of a strength in mg, for which step."""

    on: date
    step: int
    dose: Fraction
    strength: Fraction
    capsules: int


@dataclass(frozen=True)
class ReckonedCourse:
    """Every day, the capsules of each strength, the weeks of the reassessment, and the findings by code."""

    days: tuple[Taken, ...]
    capsules: Counter[Fraction]
    reassess: tuple[date, date]
    findings: Counter[str]


def reckon(course: Document) -> ReckonedCourse:
    """The course day by day, or a refusal."""
    require_bounds(course)
    steps = steps_of(course)
    start = date.fromisoformat(course["start_on"])
    by_day = [dose_on(steps, day) for day in range(course["supply_days"])]
    refuse_what_does_not_divide(course, {step: steps[step][0] for step in by_day})
    days = tuple(taken(course, start + timedelta(days=day), steps, step) for day, step in enumerate(by_day))
    capsules = Counter[Fraction]()
    for each in days:
        capsules[each.strength] += each.capsules
    if max(capsules.values()) > 100_000:
        raise Refused("out-of-bounds")
    since = date.fromisoformat(course.get("treatment_started_on") or course["start_on"])
    reassess = (since + timedelta(days=56), since + timedelta(days=84))
    return ReckonedCourse(days, capsules, reassess, Counter(findings(course, steps, days, reassess)))


def require_bounds(course: Document) -> None:
    """Days within a supply's and a step's bounds, every step before the last with its days."""
    codes = set()
    if not 1 <= course["supply_days"] <= LONGEST:
        codes.add("out-of-bounds")
    own = course.get("steps")
    if own is not None and not own:
        codes.add("out-of-bounds")
    if any(not 1 <= step.get("days", 1) <= LONGEST for step in own or ()):
        raise Refused("out-of-bounds")
    if codes:
        raise Refused(*codes)
    if any("days" not in step for step in (own or ())[:-1]):
        raise Refused("missing-key")
    is_open = course.get("protocol") == "trial" and own is None
    if is_open and "step_days" not in course:
        raise Refused("step-days-missing")
    if not is_open and "step_days" in course:
        raise Refused("not-accepted")


def steps_of(course: Document) -> Steps:
    """The course's own steps, or its protocol's with the site's days."""
    if course.get("steps") is not None:
        return [(mass(step["dose"]), step.get("days")) for step in course["steps"]]
    return [(dose, days or course.get("step_days")) for dose, days in TABLES[course["protocol"]]]


def dose_on(steps: Steps, day: int) -> int:
    """Which step a day has, the first being day 0: the first step that ends after it, or else the last."""
    ended = 0
    for number, (_, days) in enumerate(steps[:-1]):
        ended += days or 0
        if day < ended:
            return number
    return len(steps) - 1


def refuse_what_does_not_divide(course: Document, reached: dict[int, Fraction]) -> None:
    """Whole capsules only."""
    if course["fill_with"] != "step-strengths":
        one = mass(course["fill_with"])
        if any((dose / one).denominator != 1 for dose in reached.values()):
            raise Refused("dose-does-not-divide")


def taken(course: Document, on: date, steps: Steps, step: int) -> Taken:
    """One day's capsules."""
    dose = steps[step][0]
    strength = dose if course["fill_with"] == "step-strengths" else mass(course["fill_with"])
    return Taken(on, step, dose, strength, int(dose / strength))


def findings(course: Document, steps: Steps, days: Sequence[Taken], reassess: tuple[date, date]) -> Iterator[str]:
    """What a person must see, by code."""
    doses, ends, start = [day.dose for day in days], days[-1].on, days[0].on
    most = MOST[course.get("protocol")]
    if "beyond_use_date" in course and ends > date.fromisoformat(course["beyond_use_date"]):
        yield "supply-outlasts-beyond-use-date"
    if max(doses) > most:
        yield "dose-above-maximum"
    elif max(doses) > Fraction("4.5"):
        yield "dose-not-usual"
    if min(doses) < Fraction("0.5"):
        yield "dose-not-usual"
    yield from endings(steps, [day.step for day in days])
    if start <= reassess[1]:
        if ends > reassess[1]:
            yield "supply-outlasts-reassessment"
        elif ends >= reassess[0]:
            yield "reassessment-within-supply"
    if "step_days" in course:
        yield "step-days-of-the-site"


def endings(steps: Steps, by_day: Sequence[int]) -> Iterator[str]:
    """A supply that ends before the last step, or within one."""
    if by_day[-1] < len(steps) - 1:
        yield "supply-ends-before-target"
        if by_day.count(by_day[-1]) < (steps[by_day[-1]][1] or 0):
            yield "supply-ends-within-step"
