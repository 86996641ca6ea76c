"""The journal: every write as an entry that is appended and never changed. Tables are projections of it.

The leaf hash is RFC 6962's: SHA-256 of a zero byte and the entry's canonical document.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class EntryKind(StrEnum):
    """What happened, in the past tense."""

    SETTINGS_REVISED = "settings-revised"
    FORMULATION_ADDED = "formulation-added"
    FORMULATION_REVISED = "formulation-revised"
    FORMULATION_APPROVED = "formulation-approved"
    LOT_RECEIVED = "lot-received"
    LOT_STATUS_CHANGED = "lot-status-changed"
    LOT_MEASURED = "lot-measured"
    LOT_AMENDED = "lot-amended"
    STOCK_ADJUSTED = "stock-adjusted"
    ORDER_STORED = "order-stored"
    PRODUCT_NUMBERED = "product-numbered"
    BATCH_PLANNED = "batch-planned"
    DECISION_SHARED = "decision-shared"
    BATCH_WEIGHED = "batch-weighed"
    WEIGHING_DISCARDED = "weighing-discarded"
    STEP_STARTED = "step-started"
    STEP_DONE = "step-done"
    DEVIATION_NOTED = "deviation-noted"
    DEVIATION_ASSESSED = "deviation-assessed"
    BATCH_ENTRY_DIFFERED = "batch-entry-differed"
    BATCH_VERIFIED = "batch-verified"
    BATCH_RELEASED = "batch-released"
    BATCH_AMENDED = "batch-amended"
    BATCH_QUARANTINED = "batch-quarantined"
    BATCH_FREED = "batch-freed"
    BATCH_REJECTED = "batch-rejected"
    BATCH_RECALLED = "batch-recalled"
    BATCH_VOIDED = "batch-voided"
    PAST_BATCH_ENTERED = "past-batch-entered"
    PAST_BATCH_WITHDRAWN = "past-batch-withdrawn"
    TRITURATION_PLANNED = "trituration-planned"
    TRITURATION_MADE = "trituration-made"
    TRITURATION_VOIDED = "trituration-voided"
    PLAN_REVISED = "plan-revised"
    PLAN_NOT_REVISED = "plan-not-revised"
    CAPSULES_WEIGHED = "capsules-weighed"
    CAPSULES_COUNTED = "capsules-counted"
    CAPSULES_DECIDED = "capsules-decided"
    CAPSULES_ASSAYED = "capsules-assayed"
    PROTOCOL_ADDED = "protocol-added"
    PROTOCOL_REVISED = "protocol-revised"
    PROTOCOL_RETIRED = "protocol-retired"
    OPIOID_ADDED = "opioid-added"
    OPIOID_CORRECTED = "opioid-corrected"
    OPIOID_VERIFIED = "opioid-verified"
    OPIOID_WITHDRAWN = "opioid-withdrawn"
    LEAFLET_REVISED = "leaflet-revised"
    LEAFLET_APPROVED = "leaflet-approved"
    PATIENT_ADDED = "patient-added"
    PATIENT_CORRECTED = "patient-corrected"
    PATIENT_ERASED = "patient-erased"
    PRESCRIPTION_ADDED = "prescription-added"
    PRESCRIPTION_FILLED = "prescription-filled"
    PRESCRIPTION_CANCELLED = "prescription-cancelled"
    SHELF_COUNTED = "shelf-counted"
    SHELF_DESTROYED = "shelf-destroyed"
    BOTTLE_DISPENSED = "bottle-dispensed"
    BOTTLE_RETURNED = "bottle-returned"
    RECALL_STARTED = "recall-started"
    RECALL_CONTACTED = "recall-contacted"
    RECALL_LETTERS_PRINTED = "recall-letters-printed"
    RECALL_CLOSED = "recall-closed"
    PERSON_INVITED = "person-invited"
    PERSON_ADDED = "person-added"
    PASSWORD_SET = "password-set"  # noqa: S105 - the name of an entry
    SECOND_FACTOR_SET = "second-factor-set"
    ROLE_CHANGED = "role-changed"
    PERSON_DISABLED = "person-disabled"
    PERSON_ENABLED = "person-enabled"
    TOKEN_ISSUED = "token-issued"  # noqa: S105 - as above
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - as above


CAPSULE_ENTRIES: Final = (
    EntryKind.CAPSULES_WEIGHED,
    EntryKind.CAPSULES_COUNTED,
    EntryKind.CAPSULES_DECIDED,
    EntryKind.CAPSULES_ASSAYED,
)
"""What is told of finished capsules; a batch stays where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it. Until people sign in, a typed name that nobody has checked."""

    name: str
    is_authenticated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One entry. `subject` names what it is about, such as a lot number; `document` is canonical JSON."""

    number: int
    at: datetime
    actor: Actor
    site: str
    subject: str
    kind: EntryKind
    document: str


def leaf_hash(canonical_entry: str) -> str:
    """SHA-256 of 0x00 and the entry's canonical text, 64 hexadecimal digits. Source: RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x00" + canonical_entry.encode()).hexdigest()


def reason_of(entry: JournalEntry) -> str:
    """The reason that was given, where the act asks for one, or what was said or done; of an entry that differed, in
    which figures."""
    document = json.loads(entry.document)
    if not isinstance(document, dict):
        return ""
    differing = ", ".join(document.get("differing", ())).replace("_", " ")
    return str(document.get("reason") or document.get("said") or document.get("instruction") or differing)
