"""The derivation of what is diluted, crushed or taken from two lots, and of how certain the content is."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from compounder.domain.batch.capsules import Fill
from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.batch.figures import Figures, SecondLot
from compounder.domain.batch.source import Tablets
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.uncertainty import LEFT_OUT
from compounder.domain.batch.weighing import Weighing
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    Mass,
    MassPerCapsule,
    capsule,
    format_shown,
    in_unit,
    of,
    percent_text,
    shown,
    with_commas,
)

_BRIEFLY = Context(prec=3, rounding=ROUND_HALF_UP)


def derive_dilution(figures: Figures, triturations: Sequence[Trituration]) -> Iterator[DerivationLine]:
    """How the drug reaches the capsules where it is not weighed as it is."""
    yield from (_made(made) for made in triturations if figures.line.strength in made.used_by)
    if figures.supply.is_dilute:
        yield from _aliquot(figures)


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


def derive_two_lots(figures: Figures, second: SecondLot) -> Iterator[DerivationLine]:
    """What the second lot adds to the first, and the filler beside them both."""
    capsules, first, adds = figures.dose.mixed_for, *figures.weighings[:2]
    exchange = figures.potency.value / second.potency.value
    wanted = first.exact + adds.exact / exchange
    yield derivation_line(
        "Drug powder for all capsules, of the first lot alone",
        "strength × (1 + overage) ÷ potency × capsules",
        f"{_per_capsule(wanted / of(capsules, capsule))} × {with_commas(shown(capsules))}",
        _mass(wanted),
        "USP <1160>",
    )
    yield derivation_line(
        "Drug from the second lot",
        "(all − first lot) × its potency ÷ the second's",
        f"({_mass(wanted)} − {_mass(first.exact)}) × {shown(figures.potency.value)} ÷ {shown(second.potency.value)}",
        _mass(adds.exact),
        "potencies of both lots",
    )
    yield from _fill_beside_both(figures.fill, second)


def _fill_beside_both(fill: Fill, second: SecondLot) -> Iterator[DerivationLine]:
    parts, room = (second.own, second.other), shown(fill.room_taken)
    alone = second.own.filler / second.own.room_left
    yield derivation_line(
        "Room the drug takes",
        "room of the first lot + room of the second",
        " + ".join(shown(part.room_taken) for part in parts),
        room,
        "each lot's own figures",
    )
    yield derivation_line(
        "Filler per capsule",
        "filler that fills the capsule alone × (1 − room)",
        f"{_per_capsule(alone)} × (1 − {room})",
        _per_capsule(fill.filler),
        "USP <1160>",
    )
    yield derivation_line(
        "Fill per capsule",
        "drug powders + filler",
        " + ".join(_per_capsule(mass) for mass in (second.own.active, second.other.active, fill.filler)),
        _per_capsule(fill.total),
        "sum",
    )


def _per_capsule(mass: MassPerCapsule) -> str:
    return format_shown(mass, MASS_PER_CAPSULE)


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
