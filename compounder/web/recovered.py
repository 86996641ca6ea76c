"""Plans that were revised at the bench, as rows: the old beside the new, why, when and by whom."""

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from compounder.domain.record.making import Making
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.wording import with_capital
from compounder.web.journal_page import format_moment
from compounder.web.tables import Row

RECOVERED_COLUMNS: Final = (
    ("Plan", "strong"),
    ("Because", "text"),
    ("Was, and is now", "text"),
    ("Why", "text"),
    ("When", "date"),
    ("Who", "text"),
)


def recovered_rows(record: CompoundingRecord, made: Making) -> Iterator[Row]:
    """Each revision of the plan at the bench, the oldest first."""
    for each in made.revised:
        yield (
            f"Plan {each.plan_number}",
            with_capital(each.said),
            with_capital("; ".join(each.compared)),
            each.reason,
            format_moment(each.at, ZoneInfo(record.time_zone)),
            each.by,
        )
