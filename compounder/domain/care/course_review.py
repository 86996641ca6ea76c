"""The review of a course: one small function a rule; each looks at the order and its course and says what to look at.

Source: usual dose 0.5–4.5 mg daily, trials to 6 mg; reassess after 8–12 weeks; last dose day no later than the
beyond-use date.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import Final

from compounder.domain.calendar import format_day
from compounder.domain.care.course import Course, CourseOrder
from compounder.domain.findings import Finding, caution, decide, note, stop
from compounder.domain.units import MASS, format_dose, mg, of

Rule = Callable[[CourseOrder, Course], Iterator[Finding]]

LEAST_USUAL: Final = of(Decimal("0.5"), mg)
MOST_USUAL: Final = of(Decimal("4.5"), mg)
_USUAL = f"{format_dose(LEAST_USUAL, MASS)} to {format_dose(MOST_USUAL, MASS)} daily"


def review(order: CourseOrder, course: Course) -> tuple[Finding, ...]:
    """Every finding on a course, stops first as the rules are listed."""
    return tuple(chain.from_iterable(rule(order, course) for rule in RULES))


def supply_ends_by_beyond_use_date(order: CourseOrder, course: Course) -> Iterator[Finding]:
    """Nobody takes a capsule after its beyond-use date."""
    if not order.beyond_use_date or course.last_dose_on <= order.beyond_use_date:
        return
    days = (order.beyond_use_date - order.start_on).days + 1
    advice = f"supply {_days(days)} at most" if days > 0 else "take another batch"
    yield stop(
        "supply-outlasts-beyond-use-date",
        f"The last dose on {format_day(course.last_dose_on)} is after the beyond-use date, "
        f"{format_day(order.beyond_use_date)}; {advice}.",
    )


def doses_are_within_maximum(order: CourseOrder, course: Course) -> Iterator[Finding]:
    """A dose above the protocol's maximum, or above all that were studied, is decided by a person."""
    highest = max(step.dose for step in course.steps)
    if highest > order.maximum:
        most = format_dose(order.maximum, MASS)
        limit = (
            f"the {order.protocol.name.lower()} protocol's maximum of {most}"
            if order.protocol
            else f"{most}, the highest dose in trials"
        )
        yield decide(
            "dose-above-maximum",
            f"{format_dose(highest, MASS)} exceeds {limit}; check the prescription and give the reason.",
        )


def doses_are_usual(order: CourseOrder, course: Course) -> Iterator[Finding]:
    """A dose outside the usual range is shown; above the maximum there is something to decide already."""
    lowest, highest = min(step.dose for step in course.steps), max(step.dose for step in course.steps)
    if lowest < LEAST_USUAL:
        yield _not_usual(f"{format_dose(lowest, MASS)} is below")
    if MOST_USUAL < highest <= order.maximum:
        yield _not_usual(f"{format_dose(highest, MASS)} is above")


def _not_usual(dose_is: str) -> Finding:
    return caution("dose-not-usual", f"{dose_is} the usual dose, {_USUAL}; check the prescription.")


def supply_reaches_target(order: CourseOrder, course: Course) -> Iterator[Finding]:
    """The target is the dose of the last step; a supply that ends before it needs another."""
    reached, steps = course.steps[-1], order.titration
    if len(course.steps) < len(steps):
        begins = order.start_on + timedelta(days=sum(step.days or 0 for step in steps[:-1]))
        yield caution(
            "supply-ends-before-target",
            f"The supply ends at {format_dose(reached.dose, MASS)}; {format_dose(steps[-1].dose, MASS)} "
            f"would begin on {format_day(begins)}. Plan the next supply.",
        )


def supply_ends_with_a_step(order: CourseOrder, course: Course) -> Iterator[Finding]:
    """A step that the supply cuts off goes on in the next supply."""
    reached = course.steps[-1]
    asked = order.titration[len(course.steps) - 1].days
    if len(course.steps) < len(order.titration) and asked and reached.days < asked:
        left = asked - reached.days
        yield note(
            "supply-ends-within-step",
            f"The supply ends after {reached.days:,} of {asked:,} days at {format_dose(reached.dose, MASS)}; "
            f"{_days(left)} of it {'is' if left == 1 else 'are'} left for the next.",
        )


def reassessment_is_planned(order: CourseOrder, course: Course) -> Iterator[Finding]:
    """A supply that lasts into the weeks of the reassessment, or past them."""
    first, last, ends = course.reassess_from, course.reassess_to, course.last_dose_on
    if order.start_on <= last < ends:
        yield caution(
            "supply-outlasts-reassessment",
            f"The supply lasts until {format_day(ends)}; reassess between {format_day(first)} "
            f"and {format_day(last)}, before it ends.",
        )
    elif order.start_on <= last and first <= ends:
        yield note(
            "reassessment-within-supply",
            f"Reassess between {format_day(first)} and {format_day(last)}; the supply lasts until {format_day(ends)}.",
        )


def days_of_steps_are_named(order: CourseOrder, course: Course) -> Iterator[Finding]:
    """Where a protocol leaves its days to the site, the course says so."""
    if order.step_days:
        yield note(
            "step-days-of-the-site", f"The protocol sets no days; {_days(order.step_days)} a step is the site's own."
        )


def _days(count: int) -> str:
    return f"{count:,} days" if count != 1 else "1 day"


RULES: tuple[Rule, ...] = (
    supply_ends_by_beyond_use_date,
    doses_are_within_maximum,
    doses_are_usual,
    supply_reaches_target,
    supply_ends_with_a_step,
    reassessment_is_planned,
    days_of_steps_are_named,
)
