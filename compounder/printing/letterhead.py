"""What every compounding record says of itself: pharmacy, hashes, who planned it when, its beyond-use date, and the
checkpoint that proves it. A patient's papers have the pharmacy and the strength's basis from here too."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from compounder.domain.calendar import format_day
from compounder.domain.formulary.formulation import LabelTexts
from compounder.domain.record.checkpoint import SignedCheckpoint
from compounder.domain.record.header import RecordHeader
from compounder.domain.site import Pharmacy as OurPharmacy
from compounder.domain.stock.substances import Substance
from compounder.printing.documents import BeyondUse, Pharmacy, PrintedCheckpoint


def pharmacy_of(record: RecordHeader) -> Pharmacy:
    """The pharmacy, as it was when the record was stored."""
    return printed_pharmacy(record.pharmacy)


def printed_pharmacy(pharmacy: OurPharmacy) -> Pharmacy:
    """The letterhead."""
    return Pharmacy(name=pharmacy.name, address=pharmacy.address, telephone=pharmacy.telephone)


def stated_basis(label: LabelTexts, basis: Substance) -> str:
    """What the strength is stated as, in full, where the preparation's own name does not say it."""
    return "" if basis.name == label.preparation.lower() else f"as {basis.name}"


def in_groups(written: str) -> str:
    """A hash or a signature in groups of eight, to be compared by eye."""
    return " ".join(written[start : start + 8] for start in range(0, len(written), 8))


def proved(signed: SignedCheckpoint | None, record: RecordHeader) -> PrintedCheckpoint | None:
    """The checkpoint of the journal that the record was in when its paper was first issued."""
    if signed is None:
        return None
    head, root, signature = signed.text.rsplit(" ", 2)
    return PrintedCheckpoint(
        moment=moment(signed.checkpoint.at, record),
        entries=f"{signed.checkpoint.size:,}",
        text=signed.text,
        head=head,
        root=in_groups(root),
        signature=in_groups(signature),
    )


def planned_by(record: RecordHeader, *, is_typed: bool) -> str:
    """Who planned it, when, and with which versions; `is_typed` says that nobody had signed in, a name was typed."""
    return (
        f"Planned {moment(record.stored_at, record)} by {record.stored_by}{' (typed name)' * is_typed} "
        f"with Compounder {record.program_version}, site settings version {record.settings_version}."
    )


def moment(at: datetime, record: RecordHeader) -> str:
    """Day and time in the pharmacy's zone, as it was when the record was stored."""
    local = at.astimezone(ZoneInfo(record.time_zone))
    return f"{format_day(local.date())} {local:%H:%M}"


def beyond_use(record: RecordHeader, on: date, limit: str) -> BeyondUse:
    """The date, what set it, and on whose authority: who approved the formulation's version, when, and why."""
    rule = record.formulation.beyond_use
    return BeyondUse(
        date=format_day(on),
        limit=limit,
        reference=rule.reference,
        approved_by=f"{record.approval.name}, {moment(record.approval.at, record)}",
        approval_reason=record.approval.reason,
    )
