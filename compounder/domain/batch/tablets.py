"""Tablets as the source of the drug: what crushed powder holds, and how many tablets to crush.

tablets = ⌈active ÷ tablet strength⌉; powder = active ÷ tablet strength × mean mass. Tablet strengths are stated as the
hydrochloride; the label's claim stands, there is no correction by a certificate.
"""

from decimal import ROUND_CEILING, Context, Decimal

from compounder.domain.batch.potency import Potency, molar_mass_term
from compounder.domain.batch.source import Tablets
from compounder.domain.stock.substances import NALTREXONE_HYDROCHLORIDE, Substance
from compounder.domain.units import Mass, ratio

_EXACT = Context(prec=24)
"""Four digits fewer than the arithmetic has: 4 mg × 25 ÷ 25 mg is four tablets, not a hair more than four."""


def tablet_potency(tablets: Tablets, basis: Substance) -> Potency:
    """Drug, on the strength's basis, per mass of crushed powder: tablet strength ÷ mean mass × molar-mass term."""
    return Potency(
        assay=ratio(tablets.tablet_strength / tablets.mean_tablet_mass),
        moisture_term=Decimal(1),
        molar_mass_term=molar_mass_term(basis, NALTREXONE_HYDROCHLORIDE),
        is_corrected=True,
    )


def tablets_to_crush(powder: Mass, tablets: Tablets) -> int:
    """Whole tablets that give this much powder, rounded up."""
    exact = _EXACT.plus(ratio(powder / tablets.mean_tablet_mass))
    return int(exact.to_integral_value(ROUND_CEILING))
