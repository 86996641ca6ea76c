"""The ledger of an ingredient lot: each line adds to the mass on hand or reserved."""

from dataclasses import dataclass
from enum import StrEnum

from compounder.domain.units import Mass


class MovementKind(StrEnum):
    """Why stock moved."""

    RECEIVED = "received"
    RESERVED = "reserved"
    RELEASED = "released"
    USED = "used"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One line of the ledger. Both changes are signed; `lot_number` is ours: a trituration's if it is for one,
    otherwise a batch's; empty if the stock moved for neither."""

    kind: MovementKind
    on_hand_change: Mass
    reserved_change: Mass
    lot_number: str
    is_for_trituration: bool
    reason: str
    journal_number: int
