"""The derivation of what is diluted, crushed or taken from two lots, and of how certain the content is."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.batch.figures import Figures
from compounder.domain.batch.source import Tablets
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.uncertainty import LEFT_OUT
from compounder.domain.batch.weighing import Weighing
from compounder.domain.units import MASS, Mass, format_shown, in_unit, percent_text, shown

_BRIEFLY = Context(prec=3, rounding=ROUND_HALF_UP)


def derive_dilution(figures: Figures, triturations: Sequence[Trituration]) -> Iterator[DerivationLine]:
    """How the drug reaches the capsules where it is not weighed as it is."""
    yield from (_made(made) for made in triturations if figures.line.strength in made.used_by)
    if figures.supply.is_dilute:
        yield from _aliquot(figures)
    if figures.is_from_two_lots:
        yield _two_lots(figures)


def _made(made: Trituration) -> DerivationLine:
    first, diluent = made.weighings
    return derivation_line(
        f"Trituration {made.name}, {made.ratio}",
        f"{first.ingredient} + diluent",
        f"{_mass(first.exact)} + {_mass(diluent.exact)}",
        _mass(made.total),
        f"one part in {made.ratio.parts:,} parts total",
    )


def _aliquot(figures: Figures) -> Iterator[DerivationLine]:
    dose, supply = figures.dose, figures.supply
    aliquot = supply.aliquot(dose.drug)
    diluent = aliquot - dose.drug
    yield derivation_line(
        f"Aliquot of trituration {supply.name}",
        "drug powder for all capsules × dilution",
        f"{_mass(dose.drug)} × {shown(supply.dilution)}",
        _mass(aliquot),
        "USP <1160>",
    )
    yield derivation_line(
        "Filler to finish",
        "filler for all capsules − diluent in the aliquot",
        f"{_mass(dose.filler)} − {_mass(diluent)}",
        _mass(dose.filler - diluent),
        "diluent is filler already",
    )


def _two_lots(figures: Figures) -> DerivationLine:
    first, second, _ = figures.weighings
    return derivation_line(
        "Drug from the second lot",
        "what the first lot lacks × its potency ÷ the second's",
        f"first lot {_mass(first.exact)}, its potency {shown(figures.potency.value)}",
        _mass(second.exact),
        "potencies of both lots",
    )


def tablets_line(tablets: Tablets, weighing: Weighing, count: int) -> DerivationLine:
    """How many tablets are crushed for a weighing."""
    return derivation_line(
        "Tablets to crush",
        "powder ÷ mean tablet mass, rounded up",
        f"{_mass(weighing.exact)} ÷ {_mass(tablets.mean_tablet_mass)}",
        f"{count:,}",
        "mean of the tablets weighed",
    )


def derive_uncertainty(figures: Figures) -> Iterator[DerivationLine]:
    """The expanded uncertainty, where more than one weighing contributes to it."""
    uncertainty = figures.uncertainty
    if len(uncertainty.budget) > 1:
        squares = " + ".join(f"{_percent(term.percent)}²" for term in uncertainty.budget)
        yield derivation_line(
            "Expanded uncertainty of the content",
            f"{uncertainty.coverage_factor} × √(sum of squares of the weighings' terms, in %)",
            f"{uncertainty.coverage_factor} × √({squares})",
            f"{_percent(uncertainty.percent)} %",
            LEFT_OUT,
        )


def _percent(share: Decimal) -> str:
    return percent_text(_BRIEFLY.plus(share))


def _mass(mass: Mass) -> str:
    return format_shown(in_unit(mass, MASS), MASS)
