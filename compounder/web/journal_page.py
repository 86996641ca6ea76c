"""Journal entries as rows of a list."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from compounder.codec.documents import entry_hash
from compounder.domain.calendar import format_day
from compounder.domain.record.journal import JournalEntry, reason_of
from compounder.web.tables import Row

ENTRY_COLUMNS = (
    ("Number", "number"),
    ("When", "date"),
    ("What", "strong"),
    ("Who", "text"),
    ("Why", "text"),
    ("Leaf hash", "quiet"),
)


def entry_cells(entries: Sequence[JournalEntry], zone: ZoneInfo) -> list[Row]:
    """What happened to a subject, as rows of `ENTRY_COLUMNS`."""
    return [_entry(entry, zone) for entry in entries]


def _entry(entry: JournalEntry, zone: ZoneInfo) -> Row:
    who = entry.actor.name if entry.actor.is_authenticated else f"{entry.actor.name} (typed name)"
    return (
        f"{entry.number:,}",
        format_moment(entry.at, zone),
        entry.kind.replace("-", " "),
        who,
        reason_of(entry),
        entry_hash(entry)[:16],
    )


def format_moment(at: datetime, zone: ZoneInfo) -> str:
    """Day and time in the pharmacy's zone."""
    local = at.astimezone(zone)
    return f"{format_day(local.date())} {local:%H:%M}"
