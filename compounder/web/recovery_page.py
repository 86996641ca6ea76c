"""The page of a recovery in finished strings: the plan in force beside what each way would make of the reading."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import url_for
from flask_wtf import FlaskForm

from compounder.domain.batch.plan import BatchPlan
from compounder.domain.batch.recovery import Impossible, Overweighed, RecoveryWay, Revised, left_over_of
from compounder.domain.batch.weighing import Role
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Finding
from compounder.domain.record.making import Content
from compounder.domain.record.readings import ReadingOutsideWindow
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    READING,
    Reading,
    format_reading,
    format_rounded,
    in_unit,
    quantity_text,
)
from compounder.domain.wording import with_capital
from compounder.services.bench import Looked
from compounder.services.plan_before import PlanBefore
from compounder.services.recovering import Recoverable
from compounder.web.tables import Row

WAYS: Final = {RecoveryWay.MORE_CAPSULES: "More capsules", RecoveryWay.MORE_FILLER: "Same capsules, more filler"}


def recovery_from(looked: Looked, form: FlaskForm, refusal: CompoundingError, shown: Reading | None) -> str:
    """Where a reading that was refused is recovered; nothing unless it is the drug's, and over.

    What a balance sent is typed again there: by the time somebody has chosen a plan it is offered no more.
    """
    planned = looked.bench.making.weighings[looked.bench.making.next_line or 0]
    if not isinstance(refusal, ReadingOutsideWindow) or planned.role is Role.FILLER:
        return ""
    if shown is None or shown <= planned.accept_to:
        return ""
    typed = {name: form[name].data for name in ("lot", "balance", "tared", "reading", "again")}
    typed["reading"] = quantity_text(shown, READING)
    return url_for("recovering.recover", lot_number=looked.bench.record.lot_number, **typed)


def recovery_page(found: Recoverable) -> Mapping[str, Any]:
    """Both ways beside the plan in force, and what is to be said of each."""
    over = found.over
    planned, number = over.plan.weighings[over.line], found.bench.record.plan_number
    return {
        "read": format_reading(found.shown.reading),
        "most": format_reading(planned.accept_to),
        "columns": _columns(over),
        "rows": list(_rows(found)),
        "impossible": [(WAYS[each.way], each.because) for each in found.ways if isinstance(each, Impossible)],
        "findings": list(_findings(found)),
        "next_number": number + 1,
    }


def offered(found: Recoverable) -> list[tuple[str, str]]:
    """The ways that can be gone, each in words."""
    return [(each.way.value, _said(found.over, each)) for each in found.ways if isinstance(each, Revised)]


def back_page(looked: Looked, before: PlanBefore) -> Mapping[str, Any]:
    """The plan in force beside the one that is gone back to."""
    record = looked.bench.record
    plans = ((f"Plan {record.plan_number}, in force", record.plan), (f"Plan {before.number}", before.plan))
    powders = ((with_capital(each.ingredient), "figure") for each in before.plan.weighings)
    return {
        "before": before.number,
        "next_number": record.plan_number + 1,
        "columns": (("Plan", "strong"), ("Capsules", "figure"), *powders),
        "rows": [
            (title, f"{plan.capsules_to_make:,}", *(format_reading(each.to_weigh) for each in plan.weighings))
            for title, plan in plans
        ],
    }


def _said(over: Overweighed, revised: Revised) -> str:
    was, now, left = over.plan.capsules_to_make, revised.plan.capsules_to_make, left_over_of(revised.plan)
    discarded = f"{format_rounded(left, MASS)} left over and discarded" if left.magnitude else "nothing left over"
    many = f"{now:,} instead of {was:,}, " if now != was else ""
    return f"{WAYS[revised.way]}: {many}{discarded}"


def _columns(over: Overweighed) -> tuple[tuple[str, str], ...]:
    powders = ((with_capital(each.ingredient), "figure") for each in over.plan.weighings)
    return (
        ("Plan", "strong"),
        ("Capsules", "figure"),
        *powders,
        ("Left over", "figure"),
        ("Each would hold", "figure"),
        ("Off the strength", "figure"),
    )


def _rows(found: Recoverable) -> Iterator[Row]:
    yield _row(f"Plan {found.bench.record.plan_number}, in force", found.over, found.over.plan)
    for each in found.ways:
        if isinstance(each, Revised):
            yield _row(WAYS[each.way], found.over, each.plan)


def _row(title: str, over: Overweighed, plan: BatchPlan) -> Row:
    left = left_over_of(plan)
    content = _content(over, plan)
    return (
        title,
        f"{plan.capsules_to_make:,}",
        *(format_reading(each.to_weigh) for each in plan.weighings),
        format_rounded(left, MASS) if left.magnitude else "nothing",
        content.actual_shown,
        content.difference_shown,
    )


def _content(over: Overweighed, plan: BatchPlan) -> Content:
    planned = in_unit(plan.strength * (1 + over.order.active_overage), MASS_PER_CAPSULE)
    return Content(actual=planned * over.share_by(plan), planned=planned)


def _findings(found: Recoverable) -> Iterator[tuple[str, list[Finding]]]:
    """What the review says of a revised plan and did not say of the one in force."""
    known = {(each.code, each.message) for each in found.over.plan.findings}
    for way in found.ways:
        if isinstance(way, Revised):
            new = [each for each in way.plan.findings if (each.code, each.message) not in known]
            if new:
                yield WAYS[way.way], new
