"""Weighing: on which balance, how much to read there, and between which readings it is accepted.

Every weighing names its balance: the first listed whose minimum and capacity admit the mass as that balance rounds it;
if none does, the one with the smallest minimum, and the review stops the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from compounder.domain.stock.equipment import Balance
from compounder.domain.units import Mass, Reading, mg


class Role(StrEnum):
    """What an ingredient is in the batch."""

    ACTIVE = "active"
    FILLER = "filler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One mass to weigh. `residual` is `to_weigh` − `exact`; readings `accept_from` to `accept_to` are in tolerance."""

    ingredient: str
    role: Role
    exact: Mass
    to_weigh: Reading
    residual: Mass
    balance: str
    minimum_weighable: Mass
    accept_from: Reading
    accept_to: Reading


def balance_for(mass: Mass, balances: Sequence[Balance], tolerance: Decimal) -> Balance:
    """The first balance that admits `mass` as it rounds it; otherwise the one with the smallest minimum."""
    admitting = (balance for balance in balances if balance.admits(balance.rounded(mass), tolerance))
    smallest = min(balances, key=lambda balance: balance.minimum_weighable(tolerance))
    return next(admitting, smallest)


def weigh(ingredient: str, role: Role, exact: Mass, balances: Sequence[Balance], tolerance: Decimal) -> Weighing:
    """The weighing of `exact` mg. The window is rounded inwards, so that every reading in it is in tolerance."""
    balance = balance_for(exact, balances, tolerance)
    to_weigh = balance.rounded(exact)
    return Weighing(
        ingredient=ingredient,
        role=role,
        exact=exact,
        to_weigh=to_weigh,
        residual=to_weigh.to(mg) - exact,
        balance=balance.name,
        minimum_weighable=balance.minimum_weighable(tolerance),
        accept_from=min(balance.first_reading_from(exact * (1 - tolerance)), to_weigh),
        accept_to=max(balance.last_reading_to(exact * (1 + tolerance)), to_weigh),
    )


def geometric_dilution(active: Mass, filler: Mass) -> tuple[Mass, ...]:
    """The filler's portions, in mg: first the active's own bulk, then doubling, last the rest; together all filler.

    Source: geometric dilution (USP <1160>, mixing of potent powders).
    """
    portions: list[Mass] = []
    portion, left = active.to(mg), filler.to(mg)
    while 0 < portion.magnitude < left.magnitude:
        portions.append(portion)
        left, portion = left - portion, 2 * portion
    return (*portions, left) if left.magnitude > 0 else tuple(portions)
