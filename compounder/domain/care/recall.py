"""Recalls: why something is called back, what is held back by it, and how far those who have it were reached.

A recall holds back at once what is still here, names what it cannot hold back and why, and is closed only with a word
on how it ended. Its reach is fixed when it starts: a bottle that is dispensed later is another decision. Source: 21 CFR
7.3(m) (class), 7.42 (depth, effectiveness checks), 7.49 (what is told), 7.55 (closing), as good practice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from compounder.domain.bounds import require_text
from compounder.domain.care.trace import Origin
from compounder.domain.errors import CompoundingError, MissingKey, OutOfBounds
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.standing import FINAL
from compounder.domain.record.trituration_record import TriturationStatus
from compounder.domain.stock.lots import LotStatus

LONGEST_REFERENCE: Final = 120
LONGEST_REASON: Final = 500
HELD_BY: Final = "Recall "
"""What the reason begins with of all that a recall holds back; its number follows."""
WHY_PAST_STAYS: Final = "made before: only its own record tells who has it"
"""Of a past batch nothing is here: it is told of, so that somebody looks there."""


class RecallClass(StrEnum):
    """How much harm is possible. Source: 21 CFR 7.3(m)."""

    I = "I"  # noqa: E741 - the Roman numeral is its name
    II = "II"
    III = "III"


HARM: Final[Mapping[RecallClass, str]] = {
    RecallClass.I: "serious harm or death is likely",
    RecallClass.II: "passing harm is possible, serious harm is unlikely",
    RecallClass.III: "harm is not likely",
}


class RecallSource(StrEnum):
    """Whose finding it is."""

    SUPPLIER = "supplier"
    AUTHORITY = "authority"
    OURS = "ours"


class RecallStatus(StrEnum):
    """Whether it goes on."""

    OPEN = "open"
    CLOSED = "closed"


class ContactWay(StrEnum):
    """How somebody was told, or sought."""

    TELEPHONE = "telephone"
    IN_PERSON = "in-person"
    LETTER = "letter"
    EMAIL = "e-mail"


class Answer(StrEnum):
    """What came of it."""

    TOLD = "told"
    NONE_LEFT = "none-left"
    NO_ANSWER = "no-answer"


REACHED: Final = frozenset({Answer.TOLD, Answer.NONE_LEFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Why something is called back. `reference` is the number of the supplier's or the authority's notice; `told` is
    the reason in plain words, for letters."""

    recall_class: RecallClass
    source: RecallSource
    reference: str
    reason: str
    told: str

    def __post_init__(self) -> None:
        require_text(self.reason, LONGEST_REASON, "reason")
        require_text(self.told, LONGEST_REASON, "told")
        if self.source is not RecallSource.OURS and not self.reference:
            raise MissingKey(missing="the number of the notice", field_name="reference")
        if self.reference:
            require_text(self.reference, LONGEST_REFERENCE, "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """What a recall holds back: lots by their ids, triturations and batches by our numbers. `left` has by why what it
    does not, such as used up."""

    lots: tuple[str, ...] = ()
    triturations: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallStarted:
    """What the entry of a recall says beside its signature: of what, as people name it (`called`), and what it found
    and did on the day."""

    origin: Origin
    called: str
    notice: Notice
    started_on: date
    held: HeldBack
    batches: int
    bottles: int
    patients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody was told, or sought: a patient by their identifier, or a prescriber by name."""

    patient: str
    prescriber: str
    told_on: date
    way: ContactWay
    answer: Answer

    def __post_init__(self) -> None:
        if bool(self.patient) == bool(self.prescriber):
            raise MissingKey(missing="patient or prescriber", field_name="patient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How far a recall got. Erased patients cannot be reached any more; `back` and `out` are capsules."""

    patients: int
    reached: int
    erased: int
    out: int
    back: int

    def __str__(self) -> str:
        erased = f"; {self.erased:,} erased" if self.erased else ""
        people = f"{self.reached:,} of {self.patients:,} patients reached{erased}"
        return f"{people}; {self.back:,} of {self.out:,} capsules came back."


class RecallClosed(CompoundingError):
    """What only goes on while a recall is open."""

    code = "recall-closed"
    title = "The recall is closed"
    number: str

    def __str__(self) -> str:
        return f"Recall {self.number} is closed; start another one if there is more to call back."


class AlreadyRecalled(CompoundingError):
    """A second recall of the same thing while the first goes on."""

    code = "already-recalled"
    title = "It is recalled already"
    number: str

    def __str__(self) -> str:
        return f"Recall {self.number} of this is open already; go on there."


def why_lot_stays(status: LotStatus) -> str:
    """Why a lot is not held back by a recall; empty where it is."""
    return {
        LotStatus.IN_USE: "",
        LotStatus.QUARANTINED: "in quarantine already",
        LotStatus.USED_UP: "used up",
        LotStatus.REJECTED: "rejected",
    }[status]


def why_trituration_stays(status: TriturationStatus) -> str:
    """Why a trituration that is no lot is not held back."""
    return "voided" if status is TriturationStatus.VOIDED else "still to be made"


def why_batch_stays(status: BatchStatus) -> str:
    """Why a batch is not held back by a recall; empty where it is. One of which nothing is on the shelf is held back
    too: its record says so from then on, and what is found of it later is not given out.

    >>> why_batch_stays(BatchStatus.QUARANTINED), why_batch_stays(BatchStatus.RELEASED)
    ('in quarantine already', '')
    """
    if status is BatchStatus.QUARANTINED:
        return "in quarantine already"
    return status.value if status in FINAL else ""


def by_why(left: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Names by why they are left as they are."""
    found: dict[str, tuple[str, ...]] = {}
    for why, name in left:
        found[why] = (*found.get(why, ()), name)
    return found


def require_told_then(contact: Contact, started_on: date, today: date) -> None:
    """Refuses with `OutOfBounds` a day before the recall, or one to come."""
    if not started_on <= contact.told_on <= today:
        raise OutOfBounds(
            read=contact.told_on.isoformat(),
            least=started_on.isoformat(),
            most=today.isoformat(),
            field_name="told_on",
        )
