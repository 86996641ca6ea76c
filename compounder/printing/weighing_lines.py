"""The weighings as the papers list them, the balances they are done on, and the stickers of what was weighed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.weighing import Weighing as PlannedWeighing
from compounder.domain.calendar import format_day
from compounder.domain.record.making import Making, Taken
from compounder.domain.record.readings import tared_to
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.units import MASS, Reading, format_reading, format_shown
from compounder.domain.wording import with_capital
from compounder.printing.documents import Equipment, PrintedLine, Weighing
from compounder.printing.jars import Shelf
from compounder.printing.letterhead import moment


def weighing_line(shelf: Shelf, weighing: PlannedWeighing, taken: Reading | None = None) -> Weighing:
    """One line: what is weighed from which lot, how much, on which balance; and what was taken, where it is known."""
    jar = shelf.jar(weighing)
    return Weighing(
        ingredient=with_capital(weighing.ingredient),
        grade=jar.grade,
        maker=jar.maker,
        lot_number=jar.lot_number,
        dated=jar.dated,
        expires_on=jar.expires_on,
        potency=jar.potency,
        to_weigh=format_reading(weighing.to_weigh),
        to_crush=_to_crush(weighing),
        accept=f"{format_reading(weighing.accept_from).rsplit(' ', 1)[0]} to {format_reading(weighing.accept_to)}",
        balance=f"{weighing.balance}, {_readability(shelf.order, weighing.balance)}",
        actual=format_reading(taken) if taken is not None else "",
        estimated=jar.estimated,
    )


def weighed_lines(shelf: Shelf, record: CompoundingRecord, made: Making | None) -> tuple[Weighing, ...]:
    """Every line of a batch's plan; with what was weighed at the bench, when and by whom, where it was."""
    if made is None:
        return tuple(weighing_line(shelf, weighing) for weighing in record.plan.weighings)
    pairs = zip(made.weighings, made.taken, strict=True)
    return tuple(_weighed_line(shelf, record, weighing, taken) for weighing, taken in pairs)


def _weighed_line(shelf: Shelf, record: CompoundingRecord, weighing: PlannedWeighing, taken: Taken | None) -> Weighing:
    if taken is None:
        return weighing_line(shelf, weighing)
    day, _, time = moment(taken.at, record).rpartition(" ")
    elsewhere = f"on {taken.balance}" if taken.balance != weighing.balance else ""
    used = ", ".join(filter(None, (f"sent by {taken.balance}" if taken.sent else elsewhere, tared_to(taken.tared))))
    return replace(weighing_line(shelf, weighing, taken.reading), used=used, day=day, time=time, by=taken.by)


def discarded_lines(record: CompoundingRecord, made: Making) -> Iterator[str]:
    """What left a jar at the bench and did not go into the batch: how much, when, who and why."""
    for lost in made.discarded:
        what = f"{format_reading(lost.reading)} of {made.weighings[lost.line].ingredient}"
        yield f"{what}, {moment(lost.at, record)}, {lost.by}: {lost.reason}"


def recovered_lines(record: CompoundingRecord, made: Making) -> Iterator[str]:
    """How the plan was revised at the bench: the old beside the new, when, who and why."""
    for each in made.revised:
        plans = with_capital("; ".join(each.compared))
        yield f"Plan {each.plan_number}, {moment(each.at, record)}, {each.by}: {each.said}. {plans}. {each.reason}"


def sent_lines(record: CompoundingRecord, made: Making) -> Iterator[PrintedLine]:
    """Each line that a balance sent of what was weighed."""
    for planned, taken in zip(made.weighings, made.taken, strict=True):
        if taken and taken.sent:
            sent = taken.sent
            what = f"{taken.balance} sent of {planned.ingredient}, {moment(sent.at, record)}:{sent.at:%S}"
            yield PrintedLine(said=f"{what}, {sent.protocol}, by the program of {sent.by}:", line=sent.line)


def _to_crush(weighing: PlannedWeighing) -> str:
    match weighing.tablets:
        case None:
            return ""
        case 1:
            return "crush 1 tablet"
        case tablets:
            return f"crush {tablets:,} tablets"


def _readability(order: BatchOrder, name: str) -> str:
    return next(format_reading(balance.readability) for balance in order.balances if balance.name == name)


def balances_of(order: BatchOrder, weighings: Iterable[PlannedWeighing]) -> Iterator[Equipment]:
    """Each balance that is used, once."""
    minimums = {weighing.balance: weighing.minimum_weighable for weighing in weighings}
    for name, minimum in minimums.items():
        detail = f"{_readability(order, name)}, weighs from {format_shown(minimum, MASS)}{_calibrated(order, name)}"
        yield Equipment(name=f"Balance {name}", detail=detail)


def _calibrated(order: BatchOrder, name: str) -> str:
    until = next(balance.calibrated_until for balance in order.balances if balance.name == name)
    return f", calibrated until {format_day(until)}" if until else ""


def stickers_of(weighings: Iterable[Weighing]) -> tuple[str, ...]:
    """A place for the sticker of each lot that is weighed, once, and for our own label."""
    return (*dict.fromkeys(weighing.ingredient for weighing in weighings), "Our container label")
