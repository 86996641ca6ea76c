"""Weighing: on which balance, how much to read there, and between which readings it is accepted.

Every weighing names its balance: the first listed whose minimum and capacity admit the mass as that balance rounds it;
if none does, the one with the smallest minimum, and the review stops the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from compounder.domain.stock.equipment import Balance
from compounder.domain.units import MASS, Mass, Reading, in_unit, mg, of, ratio

A_NANOGRAM: Final = Decimal("0.000001")
"""In mg. Less than this is nothing: computed masses are never compared as equal."""
A_HAIR: Final = Decimal("1e-9")
"""Of a share: far above what figures are rounded by, far below any capsule: 110 capsules' worth is not 109."""


class Role(StrEnum):
    """What an ingredient is in the batch, or in a trituration. `next-active` is the drug from a second lot."""

    ACTIVE = "active"
    NEXT_ACTIVE = "next-active"
    ALIQUOT = "aliquot"
    DILUENT = "diluent"
    FILLER = "filler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One mass to weigh. `residual` is `to_weigh` − `exact`; readings `accept_from` to `accept_to` are in tolerance.

    `trituration` names what an aliquot is taken from; `tablets` is how many are crushed for it.
    """

    ingredient: str
    role: Role
    exact: Mass
    to_weigh: Reading
    residual: Mass
    balance: str
    minimum_weighable: Mass
    accept_from: Reading
    accept_to: Reading
    trituration: str | None = None
    tablets: int | None = None

    def accepts(self, reading: Reading) -> bool:
        """Whether a reading is in tolerance."""
        return bool(self.accept_from <= reading <= self.accept_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingRange:
    """A balance with the least that it weighs within the tolerance asked for, in mg."""

    balance: Balance
    minimum: Mass

    def admits(self, reading: Reading) -> bool:
        """Whether the balance weighs this much: at least its minimum, at most its capacity."""
        return bool(reading >= self.minimum) and self.balance.carries(reading)


def weighing_ranges(balances: Sequence[Balance], tolerance: Decimal) -> tuple[WeighingRange, ...]:
    """What each balance weighs within `tolerance`, in the order they are listed."""
    return tuple(WeighingRange(balance=each, minimum=each.minimum_weighable(tolerance)) for each in balances)


def range_for(mass: Mass, ranges: Sequence[WeighingRange]) -> WeighingRange:
    """The first that admits `mass` as its balance rounds it; otherwise the one with the smallest minimum."""
    admitting = (each for each in ranges if each.admits(each.balance.rounded(mass)))
    return next(admitting, None) or min(ranges, key=lambda each: each.minimum)


def weigh(ingredient: str, role: Role, exact: Mass, ranges: Sequence[WeighingRange], tolerance: Decimal) -> Weighing:
    """The weighing of `exact` mg. The window is rounded inwards, so that every reading in it is in tolerance."""
    chosen = range_for(exact, ranges)
    balance, to_weigh = chosen.balance, chosen.balance.rounded(exact)
    return Weighing(
        ingredient=ingredient,
        role=role,
        exact=exact,
        to_weigh=to_weigh,
        residual=in_unit(to_weigh, MASS) - exact,
        balance=balance.name,
        minimum_weighable=chosen.minimum,
        accept_from=min(balance.first_reading_from(exact * (1 - tolerance)), to_weigh),
        accept_to=max(balance.last_reading_to(exact * (1 + tolerance)), to_weigh),
    )


def drug_and_filler(weighings: Sequence[Weighing]) -> tuple[Mass, Mass]:
    """What goes into the mortar first, the drug or what holds it, and the filler it is mixed with; in mg."""
    nothing = of(0, mg)
    drug = (in_unit(each.to_weigh, MASS) for each in weighings if each.role is not Role.FILLER)
    filler = (in_unit(each.to_weigh, MASS) for each in weighings if each.role is Role.FILLER)
    return sum(drug, nothing), sum(filler, nothing)


def geometric_dilution(active: Mass, filler: Mass) -> tuple[Mass, ...]:
    """The filler's portions, in mg: first the active's own bulk, then doubling, last the rest; together all filler.

    Source: geometric dilution (USP <1160>, mixing of potent powders).
    """
    first, whole = in_unit(active, MASS), in_unit(filler, MASS)
    if not first.magnitude:
        return (whole,) if whole.magnitude else ()
    doublings = (int(ratio(whole / first)) + 1).bit_length() - 1
    portions = tuple(first * 2**doubling for doubling in range(doublings))
    rest = whole - first * (2**doublings - 1)
    return (*portions, rest) if rest.magnitude else portions
