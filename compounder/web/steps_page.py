"""The page of a batch's steps in finished strings: the one step to do now, its time, what comes next, what is done."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.record.deviations import Deviation
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.step_rules import may_be_early
from compounder.domain.record.steps import Step, Steps
from compounder.domain.units import format_dose
from compounder.services.bench import Bench
from compounder.services.stepping import LookedAtSteps
from compounder.web.journal_page import format_moment
from compounder.web.tables import TONES, Cell, Row

DONE_COLUMNS: Final = (
    ("Step", "strong"),
    ("When", "date"),
    ("Who", "text"),
    ("Otherwise than planned", "text"),
    ("Deviation", "text"),
)


def steps_page(looked: LookedAtSteps, at: datetime) -> Mapping[str, Any]:
    """Everything the page of the steps shows at this moment."""
    bench = looked.bench
    record, steps = bench.record, bench.steps
    return {
        "batch": batch_heading(bench),
        "problem": str(looked.refusal or ""),
        "step": _step(bench, steps.following, at) if steps.following else None,
        "waits_for_powder": steps.waits_for_powder,
        "then": _then(steps),
        "done_columns": DONE_COLUMNS,
        "done": list(done_rows(record, steps, bench.deviations, may_write=may_write(bench))),
    }


def batch_heading(bench: Bench) -> Mapping[str, str]:
    """What stands above a page of the bench."""
    record = bench.record
    return {
        "lot_number": record.lot_number,
        "title": f"{record.formulation.label.preparation} {format_dose(record.plan.strength)}",
        "capsules": f"{record.plan.capsules_to_make:,} capsules",
        "status": bench.standing.status.value,
        "tone": TONES[bench.standing.status],
    }


def may_write(bench: Bench) -> bool:
    """Whether a deviation may be written down of a batch that stands so."""
    return bench.standing.place.allows(EntryKind.DEVIATION_NOTED)


def may_step(bench: Bench) -> bool:
    """Whether a step may be done of a batch that stands so."""
    return bench.standing.place.allows(EntryKind.STEP_DONE)


def _step(bench: Bench, step: Step, at: datetime) -> Mapping[str, Any]:
    record = bench.record
    here = [each for each in bench.deviations if each.happened.step == step.number]
    return {
        "number": step.number,
        "count": len(bench.steps.every),
        "words": step.words,
        "additions": step.planned.additions,
        "time": _time(bench, step, at) if step.minutes else None,
        "deviations": [f"{each.said} ({each.by})" for each in here],
        "deviation_href": url_for("deviations.at_step", lot_number=record.lot_number, number=step.number),
        "weighs_capsules": step.planned.weighs_capsules,
        "lacking": bench.steps.lacking(step),
    }


def _time(bench: Bench, step: Step, at: datetime) -> Mapping[str, Any]:
    """A mixing time: how long it is, and once it runs how much is left and when it has passed."""
    zone = ZoneInfo(bench.record.time_zone)
    seconds = -(-step.left(at) // timedelta(seconds=1))
    started = step.started
    return {
        "whole": f"{step.minutes} min",
        "runs": started is not None,
        "started": f"{started.at.astimezone(zone):%H:%M:%S} by {started.by}" if started else "",
        "due": f"{step.due.astimezone(zone):%H:%M:%S}" if step.due else "",
        "seconds": seconds,
        "left": f"{seconds // 60}:{seconds % 60:02}",
        "is_early": may_be_early(step, bench.deviations, bench.record.plan_number),
    }


def _then(steps: Steps) -> str:
    """What comes after the next step."""
    after = [step for step in steps.every if step.done is None][1:2]
    return "".join(f"{step.words} {' · '.join(step.planned.additions)}".strip() for step in after)


def done_rows(
    record: CompoundingRecord, steps: Steps, deviations: Sequence[Deviation], *, may_write: bool
) -> Iterator[Row]:
    """Every step that is done, in the order of `DONE_COLUMNS`."""
    zone = ZoneInfo(record.time_zone)
    for step in steps.done:
        if step.done:
            said = " · ".join(each.said for each in deviations if each.happened.step == step.number)
            href = url_for("deviations.at_step", lot_number=record.lot_number, number=step.number)
            lacking = steps.lacking(step)
            yield (
                f"{step.number}. {step.words}{f' ({lacking})' if lacking else ''}",
                format_moment(step.done.at, zone),
                _who(step, zone),
                said,
                Cell(text="Write it down", href=href) if may_write else "",
            )


def _who(step: Step, zone: ZoneInfo) -> str:
    """Who did it; of a timed one, who started it at what time too."""
    who = step.done.by if step.done else ""
    return f"{who}; started at {step.started.at.astimezone(zone):%H:%M} by {step.started.by}" if step.started else who
