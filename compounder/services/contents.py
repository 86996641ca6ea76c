"""What is in a batch or a trituration: nanograms of each ingredient lot, taken apart down to the lots that came in.

So that a recall of a supplier's lot finds every batch in one search, whether it was weighed in or came with an aliquot.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from compounder.database import triturations
from compounder.database.engine import Connection
from compounder.database.types import nanograms
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.units import MASS, magnitude
from compounder.services.orders import OrderFacts

_NANOGRAMS_IN_MG = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Jars:
    """The ids of an order's lots by the role their powder has, and what the drug's own jar holds where that is a
    trituration: shares of each lot in it."""

    lots: Mapping[Role, str]
    shares: Mapping[str, Decimal] = field(default_factory=dict)


def jars_of(connection: Connection, site: str, facts: OrderFacts) -> Jars:
    """The jars of an order."""
    active, filler = facts.active.lot_id, facts.filler.lot_id
    lots = {Role.ACTIVE: active, Role.FILLER: filler, Role.DILUENT: filler, Role.ALIQUOT: active}
    if facts.next_active:
        lots[Role.NEXT_ACTIVE] = facts.next_active.lot_id
    shares = _shares(connection, site, active) if facts.active.lot.trituration else {}
    return Jars(lots=lots, shares=shares)


def _shares(connection: Connection, site: str, lot_id: str) -> Mapping[str, Decimal]:
    stored = triturations.of_lot(connection, site, lot_id)
    total = magnitude(stored.record.plan.total, MASS).scaleb(_NANOGRAMS_IN_MG)
    held = triturations.contents(connection, site, stored.trituration_id)
    return {each: mass / total for each, mass in held.items()}


def contents_of(jars: Jars, weighings: Iterable[Weighing], planned: Sequence[Trituration]) -> Mapping[str, int]:
    """Nanograms of each lot that these weighings bring together; `planned` are triturations not made yet."""
    dilutions = _dilutions(planned)
    held: Counter[str] = Counter()
    for weighing in weighings:
        mass = nanograms(weighing.to_weigh)
        dilution = dilutions.get(weighing.trituration or "", 1)
        start = mass // dilution
        held[jars.lots[weighing.role]] += start
        held[jars.lots[Role.FILLER]] += mass - start
        if weighing.role in (Role.ACTIVE, Role.ALIQUOT):
            held.update({lot_id: int(start * share) for lot_id, share in jars.shares.items()})
    return {lot_id: mass for lot_id, mass in held.items() if mass}


def _dilutions(planned: Sequence[Trituration]) -> Mapping[str, int]:
    """How many parts of each trituration hold one part of what the first of its chain started from."""
    dilutions: dict[str, int] = {}
    for each in planned:
        dilutions[each.name] = each.ratio.parts * dilutions.get(each.made_from or "", 1)
    return dilutions
