"""Records and entries of the journal as values: of a batch that nobody stored."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import require_plans, work_out_order
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.trituration_record import TriturationUsed
from tests.database import stored
from tests.domain.orders import Document

NUMBER = "261121A009K"
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def a_record(order: Document, **changes: Any) -> CompoundingRecord:
    """The record of an order's first batch, and of the triturations that are made for it: 261121A001K, A002K …"""
    whole = read(order, BatchOrder)
    outcome = work_out_order(whole)
    triturations = tuple(
        TriturationUsed(lot_number=f"261121A00{number}K", plan=plan, beyond_use_date=date(2027, 5, 19))
        for number, plan in enumerate(outcome.triturations, 1)
    )
    record = stored.a_record(whole, require_plans(outcome.outcomes)[0], NUMBER, "2611-001")
    return replace(record, **({"triturations": triturations} | changes))


def an_entry(kind: EntryKind, number: int = 9, by: str = "Tom Weber", minutes: int = 0, **said: Any) -> JournalEntry:
    """An entry of the batch, so many minutes after half past nine, that says this."""
    return JournalEntry(
        number=number,
        at=AT + timedelta(minutes=minutes),
        actor=Actor(name=by, is_authenticated=True),
        site="A",
        subject=NUMBER,
        kind=kind,
        document=json.dumps(said),
    )
