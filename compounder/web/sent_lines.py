"""The lines that balances sent of what was weighed, as rows: the evidence of each figure that nobody typed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from compounder.domain.record.making import Making
from compounder.domain.wording import with_capital
from compounder.web.journal_page import format_moment
from compounder.web.tables import Row

SENT_COLUMNS: Final = (
    ("Powder", "strong"),
    ("Line as the balance sent it", "line"),
    ("Balance", "told"),
    ("Protocol", "told"),
    ("Sent", "date"),
    ("By the program of", "told"),
)


def sent_lines(made: Making, zone: ZoneInfo) -> Mapping[str, Any]:
    """What a page needs to show them: columns and rows."""
    return {"sent_columns": SENT_COLUMNS, "sent": list(_rows(made, zone))}


def _rows(made: Making, zone: ZoneInfo) -> Iterator[Row]:
    """Each weighing that was taken from its balance, in the order of `SENT_COLUMNS`."""
    for planned, taken in zip(made.weighings, made.taken, strict=True):
        if taken and taken.sent:
            sent = taken.sent
            moment = f"{format_moment(sent.at, zone)}:{sent.at:%S}"
            yield with_capital(planned.ingredient), sent.line, taken.balance, sent.protocol, moment, sent.by
