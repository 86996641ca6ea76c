"""What the record of one batch says as it stands: the worksheet's words without a place to write, and what came after.

Finished strings only, like every paper's (`documents`).
"""

from dataclasses import dataclass

from compounder.printing.documents import WorksheetDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBottle:
    """Capsules of the batch that a patient got; the patient is not on this paper, under any name."""

    number: str
    capsules: str  # "84", or "60 of 84" where others are of another batch
    dispensed_on: str
    returned: str  # "5"; empty where nothing came back


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedEntry:
    """An entry of the journal, and the hash of all that it says."""

    number: str
    at: str  # "21 Nov 2026 10:30"
    what: str  # "Batch planned"
    who: str  # "Anna Müller (typed name)"
    why: str
    leaf_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDocument:
    """The whole record of a batch. `told_until` is the moment up to which everything is told, `told_until_iso` the
    same for programs; `lacking` is what is not there, a sentence each."""

    worksheet: WorksheetDocument
    status: str  # "Released 21 Nov 2026 13:30 by Clara Kühn"
    told_until: str
    told_until_iso: str
    lacking: tuple[str, ...]
    bottles: tuple[PrintedBottle, ...]
    entries: tuple[PrintedEntry, ...]
