"""Journal entries as rows of a list."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from compounder.domain.calendar import format_day
from compounder.domain.record.journal import JournalEntry
from compounder.web.tables import Row

ENTRY_COLUMNS = (("Number", "number"), ("When", "date"), ("What", "strong"), ("Who", "text"), ("Leaf hash", "quiet"))


def entry_cells(entries: Sequence[JournalEntry], hashes: Sequence[str], zone: ZoneInfo) -> list[Row]:
    """What happened to a subject, as rows of `ENTRY_COLUMNS`."""
    return [_entry(entry, leaf, zone) for entry, leaf in zip(entries, hashes, strict=True)]


def _entry(entry: JournalEntry, leaf: str, zone: ZoneInfo) -> Row:
    local = entry.at.astimezone(zone)
    who = entry.actor.name if entry.actor.is_authenticated else f"{entry.actor.name} (typed name)"
    when = f"{format_day(local.date())} {local:%H:%M}"
    return (f"{entry.number:,}", when, entry.kind.replace("-", " "), who, leaf[:16])
