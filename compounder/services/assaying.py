"""A laboratory's assay of single capsules is entered when it comes: before a batch is released, or weeks after."""

from compounder.codec.documents import canonical
from compounder.database.engine import Connection
from compounder.domain.calendar import format_day
from compounder.domain.errors import NotAccepted
from compounder.domain.quality.content import ContentAssay, content_uniformity
from compounder.domain.quality.laboratory import LaboratoryReport, require_in_percent, review_assay
from compounder.domain.record.decisions import require_decided
from compounder.domain.record.finished import ASSAYED, CapsulesAssayed, Finished
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.signatures import EVERYBODY_AT_WORK, NotForThisRole
from compounder.domain.record.standing import Standing
from compounder.domain.units import Percent
from compounder.services.bench import bench_of, day_of, require_powders
from compounder.services.finishing import Finishing, entered, finished_in, require_reason_again
from compounder.services.finishing_errors import NothingToAssay


def assay_capsules(
    connection: Connection, finishing: Finishing, report: LaboratoryReport, contents: tuple[Percent, ...]
) -> Finished:
    """Keep what a laboratory found in single capsules, with the acceptance value and what follows from it.

    `contents` are shares of the label claim, ten or thirty; the target is all of it and the formulation's overage. The
    same again changes nothing; twenty more after the same ten are the second stage; other figures need a reason.
    Refuses with `NothingToAssay` what was voided, with `StillToBeWeighed` what is in making and not all weighed, and
    with `NotInPercent` contents that cannot be percent.
    """
    if finishing.person.role not in EVERYBODY_AT_WORK:
        raise NotForThisRole(role=finishing.person.role, act="entered of an assay", may=EVERYBODY_AT_WORK)
    bench = bench_of(connection, finishing.site, finishing.lot_number)
    record = bench.record
    require_assayable(record, bench.standing)
    require_powders(bench)
    _require_dated(report, record, finishing)
    require_in_percent(contents)
    said = _said(report, ContentAssay(contents=contents, target=1 + record.order.active_overage), finishing.reason)
    before = finished_in(bench.entries)
    now = before.assayed
    if now and canonical([now.said.report, now.said.assay]) == canonical([report, said.assay]):
        return before
    if now and not said.continues(now.said):
        require_reason_again(finishing, "assayed", now.name)
    return entered(connection, finishing, EntryKind.CAPSULES_ASSAYED, said, before)[0]


def may_be_assayed(now: Standing) -> bool:
    """Whether a laboratory's report may be entered of a batch that stands so."""
    return now.status in ASSAYED


def require_assayable(record: CompoundingRecord, now: Standing) -> None:
    """Refuses a batch that nothing came of, or that waits for the decision to be made at all."""
    if not may_be_assayed(now):
        raise NothingToAssay(lot_number=record.lot_number)
    require_decided(record, now.shared)


def _said(report: LaboratoryReport, assay: ContentAssay, reason: str) -> CapsulesAssayed:
    found = content_uniformity(assay)
    return CapsulesAssayed(report=report, assay=assay, uniformity=found, findings=review_assay(found), reason=reason)


def _require_dated(report: LaboratoryReport, record: CompoundingRecord, finishing: Finishing) -> None:
    """A report is of capsules that were made, and is dated no later than today."""
    made, today = record.order.compounded_on, day_of(record, finishing.at)
    if not made <= report.dated <= today:
        accepted = f"a day from {format_day(made)}, when it was made, to today, {format_day(today)},"
        raise NotAccepted(read=report.dated.isoformat(), accepted=accepted, field_name="dated")
