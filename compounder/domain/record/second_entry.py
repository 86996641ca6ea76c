"""What the second person enters without seeing the first's: what a slip of the pen would make a wrong dose of.

Strength, capsules to make, which form of the drug the powder is (salt or base), the figures of the certificate that the
order goes by, and what is weighed of the drug.
The answer says which figures differ and never what the first one was. Source: ISMP, independent double checks.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Any, Final

from compounder.domain.batch.order import ActivePowder
from compounder.domain.batch.source import Tablets, TriturationLot
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.errors import CompoundingError, MissingKey, refuse_all
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.stock.lots import AssayBasis
from compounder.domain.stock.substances import ACTIVE_NAMES, substance_named
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    magnitude,
    parse_count_text,
    parse_number,
    parse_percent,
    parse_quantity,
    percent_text,
)

_DRUG: Final = (Role.ACTIVE, Role.NEXT_ACTIVE, Role.ALIQUOT)
_AS_A_LABEL_SAYS: Final = Context(prec=4, rounding=ROUND_HALF_UP)
_MILLIGRAMS_IN_A_GRAM: Final = 1000


class FigureKind(StrEnum):
    """How a figure is written."""

    DOSE = "dose"
    COUNT = "count"
    PERCENT = "percent"
    MASS = "mass"
    STRENGTH_OF_POWDER = "strength of powder"
    SUBSTANCE = "substance"


Figure = Decimal | str
"""A bare figure; of a powder, its name."""
_READERS: Final[Mapping[FigureKind, Callable[[str], Figure]]] = {
    FigureKind.DOSE: lambda text: magnitude(parse_quantity(text, MASS_PER_CAPSULE), MASS_PER_CAPSULE),
    FigureKind.COUNT: lambda text: Decimal(parse_count_text(text)),
    FigureKind.PERCENT: parse_percent,
    FigureKind.MASS: lambda text: magnitude(parse_quantity(text, MASS), MASS),
    FigureKind.STRENGTH_OF_POWDER: parse_number,
    FigureKind.SUBSTANCE: lambda text: substance_named(text).name,
}
_WRITERS: Final[Mapping[FigureKind, Callable[[Any], str]]] = {
    FigureKind.DOSE: "{:f} mg".format,
    FigureKind.COUNT: "{:f}".format,
    FigureKind.PERCENT: percent_text,
    FigureKind.MASS: "{:f} mg".format,
    FigureKind.STRENGTH_OF_POWDER: "{:f}".format,
    FigureKind.SUBSTANCE: str,
}
_EXAMPLES: Final[Mapping[FigureKind, str]] = {
    FigureKind.DOSE: "with its unit, mg or mcg",
    FigureKind.COUNT: "a whole number",
    FigureKind.PERCENT: "in per cent, digits only",
    FigureKind.MASS: "with its unit, mg or g",
    FigureKind.STRENGTH_OF_POWDER: "in mg/g, as on its label, digits only",
    FigureKind.SUBSTANCE: "as the label on the jar says, salt or base",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureAsked:
    """A figure that the second person enters: the `key` it is sent by, what it is, and how it is written."""

    key: str
    label: str
    kind: FigureKind

    @property
    def accepted(self) -> str:
        """How it is written, for a hint."""
        return _EXAMPLES[self.kind]

    @property
    def offered(self) -> tuple[str, ...]:
        """What there is to choose from, where it is chosen and not written."""
        return ACTIVE_NAMES if self.kind is FigureKind.SUBSTANCE else ()

    def read(self, text: str) -> Figure:
        """The bare figure that `text` writes; refuses like the field of an order."""
        return _READERS[self.kind](text)


def figures_to_enter(record: CompoundingRecord) -> tuple[FigureAsked, ...]:
    """What is asked, in the sequence of the worksheet."""
    return tuple(_figures(record))


def right_figures(record: CompoundingRecord) -> Mapping[str, str]:
    """What somebody enters who makes no slip, by key: for examples and trials, never shown to the second person."""
    return {asked.key: _WRITERS[asked.kind](figure) for asked, figure in _figures(record).items()}


def differing(record: CompoundingRecord, entered: Mapping[str, str]) -> tuple[FigureAsked, ...]:
    """The figures that were entered otherwise than the record has them, whatever unit they were written in.

    Refuses with every complaint at once what is missing or cannot be read; their pointers name the keys.
    """
    figures = _figures(record)
    read = _read(tuple(figures), entered)
    return tuple(asked for asked, figure in figures.items() if read[asked.key] != figure)


def _read(asked: tuple[FigureAsked, ...], entered: Mapping[str, str]) -> Mapping[str, Figure]:
    read, complaints = {}, []
    for each in asked:
        try:
            read[each.key] = _one(each, entered.get(each.key, "").strip())
        except CompoundingError as refusal:
            complaints.append(refusal.at(f"/{each.key}"))
    refuse_all(complaints)
    return read


def _one(asked: FigureAsked, text: str) -> Figure:
    if not text:
        raise MissingKey(missing=asked.label)
    return asked.read(text)


def _figures(record: CompoundingRecord) -> Mapping[FigureAsked, Figure]:
    """Every figure asked, with what the record says."""
    plan = record.plan
    strength = FigureAsked(key="strength", label="Strength", kind=FigureKind.DOSE)
    capsules = FigureAsked(key="capsules", label="Capsules to make", kind=FigureKind.COUNT)
    return {
        strength: magnitude(plan.strength, MASS_PER_CAPSULE),
        capsules: Decimal(plan.capsules_to_make),
        **dict(_potency(record)),
        **dict(_started(record)),
        **{_weighed(record, each): magnitude(each.to_weigh, MASS) for each in plan.weighings if each.role in _DRUG},
    }


def _potency(record: CompoundingRecord) -> Iterator[tuple[FigureAsked, Figure]]:
    """What the label or the certificate of the drug says, as far as the order goes by it."""
    order = record.order
    match order.source:
        case TriturationLot(name=name, active_fraction=fraction):
            label, kind = f"Strength on the label of trituration {name}", FigureKind.STRENGTH_OF_POWDER
            strength = _AS_A_LABEL_SAYS.plus(fraction * record.plan.potency * _MILLIGRAMS_IN_A_GRAM)
            yield FigureAsked(key="trituration_strength", label=label, kind=kind), strength
        case Tablets(tablet_strength=strength):
            asked = FigureAsked(key="tablet_strength", label="Strength of one tablet", kind=FigureKind.MASS)
            yield asked, magnitude(strength, MASS)
        case _:
            second = (("next_", order.next_active.powder),) if order.next_active else ()
            for prefix, powder in (("", order.active), *second):
                yield _powder(prefix, powder), powder.substance.name
                yield from _certificate(prefix, powder) if order.correct_for_potency else ()


def _powder(prefix: str, powder: ActivePowder) -> FigureAsked:
    return FigureAsked(key=f"{prefix}substance", label=f"Powder{_of_lot(powder)}", kind=FigureKind.SUBSTANCE)


def _of_lot(powder: ActivePowder) -> str:
    return f" of lot {powder.lot.lot_number}" if powder.lot else ""


def _certificate(prefix: str, powder: ActivePowder) -> Iterator[tuple[FigureAsked, Figure]]:
    which = _of_lot(powder)
    figures = {"assay": ("Assay", powder.assay)}
    match powder.assay_basis:
        case AssayBasis.ANHYDROUS:
            figures["water"] = "Water", powder.water or Decimal(0)
            figures["residual_solvent"] = "Residual solvent, 0 where none is stated,", powder.residual_solvent
        case AssayBasis.DRIED:
            figures["loss_on_drying"] = "Loss on drying", powder.loss_on_drying or Decimal(0)
    for key, (label, share) in figures.items():
        yield FigureAsked(key=f"{prefix}{key}", label=f"{label}{which}", kind=FigureKind.PERCENT), share


def _started(record: CompoundingRecord) -> Iterator[tuple[FigureAsked, Figure]]:
    """The mass that starts each trituration made for the batch."""
    for number, used in enumerate(record.triturations, 1):
        first = used.plan.weighings[0]
        label = f"To weigh of {_what(record, first)} for trituration {used.lot_number}"
        asked = FigureAsked(key=f"trituration_{number}", label=label, kind=FigureKind.MASS)
        yield asked, magnitude(first.to_weigh, MASS)


def _weighed(record: CompoundingRecord, weighing: Weighing) -> FigureAsked:
    revised = f", by plan {record.plan_number}" if record.plan_number > 1 else ""
    label = f"To weigh of {_what(record, weighing)}{revised}"
    return FigureAsked(key=f"weigh_{weighing.role.replace('-', '_')}", label=label, kind=FigureKind.MASS)


def _what(record: CompoundingRecord, weighing: Weighing) -> str:
    """The powder that is weighed; a trituration made for the batch by our lot number, which stands on its jar."""
    if weighing.trituration is None:
        return weighing.ingredient
    numbers = {used.plan.name: used.lot_number for used in record.triturations}
    return f"trituration {numbers.get(weighing.trituration, weighing.trituration)}"
