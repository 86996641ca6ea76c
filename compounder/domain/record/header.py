"""What the record of everything made says first: which lot, of which order, when, by whom, and from which versions."""

from dataclasses import dataclass
from datetime import datetime

from compounder.domain.batch.order import BatchOrder
from compounder.domain.formulary.formulation import Approval, Formulation
from compounder.domain.site import Pharmacy


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHeader:
    """The head of a record. `order` is the resolved order; the program version that planned it and the settings'
    version are named, so that a later formula cannot change an old worksheet."""

    lot_number: str
    site: str
    order_number: str
    is_example: bool
    stored_at: datetime
    stored_by: str
    time_zone: str
    pharmacy: Pharmacy
    settings_version: int
    program_version: str
    formulation: Formulation
    approval: Approval
    order: BatchOrder
