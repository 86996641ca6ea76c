"""Refusals of what a person asked for, when the facts in the workspace say otherwise."""

from datetime import date

from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError, as_read


class ResultChanged(CompoundingError):
    """What would be stored is not what was shown: a field, a lot or a setting changed in between."""

    code = "result-changed"
    title = "The result has changed"

    def __str__(self) -> str:
        return "Nothing was stored: the result is not the one shown before. Look at it again, then store it."


class NotApproved(CompoundingError):
    code = "formulation-not-approved"
    title = "The formulation is not approved"
    formulation: str
    version: int

    def __str__(self) -> str:
        return f"Version {self.version} of {self.formulation} is not approved; approve it or choose another version."


class WrongIngredient(CompoundingError):
    """A lot of another substance than the formulation asks for."""

    code = "wrong-ingredient"
    title = "The wrong ingredient"
    lot_number: str
    substance: str
    wanted: str
    field_name: str

    def __str__(self) -> str:
        return f"Lot {self.lot_number} is {self.substance}; the formulation asks for {self.wanted}."


class NoSuchBalance(CompoundingError):
    """A balance that the site does not have, or a site without any."""

    code = "no-such-balance"
    title = "No such balance"
    read: str
    known: tuple[str, ...]
    field_name: str = "balance"

    def __str__(self) -> str:
        if not self.known:
            return "No balance is entered yet; enter one under Settings."
        return f"{as_read(self.read)} is not a balance of this pharmacy; choose {' or '.join(self.known)}."


class AlreadyVoided(CompoundingError):
    code = "already-voided"
    title = "Already voided"
    lot_number: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} is already voided; its entry says who did it and why."


class EveryBatchHeld(CompoundingError):
    code = "every-batch-held"
    title = "Every batch is held back"
    order_number: str

    def __str__(self) -> str:
        return f"Every batch of order {self.order_number} is held back or given up; no label is printed for it."


class NothingChanged(CompoundingError):
    """What was sent is what stands already; `already` says what does."""

    code = "nothing-changed"
    title = "Nothing would change"
    already: str

    def __str__(self) -> str:
        return f"{self.already} already; nothing was stored."


class FolderNotEmpty(CompoundingError):
    code = "folder-not-empty"
    title = "The folder is not empty"
    folder: str

    def __str__(self) -> str:
        return f"{self.folder} is not empty; name a new folder for the example workspace."


class HasNoLabel(CompoundingError):
    """A batch that is held back, for the moment or for good."""

    code = "has-no-label"
    title = "No labels for this batch"
    lot_number: str
    status: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} is {self.status}; no label is printed for it."


class DayIsFull(CompoundingError):
    """Our lot numbers write a day's batches with three digits."""

    code = "day-is-full"
    title = "No lot number is left for the day"
    day: str
    field_name: str = "compounded_on"

    def __str__(self) -> str:
        return f"All 999 lot numbers of {self.day} are given. Compound the rest on another day."


class NotPlanned(CompoundingError):
    """A trituration that is made or voided already."""

    code = "not-planned"
    title = "No longer planned"
    lot_number: str
    status: str

    def __str__(self) -> str:
        return f"Trituration {self.lot_number} is {self.status} already; nothing was stored."


class MadeFirst(CompoundingError):
    """The stages of a chain are made in their sequence."""

    code = "made-first"
    title = "Another trituration comes first"
    lot_number: str
    first: str

    def __str__(self) -> str:
        return f"Trituration {self.lot_number} starts from {self.first}, which is not made yet; make that first."


class DrawnOn(CompoundingError):
    code = "drawn-on"
    title = "Something is to be made from it"
    lot_number: str
    first: str

    def __str__(self) -> str:
        return f"{self.first} is to be made from trituration {self.lot_number}; void that first."


class PlanNotRevised(CompoundingError):
    """The trituration turned out such that the batch has no plan any more."""

    code = "plan-not-revised"
    title = "The batch has no plan"
    lot_number: str
    reason: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} cannot be made from its trituration. {self.reason} Void it and order again."


class NotMade(CompoundingError):
    """What a trituration is, only the weights taken can say."""

    code = "not-made"
    title = "Not made yet"
    lot_number: str

    def __str__(self) -> str:
        return f"Trituration {self.lot_number} is not made; its label says what the weights taken come to."


class LotHeldBack(CompoundingError):
    """A lot that was quarantined after the order was stored."""

    code = "lot-quarantined"
    title = "A lot is quarantined"
    lot_number: str

    def __str__(self) -> str:
        return f"Lot {self.lot_number} is quarantined; nothing is made with it until it is released."


class CannotBeMade(CompoundingError):
    """What nobody can make, nobody verifies."""

    code = "cannot-be-made"
    title = "The batch cannot be made"
    lot_number: str
    reason: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} cannot be made as it is planned. {self.reason} Void it and order again."


class NotHolding(CompoundingError):
    """A batch whose verification does not fit it: the record lies there otherwise, or the key is not ours."""

    code = "verification-does-not-hold"
    title = "The verification does not hold"
    lot_number: str
    problem: str

    def __str__(self) -> str:
        return f"The verification of batch {self.lot_number} does not hold. {self.problem} Run compounder verify."


class StillToBeMade(CompoundingError):
    """A batch whose trituration only the plan knows."""

    code = "still-to-be-made"
    title = "Its trituration is not made"
    lot_number: str
    trituration: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} draws on trituration {self.trituration}, which is not made; make it first."


class NothingToDecide(CompoundingError):
    code = "nothing-to-decide"
    title = "Nothing to decide"
    lot_number: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} waits for no decision; nothing was stored."


class RevisedByYou(CompoundingError):
    """Nobody approves what they wrote themselves."""

    code = "revised-by-you"
    title = "Revised by the same person"
    formulation: str
    version: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} revised version {self.version} of {self.formulation}; somebody else has to approve it."


class BeyondUse(CompoundingError):
    """What may not be used any more is neither released nor labelled."""

    code = "beyond-use"
    title = "Past its beyond-use date"
    lot_number: str
    on: date

    def __str__(self) -> str:
        return f"Batch {self.lot_number} could be used until {format_day(self.on)}; void or reject it."
