"""Calendar days as people write them: `2026-11-21`, or `2028-06` for the last day of that month."""

import calendar
import re
from datetime import date
from typing import Annotated

from compounder.domain.errors import NotADate

MONTH_MEANS_ITS_LAST_DAY = "a month means its last day"
ExpiryDay = Annotated[date, MONTH_MEANS_ITS_LAST_DAY]
"""A supplier's expiry: documents may state it as a month."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_LONGEST = 10
_DECEMBER = 12
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def parse_day(text: object) -> date:
    """The calendar day that `text` writes as year-month-day; refuses everything else with `NotADate`.

    >>> parse_day("2026-11-21")
    datetime.date(2026, 11, 21)
    """
    if not isinstance(text, str) or len(text) > _LONGEST or not _DAY.fullmatch(text):
        raise NotADate(read=text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADate(read=text, accepted="a day that the calendar has") from None


def parse_expiry(text: object) -> date:
    """A supplier's expiry: a day, or a month that means its last day.

    >>> parse_expiry("2028-06")
    datetime.date(2028, 6, 30)
    """
    if not isinstance(text, str) or len(text) > _LONGEST or not _MONTH.fullmatch(text):
        return parse_day(text)
    year, month = int(text[:4]), int(text[5:])
    if not (year and 1 <= month <= _DECEMBER):
        raise NotADate(read=text, accepted="a month that the calendar has")
    return date(year, month, days_in_month(year, month))


def days_in_month(year: int, month: int) -> int:
    """The number of days of a month."""
    return calendar.monthrange(year, month)[1]


def format_day(day: date) -> str:
    """A day for people: `20 Nov 2027`.

    >>> format_day(date(2027, 11, 20))
    '20 Nov 2027'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
