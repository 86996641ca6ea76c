"""What stands in a trace, in words and with where it leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.care.patients import Patient
from compounder.domain.care.trace import Fact, Folded, TracedBatch, TracedBottle, TracedLot, TracedTrituration
from compounder.domain.units import format_stock

Names = Mapping[str, Patient]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A thing of a trace: what it is, its number and where that leads, and sentences about it."""

    what: str
    name: str
    href: str
    said: tuple[str, ...]


def told(fact: Fact | Folded, names: Names) -> Told:
    """A thing in words."""
    match fact:
        case Folded():
            return Told(what="", name=f"{fact.count:,} more {of_number(fact.what, fact.count)}", href="", said=())
        case TracedLot():
            href = url_for("lots.show", lot_id=fact.lot_id)
            return Told(what="Lot", name=fact.lot_number, href=href, said=tuple(_of_lot(fact)))
        case TracedTrituration():
            href = url_for("triturations.show", lot_number=fact.lot_number)
            said = (f"{fact.ratio}, {format_day(fact.compounded_on)}, {fact.status}",)
            return Told(what="Trituration", name=fact.lot_number, href=href, said=said)
        case TracedBatch():
            href = url_for("batches.show", lot_number=fact.lot_number)
            return Told(what="Batch", name=fact.lot_number, href=href, said=tuple(_of_batch(fact)))
        case TracedBottle():
            href = url_for("dispensing.bottle", number=fact.number)
            return Told(what="Bottle", name=fact.number, href=href, said=tuple(_of_bottle(fact, names)))


def of_number(plural: str, count: int) -> str:
    """`batches`, or of one `batch`."""
    return plural if count != 1 else plural.removesuffix("es") if plural == "batches" else plural.removesuffix("s")


def who(bottle: TracedBottle, names: Names) -> str:
    """Whom a bottle is for: the name, for who is shown it and while there is one; else the identifier."""
    patient = names.get(bottle.patient)
    return patient.name if patient else bottle.patient


def _of_lot(lot: TracedLot) -> Iterator[str]:
    yield f"{lot.substance}, {lot.maker}"
    if lot.mass is not None:
        yield f"{format_stock(lot.mass)} of it"


def _of_batch(batch: TracedBatch) -> Iterator[str]:
    yield f"{batch.strength}, {format_day(batch.compounded_on)}, {batch.status}"
    if batch.on_shelf:
        yield f"{batch.on_shelf:,} on the shelf"


def _of_bottle(bottle: TracedBottle, names: Names) -> Iterator[str]:
    yield f"{bottle.capsules:,} of {bottle.strength}, {format_day(bottle.dispensed_on)}"
    yield f"for {who(bottle, names)}"
