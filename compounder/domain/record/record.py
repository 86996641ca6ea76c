"""The compounding record: the account of one batch, complete enough to be reprinted with nothing calculated."""

from dataclasses import dataclass, field
from enum import StrEnum

from compounder.domain.absent import ABSENT_WHILE_EMPTY
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.errors import CompoundingError, MissingKey
from compounder.domain.findings import Finding, Severity
from compounder.domain.record.header import RecordHeader
from compounder.domain.record.trituration_record import TriturationUsed
from compounder.domain.units import MassPerCapsule


class BatchStatus(StrEnum):
    """Where a batch stands: `planned` when stored, its ingredients reserved; `in-making` from the first weighing at the
    bench; `verified` by a second person; `released` to be dispensed; `quarantined` until somebody frees or rejects it;
    `rejected`, `recalled` or `voided` for good."""

    PLANNED = "planned"
    IN_MAKING = "in-making"
    VERIFIED = "verified"
    RELEASED = "released"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    RECALLED = "recalled"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a named person decided on a finding of severity `decide`, and why."""

    code: str
    name: str
    reason: str

    def __post_init__(self) -> None:
        for part in ("name", "reason"):
            if not getattr(self, part).strip():
                raise MissingKey(missing=part)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundingRecord(RecordHeader):
    """One batch as it was stored. `plan` is this strength's plan. Finished capsules weigh `net_weight_from` to
    `net_weight_to`, without their shells. `triturations` are those it draws on, in the sequence they are made. `gtin`
    is the product's number, where the pharmacy has a GS1 prefix."""

    plan_number: int
    plan: BatchPlan
    plan_sha256: str
    net_weight_from: MassPerCapsule
    net_weight_to: MassPerCapsule
    decisions: tuple[Decision, ...]
    triturations: tuple[TriturationUsed, ...] = ()
    gtin: str = field(default="", metadata=ABSENT_WHILE_EMPTY)


class StoppedByReview(CompoundingError):
    """A finding of severity `stop`: there is no override."""

    code = "stopped-by-review"
    title = "Stopped by the review"
    finding: str

    def __str__(self) -> str:
        return f"Nothing was stored. {self.finding}"


class DecisionMissing(CompoundingError):
    code = "decision-missing"
    title = "A decision is missing"
    finding: str

    def __str__(self) -> str:
        return f"Nothing was stored. A name and a reason are needed: {self.finding}"


def require_storable(plan: BatchPlan, decisions: tuple[Decision, ...]) -> None:
    """Refuses with `StoppedByReview` a plan with a stop, and with `DecisionMissing` one with an undecided finding."""
    stops = plan.findings_of(Severity.STOP)
    if stops:
        raise StoppedByReview(finding=stops[0].message)
    missing = undecided(plan, decisions)
    if missing:
        raise DecisionMissing(finding=missing[0].message)


def undecided(plan: BatchPlan, decisions: tuple[Decision, ...]) -> tuple[Finding, ...]:
    """The findings that still need a named person's reason."""
    decided = {decision.code for decision in decisions}
    return tuple(finding for finding in plan.findings_of(Severity.DECIDE) if finding.code not in decided)
