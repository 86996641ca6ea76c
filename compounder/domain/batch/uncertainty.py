"""Uncertainty of the mean content per capsule: what the weighings contribute, and nothing else.

Each physical weighing appears once, as a relative standard uncertainty. Weighed directly: u/m. Through a trituration of
drug a and diluent d, with c = a/(a + d) and aliquot q: (u_q/q)² + ((1 − c)·u_a/a)² + (u_d/(a + d))²; each further stage
adds the last two with its own figures. Expanded by k = 2. Source: GUM (JCGM 100), 5.1, independent factors.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from compounder.domain.units import Percent

COVERAGE_FACTOR: Final = 2
LEFT_OUT: Final = "Not in it: the certificate's assay or the tablets' content, calibration, mixing and filling."


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertaintyTerm:
    """What one weighing contributes to the content: a relative standard uncertainty."""

    term: str
    percent: Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """The expanded relative uncertainty of the mean content, and the budget it comes from."""

    percent: Percent
    coverage_factor: int
    budget: tuple[UncertaintyTerm, ...]


def expanded_uncertainty(budget: Sequence[UncertaintyTerm]) -> Uncertainty:
    """Twice the root of the sum of squares of the budget's terms."""
    percent = COVERAGE_FACTOR * combined(term.percent for term in budget)
    return Uncertainty(percent=percent, coverage_factor=COVERAGE_FACTOR, budget=tuple(budget))


def combined(shares: Iterable[Decimal]) -> Decimal:
    """The root of the sum of squares of independent relative standard uncertainties.

    >>> combined([Decimal("0.03"), Decimal("0.04")])
    Decimal('0.05')
    """
    return sum((share * share for share in shares), Decimal(0)).sqrt()


def drug_share(concentration: Decimal, relative: Decimal) -> Decimal:
    """What the drug's own weighing, of this relative uncertainty, contributes: (1 − c)·u_a/a.

    More drug than planned also makes more trituration, which takes the share c of the error back.
    """
    return (1 - concentration) * relative
