"""Orders: a form's ids become a resolved order, which is worked out and shown before anything is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from compounder.codec.documents import canonical, digest
from compounder.database import choices, formulations, lots, orders
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.database.search import batches_of_order
from compounder.domain.batch.order import BatchOrder, FillerPowder, NextActive, StrengthLine
from compounder.domain.batch.plan import BatchPlan, work_out_order
from compounder.domain.batch.planner import Alternative
from compounder.domain.batch.source import Triturating, TriturationRatio
from compounder.domain.batch.trituration import Trituration
from compounder.domain.errors import CompoundingError, NotAccepted
from compounder.domain.findings import Severity
from compounder.domain.formulary.formulation import Approval, Formulation
from compounder.domain.record.standing import HELD
from compounder.domain.site import SiteSettings
from compounder.domain.stock.equipment import Balance
from compounder.domain.stock.lots import IngredientLot, LotStatus
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import Mass, MassPerCapsule
from compounder.services.demand import demand
from compounder.services.errors import EveryBatchHeld, NoSuchBalance, NotApproved, WrongIngredient
from compounder.services.sources import active_powder, facts_of, source_of
from compounder.services.triturations import lots_within
from compounder.services.workspace import site_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChoice:
    """A lot to choose, with what is free of it."""

    lot_id: str
    lot: IngredientLot
    status: LotStatus
    free: Mass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChoices:
    """What an order may be made from: approved formulations, lots, and the site's balances."""

    formulations: tuple[Formulation, ...]
    active_lots: tuple[LotChoice, ...]
    filler_lots: tuple[LotChoice, ...]
    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """An order as a person gives it: names and ids, not yet facts. No balance named means every one of the site's, no
    ratio the site's list. `alternative` names the way of weighing taken instead of the preferred one; `next_active_lot`
    gives what the first lot lacks, and `first_gives` is what that really gave, as weighed: all that is free if None.
    """

    formulation: str
    version: int
    active_lot: str
    filler_lot: str
    compounded_on: date
    balances: tuple[str, ...]
    capsule_size: CapsuleSize | None
    strengths: tuple[StrengthLine, ...]
    trituration: Triturating = Triturating.WHEN_NEEDED
    ratios: tuple[TriturationRatio, ...] = ()
    alternative: str | None = None
    next_active_lot: str = ""
    first_gives: Mass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What a request's ids stand for: the documents that each record takes its copies from.
    `lots_within` are those in the trituration that the drug is taken from; `asked_for` the strengths that open
    prescriptions of the formulation are short of, the shelf counted."""

    settings: SiteSettings
    formulation: Formulation
    approval: Approval
    active: StoredLot
    filler: StoredLot
    next_active: StoredLot | None = None
    lots_within: tuple[StoredLot, ...] = ()
    asked_for: tuple[MassPerCapsule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The resolved order, and for each strength its plan or the refusal.

    `plan_documents` are the plans' canonical documents. `sha256` names exactly this: what was asked, and what came out.
    How much of a lot is free is no part of it.
    """

    request: OrderRequest
    order: BatchOrder
    outcomes: tuple[BatchPlan | CompoundingError, ...]
    plan_documents: tuple[str, ...]
    triturations: tuple[Trituration, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def plans(self) -> tuple[BatchPlan, ...]:
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, BatchPlan))

    @property
    def is_stopped(self) -> bool:
        return any(plan.findings_of(Severity.STOP) for plan in self.plans)

    @property
    def sha256(self) -> str:
        return digest(canonical([canonical(self.request), *self.plan_documents, *map(canonical, self.triturations)]))


def order_choices(connection: Connection, site: str) -> OrderChoices:
    """What the order form offers."""
    usable = [
        LotChoice(lot_id=stored.lot_id, lot=stored.lot, status=stored.status, free=stored.free)
        for stored in choices.usable_lots(connection, site)
    ]
    return OrderChoices(
        formulations=tuple(stored.formulation for stored in choices.approved_formulations(connection, site)),
        active_lots=tuple(stored for stored in usable if stored.lot.substance.is_active),
        filler_lots=tuple(stored for stored in usable if not stored.lot.substance.is_active),
        balances=site_settings(connection, site).balances,
    )


def formulation_names(connection: Connection, site: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every formulation, to filter the history by."""
    return tuple((stored.formulation.code, stored.formulation.name) for stored in formulations.listed(connection, site))


def stored_order(connection: Connection, site: str, order_number: str) -> orders.StoredOrder:
    """The order with our number as it was stored; refuses with `NotFound`."""
    return orders.load(connection, site, order_number)


def lot_numbers_of(connection: Connection, site: str, order_number: str) -> tuple[str, ...]:
    """Our lot numbers of an order's batches, in its sequence of strengths; refuses with `NotFound`."""
    orders.load(connection, site, order_number)
    return tuple(row.lot_number for row in batches_of_order(connection, site, order_number))


def standing_lot_numbers_of(connection: Connection, site: str, order_number: str) -> tuple[str, ...]:
    """Those of them that are not held back or given up; refuses with `EveryBatchHeld` where none is left."""
    rows = batches_of_order(connection, site, orders.load(connection, site, order_number).order_number)
    standing = tuple(row.lot_number for row in rows if row.status not in HELD)
    if not standing:
        raise EveryBatchHeld(order_number=order_number)
    return standing


def preview(connection: Connection, site: str, request: OrderRequest) -> Preview:
    """The result of a request, before anything is stored; refuses ids that stand for nothing."""
    return preview_of(request, order_facts(connection, site, request))


def preview_of(request: OrderRequest, facts: OrderFacts) -> Preview:
    """The result of a request whose facts are known."""
    order = resolved(request, facts)
    outcome = work_out_order(order)
    return Preview(
        request=request,
        order=order,
        outcomes=outcome.outcomes,
        plan_documents=tuple(canonical(plan) for plan in outcome.outcomes if isinstance(plan, BatchPlan)),
        triturations=outcome.triturations,
        alternatives=outcome.alternatives,
    )


def order_facts(connection: Connection, site: str, request: OrderRequest) -> OrderFacts:
    """What the request's ids stand for; refuses a version that is not approved and lots of another substance."""
    stored = formulations.version(connection, site, request.formulation, request.version)
    if stored.approval is None:
        raise NotApproved(formulation=request.formulation, version=request.version)
    active, filler = lots.load_each(connection, site, (request.active_lot, request.filler_lot))
    _require_ingredients(stored.formulation, active, filler)
    following = lots.load(connection, site, request.next_active_lot) if request.next_active_lot else None
    return OrderFacts(
        settings=site_settings(connection, site),
        formulation=stored.formulation,
        approval=stored.approval,
        active=active,
        filler=filler,
        next_active=following,
        lots_within=lots_within(connection, site, active),
        asked_for=_asked_for(connection, site, request),
    )


def _asked_for(connection: Connection, site: str, request: OrderRequest) -> tuple[MassPerCapsule, ...]:
    lines = demand(connection, site, request.compounded_on)
    return tuple(line.strength for line in lines if line.formulation == request.formulation and line.to_make)


def _require_ingredients(formulation: Formulation, active: StoredLot, filler: StoredLot) -> None:
    if not active.lot.substance.is_active:
        raise _wrong(active, formulation.strength_basis.name, "active_lot")
    if filler.lot.substance != formulation.filler:
        raise _wrong(filler, formulation.filler.name, "filler_lot")


def _wrong(stored: StoredLot, wanted: str, field: str) -> WrongIngredient:
    lot = stored.lot
    return WrongIngredient(lot_number=lot.lot_number, substance=lot.substance.name, wanted=wanted, field_name=field)


def resolved(request: OrderRequest, facts: OrderFacts) -> BatchOrder:
    """The order with every id replaced by what it stands for: formulation, lots, balances, site settings."""
    formulation, site = facts.formulation, facts.settings
    return BatchOrder(
        compounded_on=request.compounded_on,
        strength_basis=formulation.strength_basis,
        strengths=request.strengths,
        active=active_powder(facts.active),
        filler=_filler(facts.filler, site),
        balances=_balances(site, request.balances),
        beyond_use=replace(formulation.beyond_use.policy, day_of_compounding=site.day_of_compounding),
        extra_capsules=formulation.extra_capsules,
        capsule_size=request.capsule_size,
        active_overage=formulation.active_overage,
        correct_for_potency=site.correct_for_potency,
        weighing_tolerance=formulation.weighing_tolerance,
        formulation=formulation.limits,
        capsule_volumes=site.capsule_volumes,
        trituration=request.trituration,
        ratios=request.ratios or site.trituration_ratios,
        source=source_of(facts.active, facts.lots_within),
        uncertainty_target=site.uncertainty_target,
        trituration_excess=site.trituration_excess,
        alternative=request.alternative,
        next_active=_next_active(facts, request.first_gives),
        asked_for=facts.asked_for,
    )


def _next_active(facts: OrderFacts, first_gives: Mass | None) -> NextActive | None:
    """The second lot, with what the first really gave, or all that is free of it."""
    if facts.next_active is None:
        return None
    if facts.next_active.lot_id == facts.active.lot_id:
        number = facts.active.lot.lot_number
        raise NotAccepted(read=f"Lot {number} twice", accepted="another lot", field_name="next_active_lot")
    if source_of(facts.active) or source_of(facts.next_active) or facts.next_active.lot.certificate is None:
        raise NotAccepted(read="A second lot", accepted="powder beside powder", field_name="next_active_lot")
    return NextActive(powder=active_powder(facts.next_active), first_gives=first_gives or facts_of(facts.active).free)


def _filler(stored: StoredLot, site: SiteSettings) -> FillerPowder:
    lot = stored.lot
    return FillerPowder(
        substance=lot.substance,
        expires_on=lot.expires_on,
        pack_statistics=stored.pack_statistics,
        density=lot.density,
        tapped_density=lot.tapped_density or site.tapped_densities.get(lot.substance.name),
        lot=facts_of(stored),
    )


def _balances(site: SiteSettings, names: Sequence[str]) -> tuple[Balance, ...]:
    known = {balance.name: balance for balance in site.balances}
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        raise NoSuchBalance(read=unknown[0] if unknown else "", known=tuple(known))
    return tuple(balance for name, balance in known.items() if not names or name in names)
