"""Section 5 in fractions: which balance, what to read there, how uncertain it is, and what a person must see."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from compounder.checking.oracle.orders import Document, mass, share


@dataclass(frozen=True)
class Weighed:
    """One mass to weigh, in mg."""

    exact: Fraction
    to_weigh: Fraction
    balance: str
    minimum: Fraction


def weighed(order: Document, exact: Fraction) -> Weighed:
    """Section 5: the first balance that admits the mass as it rounds it, else the one with the smallest minimum."""
    tolerance = share(order, "weighing_tolerance_percent", "1")
    options = [(balance, rounded(exact, balance), minimum(balance, tolerance)) for balance in order["balances"]]
    admitting = [option for option in options if option[1] >= option[2] and option[1] <= capacity(option[0])]
    balance, to_weigh, least = admitting[0] if admitting else min(options, key=lambda option: option[2])
    return Weighed(exact, to_weigh, balance["name"], least)


def rounded(exact: Fraction, balance: Document) -> Fraction:
    """To the readability, half up."""
    step = mass(balance["readability"])
    return floor(exact / step + Fraction(1, 2)) * step


def minimum(balance: Document, tolerance: Fraction) -> Fraction:
    """Least mass within the tolerance."""
    if "sensitivity_requirement" in balance:
        return mass(balance["sensitivity_requirement"]) / tolerance
    rounding = Fraction("0.41") * mass(balance["readability"])
    return 2 * max(mass(balance["repeatability"]), rounding) / tolerance


def capacity(balance: Document) -> Fraction:
    """The most it carries."""
    return mass(balance["capacity"]) if balance.get("capacity") else Fraction(10**30)


def uncertainty(order: Document, each: Weighed) -> Fraction:
    """The standard uncertainty of one weighing, in mg."""
    return each.minimum * share(order, "weighing_tolerance_percent", "1") / 2


def weighing_findings(order: Document, each: Weighed) -> Iterator[str]:
    """Too little or too much for the balance."""
    balance = next(balance for balance in order["balances"] if balance["name"] == each.balance)
    if each.to_weigh < each.minimum:
        yield "below-minimum-weighable"
    elif each.to_weigh > capacity(balance):
        yield "above-balance-capacity"
