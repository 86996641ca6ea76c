"""The facts of an order: what a request's ids stand for."""

from dataclasses import dataclass

from compounder.database.lots import StoredLot
from compounder.domain.formulary.formulation import Approval, Formulation
from compounder.domain.site import SiteSettings
from compounder.domain.units import MassPerCapsule


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
