"""Finished capsules: weighed, counted, decided on; assayed in `assaying`. Each is an entry of the batch's journal, and
the batch stays where it stands.

Whoever weighs or counts does not count as a maker: no figure that the second person verifies comes from it. What stands
in their place is that nobody decides on capsules whose figures they entered themselves.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from compounder.codec.converter import write
from compounder.codec.documents import canonical, from_stored
from compounder.database import journal, quality
from compounder.database.engine import Connection
from compounder.domain.bounds import require_reason
from compounder.domain.findings import Finding
from compounder.domain.quality.inspection import named_rules
from compounder.domain.quality.results import RuleName
from compounder.domain.quality.verdict import Verdict, left_out, review_balance, review_left_out, verdict_on
from compounder.domain.quality.weight_rules import SOURCES, Inspected, require_possible
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import Reconciliation, reconciled, review_powder
from compounder.domain.record.decisions import require_decided
from compounder.domain.record.finished import (
    DECIDED,
    FINISHING,
    MADE_ANEW,
    AnySaid,
    CapsulesAssayed,
    CapsulesCounted,
    CapsulesDecided,
    CapsulesWeighed,
    Finished,
    require_somebody_else,
)
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.readings import require_balance_calibrated, require_each_shown_by
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.signatures import EVERYBODY_AT_WORK, PHARMACISTS, NotForThisRole
from compounder.domain.record.standing import Standing, standing
from compounder.domain.stock.equipment import Balance
from compounder.domain.units import MASS, in_unit, mg, of
from compounder.services.acting import Deed, append
from compounder.services.bench import Bench, bench_of, day_of, require_open, require_powders
from compounder.services.errors import CannotBeMade, NothingToDecide
from compounder.services.finishing_errors import EnteredAlready, NamedRuleLeftOut, NotAtTheBench, NotWeighedYet
from compounder.services.workspace import balance_named

SAID: Final[Mapping[EntryKind, type[AnySaid]]] = {
    EntryKind.CAPSULES_WEIGHED: CapsulesWeighed,
    EntryKind.CAPSULES_COUNTED: CapsulesCounted,
    EntryKind.CAPSULES_DECIDED: CapsulesDecided,
    EntryKind.CAPSULES_ASSAYED: CapsulesAssayed,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finishing(Deed):
    """Something entered of a batch's finished capsules: of which, by whom, when; `reason` is why it is entered again,
    or why the batch may go on."""

    lot_number: str
    reason: str = ""


def weigh_capsules(
    connection: Connection,
    finishing: Finishing,
    weights: CapsuleWeights,
    *,
    balance: str,
    pharmacopoeias: Iterable[str] = (),
    left_out_because: str = "",
) -> Finished:
    """Keep what finished capsules weigh on this balance, with what the formulation's rules and those named beside it
    make of it.

    The same again changes nothing; other weights need a reason, and so does a rule that the formulation names and that
    is not checked (`NamedRuleLeftOut`). Refuses with `NotAtTheBench` what is released or held, with `StillToBeWeighed`
    what was begun at the bench and has a powder to weigh, what `bench.require_open` refuses of it, a balance that is
    not the site's or overdue, what it does not show or no capsule holds, and with `WrongNumberWeighed` too few or too
    many for a rule.
    """
    bench, before = _at_the_bench(connection, finishing)
    record, rules, now = bench.record, named_rules(tuple(pharmacopoeias)), before.weighed
    if now and canonical([now.said.weights, now.said.rules, now.said.balance]) == canonical([weights, rules, balance]):
        return before
    require_reason_again(finishing, "weighed", now.name if now else "")
    _require_named_rules(record, rules, left_out_because)
    used = _fit_balance(connection, finishing, bench, balance, weights)
    require_possible(inspected_of(record, weights))
    said = CapsulesWeighed(
        weights=weights,
        rules=rules,
        verdict=Verdict(results=(), findings=tuple(review_balance(used, weights, record.order.weighing_tolerance))),
        reason=finishing.reason,
        plan_number=record.plan_number,
        left_out_because=left_out_because if left_out(record.formulation.quality, rules) else "",
        balance=balance,
    )
    said = replace(said, verdict=_verdict(bench, said, before.counted.said.count if before.counted else None))
    after, number = entered(connection, finishing, EntryKind.CAPSULES_WEIGHED, said, before)
    quality.keep(connection, bench.batch_id, record, inspected_of(record, weights), number, finishing.at)
    return after


def _require_named_rules(record: CompoundingRecord, rules: tuple[RuleName, ...], because: str) -> None:
    """Refuses with `NamedRuleLeftOut` a rule that the formulation names and that is silently left out."""
    missing = left_out(record.formulation.quality, rules)
    if missing and not because.strip():
        raise NamedRuleLeftOut(rule=SOURCES[missing[0]])


def _fit_balance(
    connection: Connection, finishing: Finishing, bench: Bench, name: str, weights: CapsuleWeights
) -> Balance:
    """The balance of this name; refuses one that the site does not have or that is overdue, and readings that it does
    not show."""
    balance = balance_named(connection, finishing.site, name)
    require_balance_calibrated(balance, day_of(bench.record, finishing.at))
    require_each_shown_by(balance, weights.filled, "filled")
    require_each_shown_by(balance, weights.empty_shells, "empty_shells")
    return balance


def count_capsules(connection: Connection, finishing: Finishing, count: Reconciliation) -> Finished:
    """Keep what became of capsules and powder, with the yield. The same again changes nothing; another count needs a
    reason. Refuses as `weigh_capsules` does, and with `NotWeighedYet` a batch whose capsules were not weighed.
    """
    bench, before = _at_the_bench(connection, finishing)
    record = bench.record
    if before.weighed is None:
        raise NotWeighedYet(lot_number=finishing.lot_number)
    now = before.counted
    if now and canonical(now.said.count) == canonical(count):
        return before
    require_reason_again(finishing, "counted", now.name if now else "")
    said = CapsulesCounted(
        count=count,
        verdict=_verdict(bench, before.weighed.said, count),
        reason=finishing.reason,
        plan_number=record.plan_number,
    )
    return entered(connection, finishing, EntryKind.CAPSULES_COUNTED, said, before)[0]


def decide_on_capsules(connection: Connection, finishing: Finishing) -> Finished:
    """Decide, with a reason, that a batch may go on with capsules that a rule, a limit or an assay does not pass; of a
    released one, that it stays released.

    Refuses with `NotForThisRole` whoever is no pharmacist, with `SamePerson` whoever entered the figures.
    """
    require_reason(finishing.reason)
    if finishing.person.role not in PHARMACISTS:
        raise NotForThisRole(role=finishing.person.role, act="decided on finished capsules", may=PHARMACISTS)
    before = decidable(connection, finishing.site, finishing.lot_number)
    if not before.waiting:
        raise NothingToDecide(lot_number=finishing.lot_number)
    require_somebody_else(before, finishing.lot_number, finishing.person.name)
    said = CapsulesDecided(findings=before.waiting, reason=finishing.reason)
    return entered(connection, finishing, EntryKind.CAPSULES_DECIDED, said, before)[0]


def decidable(connection: Connection, site: str, lot_number: str) -> Finished:
    """What was entered of a batch's capsules, to be decided on; refuses one of which nothing becomes any more."""
    bench = bench_of(connection, site, lot_number)
    if bench.status not in DECIDED:
        raise NotAtTheBench(lot_number=lot_number, status=bench.status)
    if bench.status in FINISHING:
        require_at_the_bench(bench.record, bench.standing)
    return finished_in(bench.entries)


def finished_of(connection: Connection, site: str, lot_number: str) -> Finished:
    """What was entered of a batch's finished capsules."""
    return finished_in(journal.entries_of(connection, site, lot_number))


def finished_in(entries: Iterable[JournalEntry]) -> Finished:
    """What a batch's entries, the oldest first, tell of its finished capsules."""
    entries = tuple(entries)
    anew = max((entry.number for entry in entries if entry.kind in MADE_ANEW), default=0)
    found = Finished(plan_number=standing(entries).plan_number, anew=anew)
    for entry in entries:
        if entry.kind in SAID:
            found = found.after(entry.number, from_stored(entry.document, SAID[entry.kind]), entry.actor.name, entry.at)
    return found


def may_finish(now: Standing) -> bool:
    """Whether the capsules of a batch that stands so are weighed and counted."""
    return now.status in FINISHING and not now.reason


def require_at_the_bench(record: CompoundingRecord, now: Standing) -> None:
    """Refuses a batch whose capsules are not weighed now: released, held, waiting for a decision, or not makeable."""
    if now.status not in FINISHING:
        raise NotAtTheBench(lot_number=record.lot_number, status=now.status)
    if now.reason:
        raise CannotBeMade(lot_number=record.lot_number, reason=now.reason)
    require_decided(record, now.shared)


def _at_the_bench(connection: Connection, finishing: Finishing) -> tuple[Bench, Finished]:
    if finishing.person.role not in EVERYBODY_AT_WORK:
        raise NotForThisRole(role=finishing.person.role, act="weighed and counted", may=EVERYBODY_AT_WORK)
    bench = bench_of(connection, finishing.site, finishing.lot_number)
    require_at_the_bench(bench.record, bench.standing)
    require_powders(bench)
    if bench.standing.place.was_begun:
        require_open(connection, bench, finishing.at)
    return bench, finished_in(bench.entries)


def inspected_of(record: CompoundingRecord, weights: CapsuleWeights) -> Inspected:
    """The weights beside what the record's plan wants of them."""
    return Inspected(weights=weights, theory=record.plan.fill_per_capsule, limits=record.formulation.quality)


def _verdict(bench: Bench, said: CapsulesWeighed, count: Reconciliation | None) -> Verdict:
    record, found = bench.record, reconciled(count, said.weights) if count else None
    verdict = verdict_on(inspected_of(record, said.weights), record.plan.strength, said.rules, found)
    missing = review_left_out(record.formulation.quality, said.rules, said.left_out_because)
    return replace(verdict, findings=(*missing, *_powder(bench, count), *said.verdict.of_balance, *verdict.findings))


def _powder(bench: Bench, count: Reconciliation | None) -> Iterator[Finding]:
    """Whether the count goes by the powder that there was."""
    if count is None:
        return
    made, record = bench.making, bench.record
    planned = sum((in_unit(each.to_weigh, MASS) for each in record.plan.weighings), start=of(0, mg))
    expected = made.mass_weighed if made.is_begun else planned
    yield from review_powder(count, expected, record.order.weighing_tolerance, is_weighed=made.is_begun)


def require_reason_again(finishing: Finishing, did: str, by: str) -> None:
    """Refuses with `EnteredAlready` other figures than those that `by` entered before, where nobody says why."""
    if by and not finishing.reason.strip():
        raise EnteredAlready(lot_number=finishing.lot_number, did=did, name=by)


def entered(
    connection: Connection, finishing: Finishing, kind: EntryKind, said: AnySaid, before: Finished
) -> tuple[Finished, int]:
    """What was entered of the capsules with this as well, and the number of its entry."""
    entry = append(connection, finishing.act, finishing.lot_number, kind, write(said))
    return before.after(entry.number, said, entry.actor.name, entry.at), entry.number
