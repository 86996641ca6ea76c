"""Refusals: no answer exists, or what was read is not readable.

One family. Each carries its parts as attributes and says one sentence a pharmacist can act on. `code` is stable; the
web shows the sentence at its field, the API and the command line wrap it as a problem document (RFC 9457).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

_LONGEST_READ = 40
_LARGEST_READ = 10**15


def as_read(value: object) -> str:
    """What was read, short enough to print in a sentence: quoted text, or the name of another kind of value.

    >>> as_read("1,5 mg"), as_read(1.5), as_read(True)
    ('"1,5 mg"', '1.5', 'true')
    """
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < _LARGEST_READ else "a number of more than 15 digits"
    return f'"{printable(value)}"' if isinstance(value, str) else printable(str(value))


def printable(text: str) -> str:
    """The beginning of `text`, short enough for a sentence, with a mark for each letter that cannot be printed."""
    cut = text[:_LONGEST_READ] + "…" if len(text) > _LONGEST_READ else text
    return "".join(letter if letter.isprintable() else "�" for letter in cut)


@dataclass(eq=False, kw_only=True)
class CompoundingError(Exception):
    """The family of refusals. `pointer` says which field of the document, as a JSON pointer (RFC 6901)."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "Refused"
    pointer: str = field(default="", kw_only=True)

    def at(self, pointer: str) -> "CompoundingError":
        """This very refusal, said of the field at `pointer`."""
        self.pointer = pointer
        return self

    def errors(self) -> Sequence["CompoundingError"]:
        """Every single refusal in this one."""
        return (self,)


@dataclass(eq=False, kw_only=True)
class NotANumber(CompoundingError):
    code = "not-a-number"
    title = "Not a number that Compounder reads"
    read: object
    accepted: str = "digits with at most one point, such as 0.25"

    def __str__(self) -> str:
        if isinstance(self.read, str) and "," in self.read:
            return f"{as_read(self.read)} has a comma, which could mean ten times more; write a point."
        return f"{as_read(self.read)} was read; write {self.accepted}."


@dataclass(eq=False, kw_only=True)
class NotAWholeNumber(NotANumber):
    """What is counted has no fraction, and nothing parts its thousands."""

    accepted: str = "a whole number such as 100"

    def __str__(self) -> str:
        read = "has a comma" if isinstance(self.read, str) and "," in self.read else "was read"
        return f"{as_read(self.read)} {read}; write {self.accepted}."


@dataclass(eq=False, kw_only=True)
class UnknownUnit(CompoundingError):
    code = "unknown-unit"
    title = "Unknown unit"
    read: str
    accepted: tuple[str, ...]

    def __str__(self) -> str:
        return f"{as_read(self.read)} is not a unit accepted here; write {' or '.join(self.accepted)}, exactly so."


@dataclass(eq=False, kw_only=True)
class OutOfBounds(CompoundingError):
    """A value outside what is possible or customary. `field_name` is the constructor's own argument."""

    code = "out-of-bounds"
    title = "Out of bounds"
    read: str
    least: str
    most: str
    field_name: str = ""

    def __str__(self) -> str:
        return f"{self.read} was read; {self.least} to {self.most} is accepted."


@dataclass(eq=False, kw_only=True)
class NotADate(CompoundingError):
    code = "not-a-date"
    title = "Not a date"
    read: object
    accepted: str = "a date as year-month-day, such as 2026-11-21"

    def __str__(self) -> str:
        return f"{as_read(self.read)} was read; write {self.accepted}."


@dataclass(eq=False, kw_only=True)
class UnknownKey(CompoundingError):
    code = "unknown-key"
    title = "Unknown key"
    read: str

    def __str__(self) -> str:
        return f"The key {as_read(self.read)} is not known here; remove it or correct its spelling."


@dataclass(eq=False, kw_only=True)
class RepeatedKey(UnknownKey):
    """A key that stands twice in one object: which of the two is meant nobody knows."""

    def __str__(self) -> str:
        return f"The key {as_read(self.read)} stands twice in one object; remove one of them."


@dataclass(eq=False, kw_only=True)
class MissingKey(CompoundingError):
    """`missing` names the key or the argument; of several, any one is enough."""

    code = "missing-key"
    title = "Missing key"
    missing: str
    field_name: str = ""

    def __str__(self) -> str:
        return f"{as_read(self.missing)} is missing; it is needed here."


@dataclass(eq=False, kw_only=True)
class NotAccepted(CompoundingError):
    """A word, or a kind of value, that is not among those accepted."""

    code = "not-accepted"
    title = "Not accepted"
    read: object
    accepted: str
    field_name: str = ""

    def __str__(self) -> str:
        return f"{as_read(self.read)} was read; {self.accepted} is accepted."


@dataclass(eq=False, kw_only=True)
class UnknownSubstance(CompoundingError):
    code = "unknown-substance"
    title = "Unknown substance"
    read: object
    accepted: tuple[str, ...]
    field_name: str = ""

    def __str__(self) -> str:
        return f"{as_read(self.read)} is not a substance accepted here; write {' or '.join(self.accepted)}."


@dataclass(eq=False, kw_only=True)
class SterileForm(CompoundingError):
    """Sterile preparations come under other rules (USP <797>)."""

    code = "sterile-form"
    title = "A sterile form"
    read: str

    def __str__(self) -> str:
        return f"{as_read(self.read)} is a sterile form, made under other rules; Compounder makes oral capsules only."


@dataclass(eq=False, kw_only=True)
class ApprovalNeedsReason(CompoundingError):
    """USP <795> lets only a study extend a beyond-use date past its table."""

    code = "approval-needs-reason"
    title = "An approval without its reason"
    days: str
    field_name: str = "reason"

    def __str__(self) -> str:
        return f"A beyond-use date of {self.days} exceeds 180 days; give the study's reference and your reason."


@dataclass(eq=False, kw_only=True)
class MissingPackStatistic(CompoundingError):
    code = "missing-pack-statistic"
    title = "No pack statistic"
    ingredient: str
    size: str

    def __str__(self) -> str:
        where = f"capsule size {self.size}" if self.size else "any capsule size allowed"
        return f"{self.ingredient.capitalize()} has no pack statistic for {where}; measure one and enter it on its lot."


@dataclass(eq=False, kw_only=True)
class MissingCapsuleVolume(MissingPackStatistic):
    """Densities fill a capsule only where its volume is known."""

    title = "No capsule volume"

    def __str__(self) -> str:
        which = f"Capsule size {self.size}" if self.size else "Every capsule size allowed"
        return f"{which} lacks a volume; enter it among the capsule volumes."


@dataclass(eq=False, kw_only=True)
class DoubleHydrateCorrection(CompoundingError):
    code = "double-hydrate-correction"
    title = "Water would be corrected twice"
    substance: str

    def __str__(self) -> str:
        return (
            f"An assay on the anhydrous or dried basis cannot be expressed as {self.substance}; "
            "water would be counted twice."
        )


@dataclass(eq=False, kw_only=True)
class ExpiredAtReceipt(CompoundingError):
    """A lot whose expiry is before the day it came in."""

    code = "expired-at-receipt"
    title = "Expired at receipt"
    lot_number: str
    expired_on: str
    received_on: str
    field_name: str = "expires_on"

    def __str__(self) -> str:
        lot = f"Lot {printable(self.lot_number)}"
        return f"{lot} expired on {self.expired_on}, before its receipt on {self.received_on}; it cannot be used."


@dataclass(eq=False, kw_only=True)
class StoppedByReview(CompoundingError):
    """A finding of severity `stop`: there is no override."""

    code = "stopped-by-review"
    title = "Stopped by the review"
    finding: str

    def __str__(self) -> str:
        return f"Nothing was stored. {self.finding}"


@dataclass(eq=False, kw_only=True)
class DecisionMissing(CompoundingError):
    code = "decision-missing"
    title = "A decision is missing"
    finding: str

    def __str__(self) -> str:
        return f"Nothing was stored. A name and a reason are needed: {self.finding}"


@dataclass(eq=False, kw_only=True)
class SeveralErrors(CompoundingError):
    """Every field's complaint at once."""

    code = "several-errors"
    title = "Several fields need correction"
    parts: tuple[CompoundingError, ...]

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.parts)

    def errors(self) -> Sequence[CompoundingError]:
        return self.parts
