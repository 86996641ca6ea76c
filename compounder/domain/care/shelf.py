"""Finished capsules on the shelf: how many good ones a batch gave, and why their number changes afterwards.

Good are as many as were counted; of a batch that nobody counted, as many as its record was amended to say, or as its
plan says. Capsules that came back are never dispensed again. Source: FDA CPG 460.300, return of drugs to stock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from compounder.domain.record.amendments import Amended
from compounder.domain.record.journal import EntryKind


class CapsuleMovementKind(StrEnum):
    """Why the number of capsules of a batch changed. What is returned is destroyed by the same act."""

    RELEASED = "released"
    COUNTED = "counted"
    DISPENSED = "dispensed"
    RETURNED = "returned"
    DESTROYED = "destroyed"


class DestroyedFor(StrEnum):
    """Why capsules are taken off the shelf for good."""

    PAST_ITS_DATE = "past its beyond-use date"
    HELD_BACK = "held back"
    DAMAGED = "damaged"
    ANOTHER = "another cause"


@dataclass(frozen=True, slots=True)
class GoodCapsules:
    """What a batch's entries so far say of how many good capsules it gave; documents as plain JSON."""

    planned: int = 0
    amended: int | None = None
    counted: int | None = None

    def after(self, kind: str, document: Mapping[str, Any]) -> "GoodCapsules":
        """What the next entry makes of it: a new plan is of other capsules, which nobody counted yet."""
        match kind:
            case EntryKind.BATCH_PLANNED | EntryKind.PLAN_REVISED:
                return GoodCapsules(planned=int(document["plan"]["capsules_to_make"]))
            case EntryKind.BATCH_AMENDED if document["what"] == Amended.CAPSULES_MADE:
                return replace(self, amended=int(document["new"]))
            case EntryKind.CAPSULES_COUNTED:
                return replace(self, counted=int(document["count"]["good"]))
        return self

    @property
    def good(self) -> int:
        """How many may be dispensed."""
        told = (each for each in (self.counted, self.amended) if each is not None)
        return next(told, self.planned)


TELLING: Final = (
    EntryKind.BATCH_PLANNED,
    EntryKind.PLAN_REVISED,
    EntryKind.BATCH_AMENDED,
    EntryKind.CAPSULES_COUNTED,
)
"""The entries that say how many good capsules there are."""


def change_by_release(good: int, put_before: int, on_shelf: int) -> int:
    """What a release adds: all good capsules; where it was released before, only what differs, and never below none."""
    return max(good - put_before, -on_shelf)
