"""Why a batch is not verified, released or labelled although somebody may do that: what it goes by has changed."""

from datetime import date

from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError


class LotCorrected(CompoundingError):
    """A batch that goes by figures of a lot that were wrong."""

    code = "lot-corrected"
    title = "A lot was corrected"
    lot_number: str
    batch: str

    def __str__(self) -> str:
        return f"Lot {self.lot_number} was corrected since batch {self.batch} was planned. Void it and order again."


class BeyondUse(CompoundingError):
    """What may not be used any more is neither released nor labelled."""

    code = "beyond-use"
    title = "Past its beyond-use date"
    lot_number: str
    on: date

    def __str__(self) -> str:
        return f"Batch {self.lot_number} could be used until {format_day(self.on)}; void or reject it."


class TooManySlips(CompoundingError):
    """A second person whose figures differed again and again."""

    code = "too-many-slips"
    title = "Entered otherwise too often"
    lot_number: str
    name: str
    most: int

    def __str__(self) -> str:
        return f"{self.name} entered other figures {self.most} times; somebody else verifies batch {self.lot_number}."


class RecordMoved(CompoundingError):
    """What would be signed is not what was shown: it was amended, or planned anew, in between."""

    code = "record-moved"
    title = "The record has changed"
    lot_number: str

    def __str__(self) -> str:
        return f"Nothing was signed: batch {self.lot_number} changed since it was shown. Look at it again, then sign."
