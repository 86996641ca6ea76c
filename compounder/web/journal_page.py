"""Journal entries as rows of a list."""

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from compounder.domain.calendar import format_day
from compounder.domain.record.journal import JournalEntry
from compounder.web.tables import Row

ENTRY_COLUMNS = (
    ("Number", "number"),
    ("When", "date"),
    ("What", "strong"),
    ("Who", "text"),
    ("Why", "text"),
    ("Leaf hash", "quiet"),
)


def entry_cells(entries: Sequence[JournalEntry], hashes: Sequence[str], zone: ZoneInfo) -> list[Row]:
    """What happened to a subject, as rows of `ENTRY_COLUMNS`."""
    return [_entry(entry, leaf, zone) for entry, leaf in zip(entries, hashes, strict=True)]


def _entry(entry: JournalEntry, leaf: str, zone: ZoneInfo) -> Row:
    local = entry.at.astimezone(zone)
    who = entry.actor.name if entry.actor.is_authenticated else f"{entry.actor.name} (typed name)"
    when = f"{format_day(local.date())} {local:%H:%M}"
    return (f"{entry.number:,}", when, entry.kind.replace("-", " "), who, _reason(entry), leaf[:16])


def _reason(entry: JournalEntry) -> str:
    """The reason that was given, where the act asks for one."""
    document = json.loads(entry.document)
    return str(document.get("reason", "")) if isinstance(document, dict) else ""
