"""The page of a batch's bench in finished strings: the one mass to weigh now, its window as a bar, what was done."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.batch.weighing import Weighing
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.steps import Step
from compounder.domain.units import (
    MASS,
    READING,
    Reading,
    format_dose,
    format_reading,
    magnitude,
    parse_quantity,
)
from compounder.domain.wording import with_capital
from compounder.services.bench import Looked
from compounder.web.deviations_page import at_weighings
from compounder.web.journal_page import format_moment
from compounder.web.recovered import RECOVERED_COLUMNS, recovered_rows
from compounder.web.steps_page import may_step
from compounder.web.tables import TONES, Cell, Row

WEIGHED_COLUMNS: Final = (
    ("Powder", "strong"),
    ("Planned", "figure"),
    ("Weighed", "figure"),
    ("Lot", "told"),
    ("Balance", "told"),
    ("When", "date"),
    ("Who", "told"),
    ("Weigh anew", "text"),
)
DISCARDED_COLUMNS: Final = (
    ("Powder", "strong"),
    ("Discarded", "figure"),
    ("Why", "told"),
    ("When", "date"),
    ("Who", "told"),
)
_STEP: Final = re.compile(r"[0-9]{1,4}-[0-9]{1,4}", re.ASCII)
_WIDE, _FROM, _TO, _EDGE = 1_000, 250, 750, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The window of a weighing on a bar a thousand wide: where it begins and ends, where the planned mass is, and where
    what was read, if something was; in thousandths."""

    begins: int
    ends: int
    planned: int
    read: int | None


def bench_page(looked: Looked, marked: Reading | None) -> Mapping[str, Any]:
    """Everything the page of the bench shows; `marked` is a reading that was refused, drawn on the bar."""
    record, made = looked.bench.record, looked.bench.making
    return {
        "batch": {
            "lot_number": record.lot_number,
            "title": heading_of(looked),
            "capsules": f"{record.plan.capsules_to_make:,} capsules",
            "status": looked.bench.standing.status.value,
            "tone": TONES[looked.bench.standing.status],
        },
        "problem": str(looked.refusal or ""),
        "step": _step(looked, marked),
        "then": _then(looked),
        "is_whole": made.is_whole,
        "first_step": looked.bench.steps.following if may_step(looked.bench) else None,
        "content": made.content,
        "weighed_columns": WEIGHED_COLUMNS,
        "weighed": list(_weighed(looked)),
        "discarded_columns": DISCARDED_COLUMNS,
        "discarded": list(_discarded(looked)),
        **at_weighings(looked.bench),
        "recovered_columns": RECOVERED_COLUMNS,
        "recovered": list(recovered_rows(record, made)),
    }


def discard_page(looked: Looked, line: int) -> Mapping[str, Any]:
    """What the page of discarding says of a line: what was weighed, what it is mixed with, and which steps open."""
    bench = looked.bench
    planned, taken = bench.making.weighings, bench.making.taken[line]
    pairs = zip(planned, bench.making.taken, strict=True)
    each = [f"{format_reading(read.reading)} of {what.ingredient}" for what, read in pairs if read]
    opened = bench.steps.opened_by_weighing
    return {
        "lot_number": bench.record.lot_number,
        "title": heading_of(looked),
        "what": "all powders" if bench.mixed_lines else with_capital(planned[line].ingredient),
        "weighed": format_reading(taken.reading) if taken else "",
        "mixed": ", ".join(each) if bench.mixed_lines else "",
        "opened": _numbered(opened) if taken else "",
    }


def _numbered(steps: Sequence[Step]) -> str:
    """The steps by their numbers: `"Step 2 opens"`, `"Steps 2 to 5 open"`."""
    if len(steps) > 1:
        return f"Steps {steps[0].number} to {steps[-1].number} open"
    return f"Step {steps[0].number} opens" if steps else ""


def heading_of(looked: Looked) -> str:
    """Preparation and strength."""
    record = looked.bench.record
    return f"{record.formulation.label.preparation} {format_dose(record.plan.strength)}"


def plan_and_line(step: str | None) -> tuple[int, int]:
    """Which plan and line a form was of; of what is no step, plan 0: no batch has one."""
    plan_number, line = (step if step and _STEP.fullmatch(step) else "0-0").split("-")
    return int(plan_number), int(line)


def reading_on(text: str) -> Reading | None:
    """What was typed as a reading; None where it is none, which its field says."""
    try:
        return parse_quantity(text.strip(), READING)
    except CompoundingError:
        return None


def _step(looked: Looked, marked: Reading | None) -> Mapping[str, Any] | None:
    made, jar = looked.bench.making, looked.jar
    line = made.next_line
    if jar is None or line is None:
        return None
    planned = made.weighings[line]
    tablets = f"Crush {planned.tablets:,} tablets first." if planned.tablets else ""
    return {
        "line": line,
        "number": line + 1,
        "count": len(made.weighings),
        "ingredient": with_capital(planned.ingredient),
        "figure": format_reading(planned.to_weigh),
        "least": format_reading(planned.accept_from),
        "most": format_reading(planned.accept_to),
        "bar": bar_of(planned, marked),
        "lot": jar.lot.lot_number,
        "maker": jar.lot.maker,
        "expires": format_day(jar.lot.expires_on),
        "balance": planned.balance,
        "tablets": tablets,
    }


def bar_of(planned: Weighing, marked: Reading | None) -> Bar:
    """The window in the middle half of the bar; what lies beyond its ends stands at them."""
    least, most, wanted = (magnitude(each, MASS) for each in (planned.accept_from, planned.accept_to, planned.to_weigh))
    wide = most - least or Decimal(1)

    def place(mass: Decimal) -> int:
        return min(max(int(_FROM + (mass - least) / wide * (_TO - _FROM)), _EDGE), _WIDE - _EDGE)

    read = place(magnitude(marked, MASS)) if marked is not None else None
    return Bar(begins=_FROM, ends=_TO, planned=place(wanted), read=read)


def _then(looked: Looked) -> str:
    """What comes after the next powder."""
    made = looked.bench.making
    after = [each for each, taken in zip(made.weighings, made.taken, strict=True) if taken is None][1:]
    return f"{with_capital(after[0].ingredient)}, {format_reading(after[0].to_weigh)}" if after else ""


def _weighed(looked: Looked) -> Iterator[Row]:
    record, made = looked.bench.record, looked.bench.making
    zone, may_go = ZoneInfo(record.time_zone), looked.bench.standing.place.allows(EntryKind.WEIGHING_DISCARDED)
    for line, (planned, taken) in enumerate(zip(made.weighings, made.taken, strict=True)):
        if taken:
            again = url_for("bench.discard", lot_number=record.lot_number, line=line)
            yield (
                with_capital(planned.ingredient),
                format_reading(planned.to_weigh),
                format_reading(taken.reading),
                taken.lot_number,
                taken.balance_said,
                format_moment(taken.at, zone),
                taken.by,
                Cell(text="Discard", href=again) if may_go else "",
            )


def _discarded(looked: Looked) -> Iterator[Row]:
    record, made = looked.bench.record, looked.bench.making
    for lost in made.discarded:
        yield (
            with_capital(made.weighings[lost.line].ingredient),
            format_reading(lost.reading),
            lost.reason,
            format_moment(lost.at, ZoneInfo(record.time_zone)),
            lost.by,
        )
