"""What the letters of a recall say: finished strings, made when they are printed, never kept."""

from dataclasses import dataclass

from compounder.printing.documents import Pharmacy


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack:
    """One bottle that is called back; `patient` stands on a prescriber's letter only."""

    patient: str
    number: str
    product: str  # "Naltrexone hydrochloride capsules 1.5 mg"
    lot_number: str
    dispensed_on: str
    capsules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallLetter:
    """A letter to one patient or prescriber; `to` is the name and the lines of the address."""

    to: tuple[str, ...]
    heading: str
    lead: str  # what the eye should find first
    sentences: tuple[str, ...]
    points: tuple[str, ...]
    closing: tuple[str, ...]
    bottles: tuple[CalledBack, ...]
    is_for_patient: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLetter:
    """A line of the list that comes with the letters."""

    name: str
    contact: str
    bottles: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallLetters:
    """All letters of a recall, and the list of them; `left_out` says for whom there is none."""

    pharmacy: Pharmacy
    recall_number: str
    dated: str
    called: str  # "Lot NTX-2411 of Hillcrest, naltrexone hydrochloride"
    addressed_to: str  # "patients" or "prescribers"
    letters: tuple[RecallLetter, ...]
    counted: str  # "2 letters."
    listed: tuple[ListedLetter, ...]
    left_out: str
    is_example: bool
