"""The records of an order: one for each trituration made for it first, and one a strength, from what was shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from compounder import __version__
from compounder.codec.documents import canonical, digest
from compounder.domain.batch.beyond_use import beyond_use_limit
from compounder.domain.batch.figures import order_limits
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.findings import Severity
from compounder.domain.record.journal import Actor
from compounder.domain.record.record import CompoundingRecord, Decision
from compounder.domain.record.trituration_record import TriturationRecord, TriturationUsed
from compounder.domain.units import MASS_PER_CAPSULE, quantity_text
from compounder.services.orders import OrderFacts, Preview

Decisions = Mapping[str, tuple[Decision, ...]]
"""What was decided, by strength as documents write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What every record of an order says: who stored what, when, from which facts, under which number; and the
    product number of each strength, or nothing."""

    site: str
    order_number: str
    facts: OrderFacts
    shown: Preview
    decisions: Decisions
    actor: Actor
    at: datetime
    gtins: tuple[str, ...]

    @property
    def header(self) -> dict[str, Any]:
        """The fields that the record of a trituration and of a batch have in common."""
        settings = self.facts.settings
        return {
            "site": self.site,
            "order_number": self.order_number,
            "is_example": settings.is_example,
            "stored_at": self.at,
            "stored_by": self.actor.name,
            "time_zone": settings.time_zone,
            "pharmacy": settings.pharmacy,
            "settings_version": settings.version,
            "program_version": __version__,
            "formulation": self.facts.formulation,
            "approval": self.facts.approval,
            "order": self.shown.order,
        }


def trituration_records(recording: Recording, numbers: Sequence[str]) -> tuple[TriturationRecord, ...]:
    """A record for each trituration, in the sequence they are made, with these lot numbers of ours."""
    limit = beyond_use_limit(order_limits(recording.shown.order))
    planned = recording.shown.triturations
    by_name = {plan.name: number for plan, number in zip(planned, numbers, strict=True)}
    return tuple(
        TriturationRecord(
            **recording.header,
            lot_number=by_name[plan.name],
            plan=plan,
            plan_sha256=digest(canonical(plan)),
            made_from=by_name.get(plan.made_from or ""),
            beyond_use_date=limit.on,
            beyond_use_limit=limit.because,
        )
        for plan in planned
    )


def batch_records(
    recording: Recording, numbers: Sequence[str], made_first: Sequence[TriturationRecord]
) -> tuple[CompoundingRecord, ...]:
    """A record for each strength, with these lot numbers of ours and the triturations it draws on."""
    shown = recording.shown
    return tuple(
        replace(_record(recording, number, plan, digest(document), made_first), gtin=gtin)
        for number, plan, document, gtin in zip(
            numbers, shown.plans, shown.plan_documents, recording.gtins, strict=True
        )
    )


def _record(
    recording: Recording, number: str, plan: BatchPlan, sha256: str, made_first: Sequence[TriturationRecord]
) -> CompoundingRecord:
    quality = recording.facts.formulation.quality
    return CompoundingRecord(
        **recording.header,
        lot_number=number,
        plan_number=1,
        plan=plan,
        plan_sha256=sha256,
        net_weight_from=plan.fill_per_capsule * quality.net_weight_from,
        net_weight_to=plan.fill_per_capsule * quality.net_weight_to,
        decisions=decided(recording.decisions, plan),
        triturations=tuple(_used(record) for record in drawn_on(plan, made_first)),
    )


def _used(record: TriturationRecord) -> TriturationUsed:
    return TriturationUsed(lot_number=record.lot_number, plan=record.plan, beyond_use_date=record.beyond_use_date)


def drawn_on(plan: BatchPlan, made_first: Sequence[TriturationRecord]) -> Iterator[TriturationRecord]:
    """The triturations that a strength comes through."""
    return (record for record in made_first if plan.strength in record.plan.used_by)


def decided(decisions: Decisions, plan: BatchPlan) -> tuple[Decision, ...]:
    """What was decided on the findings that this plan has."""
    asked = {finding.code for finding in plan.findings_of(Severity.DECIDE)}
    made = decisions.get(quantity_text(plan.strength, MASS_PER_CAPSULE), ())
    return tuple(decision for decision in made if decision.code in asked)
