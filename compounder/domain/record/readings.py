"""Readings: whether a balance can have shown one, whether it was read twice alike, and whether the plan accepts it.

The window is the plan's own, rounded inwards to the planned balance's steps; the mass is weighed on that balance, or on
one that weighs as finely (USP <41>: the balance is fit for the smallest mass weighed on it).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from compounder.domain.batch.weighing import Weighing
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError, NotAccepted, OutOfBounds
from compounder.domain.stock.equipment import Balance
from compounder.domain.units import MASS, READING, Reading, format_reading, in_unit, magnitude, of, parse_quantity


class ReadTwiceDifferently(CompoundingError):
    """The same reading typed twice, and not the same."""

    code = "read-twice-differently"
    title = "The two readings differ"
    first: str
    second: str
    field_name: str = "again"

    def __str__(self) -> str:
        return f"{self.first} was typed first and {self.second} then; read the balance again and type it twice."


class BalanceTooCoarse(CompoundingError):
    """A balance that weighs less finely than the one that the plan names."""

    code = "balance-too-coarse"
    title = "The balance is too coarse"
    balance: str
    planned: str
    field_name: str = "balance"

    def __str__(self) -> str:
        return f"{self.balance} is coarser than {self.planned}, which the plan names; weigh on that or a finer one."


class CalibrationOverdue(CompoundingError):
    """A balance whose calibration has ended since the batch was planned."""

    code = "calibration-overdue"
    title = "The calibration has ended"
    balance: str
    ended: str
    field_name: str = "balance"

    def __str__(self) -> str:
        return f"The calibration of balance {self.balance} ended on {self.ended}; have it calibrated or use another."


class UsedBalanceOverdue(CalibrationOverdue):
    """A balance on which powder of the batch was weighed, and whose calibration has ended since."""

    def __str__(self) -> str:
        return (
            f"Powder was weighed on balance {self.balance}, whose calibration ended on {self.ended}; "
            "have it calibrated, or weigh anew."
        )


class OverCapacity(CompoundingError):
    """More than the balance carries."""

    code = "over-capacity"
    title = "More than the balance carries"
    balance: str
    capacity: str
    field_name: str = "balance"

    def __str__(self) -> str:
        return f"{self.balance} carries at most {self.capacity}; choose another balance."


class OtherUnit(CompoundingError):
    """A figure that the plan accepts in another unit than it was read in."""

    code = "other-unit"
    title = "The unit differs"
    read: str
    meant: str
    field_name: str = "reading"

    def __str__(self) -> str:
        return f"{self.read} was read, where {self.meant} would be accepted; look at the unit first."


class NotTared(CompoundingError):
    """A balance that does not show zero with the empty vessel on it: the vessel would be weighed with the powder."""

    code = "not-tared"
    title = "The vessel is not tared"
    balance: str
    shown: str
    field_name: str = "tared"

    def __str__(self) -> str:
        return f"{self.balance} shows {self.shown} with the empty vessel; tare it to zero, then weigh the powder in it."


class ReadingOutsideWindow(OutOfBounds):
    """A reading that the plan's tolerance does not hold; `advice` says which way it is wrong, and what to do."""

    advice: str

    def __str__(self) -> str:
        return f"{OutOfBounds.__str__(self)} {self.advice}"


def read_twice(first: str, second: str) -> Reading:
    """What a balance showed, as it was typed the first time; refuses with `ReadTwiceDifferently`, or what is no mass.

    >>> format_reading(read_twice("158.3 mg", "0.1583 g"))
    '158.3 mg'
    """
    reading, again = (read_at(text, name) for text, name in ((first, "reading"), (second, "again")))
    if magnitude(reading, MASS) != magnitude(again, MASS):
        raise ReadTwiceDifferently(first=format_reading(reading), second=format_reading(again))
    return reading


def read_at(text: str, field_name: str) -> Reading:
    """A mass as a balance shows it; what is none is refused at this field."""
    try:
        return parse_quantity(text, READING)
    except CompoundingError as refusal:
        raise refusal.at(f"/{field_name}") from None


def require_tared(balance: Balance, shown: Reading, field_name: str = "tared") -> None:
    """Refuses with `NotTared` what a balance shows of an empty vessel, unless it is zero within its smallest step."""
    if shown > balance.readability:
        raise NotTared(balance=balance.name, shown=format_reading(shown), field_name=field_name)


def tared_to(shown: Reading | None) -> str:
    """What was read of an empty vessel, in words: `"tared to 0.0 mg"`; nothing where nobody was asked."""
    return "" if shown is None else f"tared to {format_reading(shown)}"


def require_shown_by(balance: Balance, reading: Reading, field_name: str) -> None:
    """Refuses with `NotAccepted` a reading between the steps of the balance."""
    if in_unit(balance.rounded(reading), MASS).magnitude != in_unit(reading, MASS).magnitude:
        steps = format_reading(balance.readability)
        raise NotAccepted(
            read=format_reading(reading),
            accepted=f"a reading of {balance.name}, in steps of {steps},",
            field_name=field_name,
        )


def require_every_digit(balance: Balance, reading: Reading, field_name: str) -> None:
    """Refuses with `NotAccepted` a reading with fewer digits than the balance shows: another balance may have shown it.

    0.02 g was not read where 0.0200 g is shown."""
    last = of(Decimal(1).scaleb(int(reading.magnitude.as_tuple().exponent)), reading.units)
    if last > balance.readability:
        raise NotAccepted(
            read=format_reading(reading),
            accepted=f"every digit that {balance.name} shows, in steps of {format_reading(balance.readability)},",
            field_name=field_name,
        )


def require_usual_unit(weighing: Weighing, reading: Reading) -> None:
    """Refuses with `OtherUnit` a reading outside the window whose figure is in it by another unit of mass."""
    if weighing.accepts(reading):
        return
    for usual in (of(reading.magnitude, unit) for unit in READING.accepted.values()):
        if weighing.accepts(usual):
            raise OtherUnit(read=format_reading(reading), meant=format_reading(usual))


def require_fit(balance: Balance, planned: Balance, reading: Reading, day: date) -> None:
    """Refuses with `CalibrationOverdue` a balance whose calibration ended before this day, with `BalanceTooCoarse` one
    coarser than the planned one, and with `OverCapacity` a mass that is more than it carries."""
    require_balance_calibrated(balance, day)
    if balance.readability > planned.readability or balance.standard_uncertainty > planned.standard_uncertainty:
        raise BalanceTooCoarse(balance=balance.name, planned=planned.name)
    _require_carried(balance, reading)


def require_each_shown_by(balance: Balance, readings: Iterable[Reading], field_name: str) -> None:
    """Refuses with `OverCapacity` readings that are more than the balance carries, and with `NotAccepted` those between
    its steps."""
    for reading in readings:
        _require_carried(balance, reading)
        require_shown_by(balance, reading, field_name)


def _require_carried(balance: Balance, reading: Reading) -> None:
    if balance.capacity is not None and not balance.carries(reading):
        raise OverCapacity(balance=balance.name, capacity=format_reading(balance.capacity))


def require_balance_calibrated(balance: Balance, day: date) -> None:
    """Refuses with `CalibrationOverdue` a balance whose calibration ended before this day."""
    if balance.calibrated_until and balance.is_overdue(day):
        raise CalibrationOverdue(balance=balance.name, ended=format_day(balance.calibrated_until))


def require_accepted(weighing: Weighing, reading: Reading) -> None:
    """Refuses with `ReadingOutsideWindow` what is below or above the window of the plan."""
    if weighing.accepts(reading):
        return
    is_over = reading > weighing.accept_to
    raise ReadingOutsideWindow(
        read=format_reading(reading),
        least=format_reading(weighing.accept_from),
        most=format_reading(weighing.accept_to),
        advice="Take some away, or discard it and weigh anew." if is_over else "Add some, and read it again.",
        field_name="reading",
    )
