"""Which jar each weighing is taken from: the drug's own lot, the next one, a trituration, or the filler."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from compounder.domain.batch.order import ActivePowder, BatchOrder, FillerPowder
from compounder.domain.batch.plan import Estimate
from compounder.domain.batch.source import TriturationLot
from compounder.domain.batch.weighing import Role
from compounder.domain.batch.weighing import Weighing as PlannedWeighing
from compounder.domain.calendar import format_day
from compounder.domain.record.trituration_record import TriturationUsed
from compounder.domain.units import shown

_MADE_HERE = "made here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """What stands on a jar, in finished strings; `estimated` says that its pack statistic was."""

    maker: str
    lot_number: str
    expires_on: str
    dated: str = "exp"
    grade: str = ""
    potency: str = ""
    estimated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All that the weighings of one record are taken from. `made_here` holds triturations by the names that plans
    give them; `next_potency` is that of the second lot."""

    order: BatchOrder
    potency: Decimal
    next_potency: Decimal
    made_here: Mapping[str | None, Jar]
    estimates: Sequence[Estimate] = field(default=())

    def jar(self, weighing: PlannedWeighing) -> Jar:
        """The jar that this is weighed from."""
        following = self.order.next_active
        match weighing.role:
            case Role.ALIQUOT:
                return self.made_here[weighing.trituration]
            case Role.ACTIVE:
                return self._powder(self.order.active, shown(self.potency))
            case Role.NEXT_ACTIVE if following:
                return self._powder(following.powder, shown(self.next_potency))
            case _:
                return self._powder(self.order.filler, "")

    def _powder(self, powder: ActivePowder | FillerPowder, potency: str) -> Jar:
        sizes = [made.measured_at for made in self.estimates if made.ingredient == powder.substance.name]
        return Jar(
            maker=powder.lot.maker if powder.lot else "",
            lot_number=powder.lot.lot_number if powder.lot else "",
            expires_on=format_day(powder.expires_on),
            grade=powder.lot.grade if powder.lot else "",
            potency=potency,
            estimated=f"Pack statistic estimated from size {sizes[0]}" if sizes else "",
        )


def trituration_jar(lot_number: str, beyond_use_date: str) -> Jar:
    """A trituration of ours, with the date on its label."""
    return Jar(maker=_MADE_HERE, lot_number=lot_number, expires_on=beyond_use_date, dated="BUD")


def planned_jars(used: Sequence[TriturationUsed]) -> dict[str | None, Jar]:
    """The triturations that are made for the order: by the plan's own names, and by lot number, by which a plan knows
    them that was revised once they were made."""
    jars = {each: trituration_jar(each.lot_number, format_day(each.beyond_use_date)) for each in used}
    return {name: jar for each, jar in jars.items() for name in (each.plan.name, each.lot_number)}


def jars_in_stock(order: BatchOrder) -> dict[str | None, Jar]:
    """The trituration in stock that the order's drug comes from, if it does."""
    match order.source:
        case TriturationLot(name=name, expires_on=expires_on, lot=lot):
            return {name: trituration_jar(lot.lot_number if lot else name, format_day(expires_on))}
        case _:
            return {}
