"""Potency: active mass, on the strength's basis, per mass of powder as it lies in the jar.

potency = assay × moisture term × molar-mass term. The moisture term is 1 as is, 1 − water − residual solvent on the
anhydrous basis, 1 − loss on drying on the dried basis. The molar-mass term is M(strength's basis) ÷ M(what the assay
is expressed as). Correction off: M(basis) ÷ M(powder), nothing else. Source: USP <1160>; certificates of analysis.
"""

from dataclasses import dataclass
from decimal import Decimal

from compounder.domain.stock.errors import DoubleHydrateCorrection
from compounder.domain.stock.lots import AssayBasis, Certificate
from compounder.domain.stock.substances import Substance, molar_mass


@dataclass(frozen=True, slots=True, kw_only=True)
class Potency:
    """The three terms whose product is the potency; 1 is all of the powder."""

    assay: Decimal
    moisture_term: Decimal
    molar_mass_term: Decimal
    is_corrected: bool

    @property
    def value(self) -> Decimal:
        return self.assay * self.moisture_term * self.molar_mass_term


def corrected_potency(certificate: Certificate, basis: Substance) -> Potency:
    """Potency from the certificate. Refuses with `DoubleHydrateCorrection` to take water off a hydrate twice."""
    expressed_as = certificate.expressed_as
    if certificate.counts_water_twice:
        raise DoubleHydrateCorrection(substance=expressed_as.name, pointer="/active/assay_basis")
    return Potency(
        assay=certificate.assay,
        moisture_term=1 - moisture(certificate),
        molar_mass_term=molar_mass_term(basis, expressed_as),
        is_corrected=True,
    )


def uncorrected_potency(certificate: Certificate, basis: Substance) -> Potency:
    """Potency of powder taken as pure: only its molar mass counts."""
    return Potency(
        assay=Decimal(1),
        moisture_term=Decimal(1),
        molar_mass_term=molar_mass_term(basis, certificate.substance),
        is_corrected=False,
    )


def moisture(certificate: Certificate) -> Decimal:
    """The share of the powder that the assay leaves out: water and solvent, or loss on drying, or nothing."""
    match certificate.assay_basis:
        case AssayBasis.ANHYDROUS:
            return (certificate.water or Decimal(0)) + certificate.residual_solvent
        case AssayBasis.DRIED:
            return certificate.loss_on_drying or Decimal(0)
        case AssayBasis.AS_IS:
            return Decimal(0)


def molar_mass_term(basis: Substance, expressed_as: Substance) -> Decimal:
    """M(basis) ÷ M(expressed as), both in g/mol; refuses a substance that has none."""
    return molar_mass(basis) / molar_mass(expressed_as)
