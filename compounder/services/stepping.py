"""The method's steps ticked at the bench: started where they have a time, and done; each with who and when.

Lots, dates, status and balances are looked at again at each, as at each weighing. Writers take turns, so that a step is
ticked once whoever sends it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compounder.database import one_time_keys
from compounder.database.engine import Connection
from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Person
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.step_rules import require_next_step, require_startable, require_time_passed
from compounder.domain.record.steps import Step
from compounder.services.acting import Deed
from compounder.services.bench import Bench, bench_of, require_calibrated, require_open, require_theirs
from compounder.services.once import once
from compounder.services.standings import enter


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepping(Deed):
    """One step as somebody starts or ticks it: of which batch and plan, its number from 1, by whom, when."""

    lot_number: str
    plan_number: int
    number: int
    one_time_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtSteps:
    """What somebody sees who comes to the steps: how far they are, and why none may be done now, where that is so."""

    bench: Bench
    refusal: CompoundingError | None


def look_at_steps(connection: Connection, site: str, lot_number: str, person: Person, at: datetime) -> LookedAtSteps:
    """The steps as this person meets them at this moment; refuses with `NotFound`."""
    bench = bench_of(connection, site, lot_number)
    try:
        if bench.steps.following:
            require_theirs(bench, EntryKind.STEP_DONE, person)
            _require_open(connection, bench, at)
    except CompoundingError as refusal:
        return LookedAtSteps(bench=bench, refusal=refusal)
    return LookedAtSteps(bench=bench, refusal=None)


def start_step(connection: Connection, stepping: Stepping) -> None:
    """Start a step's time; a second click on the same form changes nothing.

    Refuses what `bench.require_theirs` and `require_open` do, another step than the next, and one without a time.
    """
    kind = EntryKind.STEP_STARTED
    if _is_known(connection, stepping, kind):
        return
    bench, step = _next(connection, stepping, kind)
    require_startable(step)
    _keep(connection, stepping, kind, bench, step)


def finish_step(connection: Connection, stepping: Stepping) -> None:
    """Tick a step; a second click on the same form changes nothing.

    Refuses what `start_step` does of the bench and the sequence, and with `StillMixing` one whose time has not passed
    where no deviation says why.
    """
    kind = EntryKind.STEP_DONE
    if _is_known(connection, stepping, kind):
        return
    bench, step = _next(connection, stepping, kind)
    require_time_passed(step, bench.deviations, bench.record.plan_number, stepping.at)
    _keep(connection, stepping, kind, bench, step)


def _act(stepping: Stepping, kind: EntryKind) -> str:
    return once(stepping.one_time_key, (stepping.lot_number, stepping.plan_number, stepping.number, kind))


def _is_known(connection: Connection, stepping: Stepping, kind: EntryKind) -> bool:
    return one_time_keys.subject_of(connection, stepping.site, _act(stepping, kind)) is not None


def _next(connection: Connection, stepping: Stepping, kind: EntryKind) -> tuple[Bench, Step]:
    bench = bench_of(connection, stepping.site, stepping.lot_number)
    require_theirs(bench, kind, stepping.person)
    number = stepping.number if stepping.plan_number == bench.record.plan_number else 0
    step = require_next_step(bench.steps, number, stepping.lot_number)
    _require_open(connection, bench, stepping.at)
    return bench, step


def _require_open(connection: Connection, bench: Bench, at: datetime) -> None:
    """Where a powder is still to be weighed, the balance that its plan names is looked at too."""
    require_open(connection, bench, at)
    made = bench.making
    planned = (each.balance for each, taken in zip(made.weighings, made.taken, strict=True) if taken is None)
    require_calibrated(connection, bench.record, planned, at)


def _keep(connection: Connection, stepping: Stepping, kind: EntryKind, bench: Bench, step: Step) -> None:
    document: dict[str, Any] = {
        "plan_number": stepping.plan_number,
        "step": step.number,
        "instruction": str(step.planned.instruction),
    }
    entry = enter(connection, stepping.act, stepping.lot_number, kind, document, bench.standing)
    one_time_keys.use(connection, stepping.site, _act(stepping, kind), stepping.lot_number, entry.number)
