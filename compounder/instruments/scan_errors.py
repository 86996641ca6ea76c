"""Why a scan is not taken: one named refusal each."""

from compounder.domain.errors import CompoundingError, as_read


class ScanRefused(CompoundingError):
    """A scan that says nothing that may be used. `read` is what was read of it."""

    code = "scan-refused"
    title = "The scan was not taken"
    read: str


class UnreadableScan(ScanRefused):
    code = "unreadable-scan"

    def __str__(self) -> str:
        return f"{as_read(self.read)} names no lot; scan the code with lot and expiry, or type the lot."


class WrongCheckCharacter(ScanRefused):
    """It has the form of our own lot numbers."""

    code = "wrong-check-character"

    def __str__(self) -> str:
        return f"The check character of lot number {as_read(self.read)} is wrong; scan it again."


class WrongCheckDigit(ScanRefused):
    code = "wrong-check-digit"

    def __str__(self) -> str:
        return f"The check digit of product number {as_read(self.read)} is wrong; scan it again."


class NotAnExpiry(ScanRefused):
    code = "not-an-expiry"

    def __str__(self) -> str:
        return f"The code's expiry {as_read(self.read)} is no date that the calendar has; type what the pack says."


class SeparatorMissing(ScanRefused):
    code = "separator-missing"

    def __str__(self) -> str:
        return f"Fields run together in {as_read(self.read)}; set the scanner to send separators, or type the lot."


class SaidTwice(ScanRefused):
    """One field with two values: which of them is meant nobody knows."""

    code = "said-twice"

    def __str__(self) -> str:
        return f"The code says {as_read(self.read)} and something else in one field; type what the pack says."
