"""Refusals at the bench: the wrong jar, the wrong moment, and what must not be weighed any more."""

from compounder.domain.errors import CompoundingError, as_read


class WrongLot(CompoundingError):
    """Another jar than the plan's. `found` says what it is, as far as the pharmacy knows the lot."""

    code = "wrong-lot"
    title = "The wrong lot"
    read: str
    found: str
    wanted: str
    field_name: str = "lot"

    def __str__(self) -> str:
        named = f"{as_read(self.read)} is {self.found}" if self.found else f"{as_read(self.read)} is no lot known here"
        return f"{named}. Put it back, and weigh from {self.wanted}."


class OtherExpiry(CompoundingError):
    """The right lot number, and another expiry in the jar's code than the one that was entered for the lot: the jar of
    another delivery of that lot, or a slip in the code or the entry."""

    code = "other-expiry"
    title = "Another expiry"
    lot_number: str
    scanned: str
    recorded: str
    is_another_delivery: bool
    field_name: str = "lot"

    def __str__(self) -> str:
        if self.is_another_delivery:
            jar = f"This jar of lot {self.lot_number} is of another delivery, {self.scanned}"
            return f"{jar}. Put it back, and weigh from the one that expires on {self.recorded}."
        dates = f"The jar's code says {self.scanned}, lot {self.lot_number} is entered with {self.recorded}"
        return f"{dates}; weigh nothing of it, and correct the lot or its label."


class NotTheNext(CompoundingError):
    """A step of a page that somebody else went past, or that was sent once more later."""

    code = "not-the-next"
    title = "The bench has moved on"
    lot_number: str

    def __str__(self) -> str:
        return f"This is no longer the next weighing of batch {self.lot_number}; nothing was stored. Look again below."


class EverythingWeighed(CompoundingError):
    code = "everything-weighed"
    title = "Everything is weighed"
    lot_number: str

    def __str__(self) -> str:
        return f"Every powder of batch {self.lot_number} is weighed already; nothing was stored."


class StillToBeWeighed(CompoundingError):
    """A batch that was begun at the bench is finished there."""

    code = "still-to-be-weighed"
    title = "Not everything is weighed"
    lot_number: str
    ingredient: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} was begun at the bench; {self.ingredient} is still to be weighed there."


class StillToBeDone(CompoundingError):
    """A batch whose steps were begun at the bench is finished there."""

    code = "still-to-be-done"
    title = "Not every step is done"
    lot_number: str
    step: int

    def __str__(self) -> str:
        return (
            f"Steps of batch {self.lot_number} were ticked at the bench; step {self.step} is still to be ticked there."
        )


class LotExpired(CompoundingError):
    """A lot that was good when the batch was planned, and is not today."""

    code = "ingredient-expired"
    title = "A lot has expired"
    lot_number: str
    expired_on: str

    def __str__(self) -> str:
        return f"Lot {self.lot_number} expired on {self.expired_on}; nothing is weighed from it. Void the batch."


class PastBeyondUse(CompoundingError):
    code = "past-beyond-use"
    title = "Past its beyond-use date"
    lot_number: str
    beyond_use_date: str

    def __str__(self) -> str:
        return f"The beyond-use date of batch {self.lot_number} was {self.beyond_use_date}; void it and order again."


class ExpiresBefore(CompoundingError):
    """A lot whose expiry was corrected to a day before the batch's beyond-use date."""

    code = "expires-before-beyond-use"
    title = "A lot expires before the batch"
    lot_number: str
    expires_on: str
    beyond_use_date: str

    def __str__(self) -> str:
        dates = f"expires on {self.expires_on}, before the beyond-use date, {self.beyond_use_date}"
        return f"Lot {self.lot_number} {dates}; amend that date first."
