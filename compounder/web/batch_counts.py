"""How many batches were made in a span of days, by month, strength and status; every number leads to its batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import url_for
from wtforms import Form

from compounder.database.engine import Connection
from compounder.database.search import by_month, by_status, by_strength
from compounder.domain.calendar import format_day, parse_day, parse_expiry
from compounder.web.fields import ReadField
from compounder.web.tables import Cell, Row

MONTHS: Final = 3


class SpanForm(Form):
    """The days that are counted: this month and the two before it, unless others are asked."""

    made_from = ReadField("Compounded from", parse_day)
    made_to = ReadField("Compounded to", parse_day)

    def settle(self, today: date) -> None:
        """What was not sent is as usual."""
        self.made_from.data = self.made_from.data or _months_before(today).isoformat()
        self.made_to.data = self.made_to.data or today.isoformat()


def _months_before(today: date) -> date:
    """The first day of the first month counted."""
    years, month = divmod(today.year * 12 + today.month - MONTHS, 12)
    return date(years, month + 1, 1)


@dataclass(frozen=True, slots=True)
class Counts:
    """One way to count, with a line for each number."""

    heading: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    batches: int


def sentence_of(first: date, last: date, counts: Sequence[Counts]) -> str:
    """What is counted: `Compounded from 1 Sep 2026 to 21 Nov 2026: 214 batches`."""
    made = counts[0].batches
    return f"Compounded from {format_day(first)} to {format_day(last)}: {made:,} {'batch' if made == 1 else 'batches'}"


def counted(connection: Connection, site: str, first: date, last: date) -> tuple[Counts, ...]:
    """Each way to count the batches made in these days."""
    days = {"made_from": first.isoformat(), "made_to": last.isoformat()}
    months = by_month(connection, site, first, last).items()
    strengths = by_strength(connection, site, first, last).items()
    statuses = by_status(connection, site, first, last).items()
    return (
        _counts("Month", [(_month(month), count, _days(month, first, last)) for month, count in months]),
        _counts("Strength", [(said, count, {"strength": said.replace(",", ""), **days}) for said, count in strengths]),
        _counts("Status", [(said, count, {"status": said, **days}) for said, count in statuses]),
    )


def _counts(heading: str, lines: Sequence[tuple[str, int, Mapping[str, Any]]]) -> Counts:
    rows = ((Cell(text=said, href=url_for("batches.index", **asked)), f"{count:,}") for said, count, asked in lines)
    columns = ((heading, "text"), ("Batches", "number"))
    return Counts(heading, columns, tuple(rows), sum(count for _, count, _ in lines))


def _month(month: str) -> str:
    """A month for people: `Nov 2026`."""
    return format_day(parse_expiry(month)).partition(" ")[2]


def _days(month: str, first: date, last: date) -> Mapping[str, str]:
    """The days of the month that were counted."""
    last_day = parse_expiry(month)
    days = max(first, last_day.replace(day=1)), min(last, last_day)
    return {"made_from": days[0].isoformat(), "made_to": days[1].isoformat()}
