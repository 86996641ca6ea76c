"""Deviations written down where they happen, and assessed by a pharmacist before the batch is released."""

from dataclasses import dataclass
from typing import Any

from compounder.database import one_time_keys
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.domain.record.deviations import Deviation, require_assessable, require_said
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.signatures import PHARMACISTS, NotForThisRole
from compounder.services.acting import Deed
from compounder.services.bench import Bench, bench_of, require_theirs
from compounder.services.once import once
from compounder.services.standings import enter, require_possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviating(Deed):
    """What somebody writes down of a batch: at a line of its weighings, from 0, or else at a step, from 1."""

    lot_number: str
    line: int | None
    step: int | None
    said: str
    one_time_key: str


def note_deviation(connection: Connection, deviating: Deviating) -> None:
    """Keep what went otherwise; a second click on the same form changes nothing. The batch stays where it stands.

    Refuses whoever does not weigh, what is released or held, a place that the plan does not have, and no words.
    """
    require_said(deviating.said)
    asked = (deviating.lot_number, deviating.line, deviating.step, deviating.said)
    act = once(deviating.one_time_key, asked)
    if one_time_keys.subject_of(connection, deviating.site, act) is not None:
        return
    bench = bench_of(connection, deviating.site, deviating.lot_number)
    require_theirs(bench, EntryKind.DEVIATION_NOTED, deviating.person)
    document: dict[str, Any] = {
        "plan_number": bench.record.plan_number,
        "line": deviating.line,
        "step": deviating.step,
        "what": what_happened_at(bench, deviating.line, deviating.step),
        "said": deviating.said,
    }
    entry = enter(connection, deviating.act, deviating.lot_number, EntryKind.DEVIATION_NOTED, document, bench.standing)
    one_time_keys.use(connection, deviating.site, act, deviating.lot_number, entry.number)


def what_happened_at(bench: Bench, line: int | None, step: int | None) -> str:
    """The powder of a line, or the words of a step; refuses with `NotFound` a place that the plan does not have."""
    if step is None and line is not None and 0 <= line < len(bench.making.weighings):
        return bench.making.weighings[line].ingredient
    if line is None and step is not None and 1 <= step <= len(bench.steps.every):
        return bench.steps.every[step - 1].words
    raise NotFound(what="place at the bench", name=bench.record.lot_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessing(Deed):
    """What a pharmacist says of a deviation, by the number of its entry."""

    lot_number: str
    deviation: int
    said: str


def assess_deviation(connection: Connection, assessing: Assessing) -> None:
    """Keep why the batch may go on with a deviation, or may not; the same again changes nothing.

    Refuses with `NotForThisRole` whoever is no pharmacist, with `SamePerson` whoever wrote it down, and with
    `AssessedAlready` what somebody assessed otherwise.
    """
    require_said(assessing.said)
    if assessing.person.role not in PHARMACISTS:
        raise NotForThisRole(role=assessing.person.role, act="assessed", may=PHARMACISTS)
    bench = bench_of(connection, assessing.site, assessing.lot_number)
    deviation = deviation_of(bench, assessing.deviation)
    done = deviation.assessed
    if done and (done.said, done.by) == (assessing.said, assessing.person.name):
        return
    require_possible(bench.standing, assessing.lot_number, EntryKind.DEVIATION_ASSESSED)
    require_assessable(deviation, assessing.lot_number, assessing.person.name)
    said = {"deviation": assessing.deviation, "said": assessing.said}
    enter(connection, assessing.act, assessing.lot_number, EntryKind.DEVIATION_ASSESSED, said, bench.standing)


def deviation_of(bench: Bench, number: int) -> Deviation:
    """The deviation of this entry; refuses with `NotFound` what is none of this batch."""
    found = next((each for each in bench.deviations if each.number == number), None)
    if found is None:
        raise NotFound(what="deviation", name=f"{number} of batch {bench.record.lot_number}")
    return found
