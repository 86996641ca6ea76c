"""Why a balance's line is not a reading, or why there is no line: one named refusal each, with the line as evidence."""

from compounder.domain.errors import CompoundingError, as_read, printable


class LineRefused(CompoundingError):
    """A line that is not a reading. `line` is the whole of it, as it came."""

    code = "line-refused"
    title = "Not a reading"
    line: str


class Unstable(LineRefused):
    code = "balance-unstable"
    title = "The balance moves"

    def __str__(self) -> str:
        return "The balance has not come to rest; wait until its reading stands."


class Overload(LineRefused):
    code = "balance-overload"
    title = "The balance is overloaded"

    def __str__(self) -> str:
        return "The balance is overloaded; take weight off, or use one with more capacity."


class Underload(LineRefused):
    code = "balance-underload"
    title = "The balance is below its range"

    def __str__(self) -> str:
        return "The balance is below its range; put its pan in place and tare again."


class NegativeWeight(LineRefused):
    code = "negative-weight"
    title = "A weight below zero"

    def __str__(self) -> str:
        return "The balance shows less than nothing; put the vessel back, tare, and weigh again."


class UnitMissing(LineRefused):
    code = "unit-missing"
    title = "A weight without its unit"

    def __str__(self) -> str:
        return "The balance sent a weight without its unit; weigh again."


class ForeignUnit(LineRefused):
    code = "foreign-unit"
    title = "A unit that is not weighed in here"
    unit: str

    def __str__(self) -> str:
        return f"The balance weighs in {as_read(self.unit)}; set it to g, mg or kg."


class BelowItsMinimum(LineRefused):
    """The balance has a minimum weight of its own, set by whoever calibrated it."""

    code = "below-its-minimum"
    title = "Below the balance's own minimum"

    def __str__(self) -> str:
        return "The balance marks this as below its own minimum weight; use a finer balance."


class NotANetWeight(LineRefused):
    """The balance named its line as something else: gross, tare, a mean."""

    code = "not-a-net-weight"
    title = "Not a net weight"
    name: str

    def __str__(self) -> str:
        return f"The balance calls this line {as_read(self.name)}, not a net weight (N); print the net weight."


class BalanceBusy(LineRefused):
    code = "balance-busy"
    title = "The balance is busy"

    def __str__(self) -> str:
        return "The balance is busy or did not come to rest in time; weigh again."


class Calibrating(LineRefused):
    code = "balance-calibrating"
    title = "The balance is calibrating"

    def __str__(self) -> str:
        return "The balance is being calibrated; wait until it has finished."


class CommandNotUnderstood(LineRefused):
    code = "balance-did-not-understand"
    title = "The balance did not understand"

    def __str__(self) -> str:
        return f"The balance answered {as_read(self.line)}: it did not understand; look at protocol, speed and parity."


class BalanceFault(LineRefused):
    code = "balance-fault"
    title = "The balance reports a fault"
    number: str

    def __str__(self) -> str:
        return f"The balance reports error {printable(self.number)}; look it up in its manual."


class UnreadableLine(LineRefused):
    code = "unreadable-line"
    title = "Not a line that Compounder reads"

    def __str__(self) -> str:
        return f"The balance sent {as_read(self.line)}, which is no weight; look at protocol, speed and parity."


class BalanceUnreachable(CompoundingError):
    code = "balance-unreachable"
    title = "The balance cannot be reached"
    port: str
    why: str

    def __str__(self) -> str:
        return f"The balance at {self.port} cannot be reached ({self.why}); look at its cable and name."


class BalanceLost(CompoundingError):
    code = "balance-lost"
    title = "The balance was lost"
    port: str

    def __str__(self) -> str:
        return f"The balance at {self.port} was lost; it is looked for again. Look at its cable."


class BalanceSilent(CompoundingError):
    code = "balance-silent"
    title = "The balance does not answer"
    port: str

    def __str__(self) -> str:
        return f"The balance at {self.port} does not answer; look at its cable, protocol, speed and parity."
