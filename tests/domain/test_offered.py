"""What a balance sends by itself: how it is sent, and for how long it is offered."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from compounder.domain.record.offered import NotOfferedAnyMore, OfAnotherBalance, OfferedReading, ReadingSent, Sent
from compounder.domain.units import READING, parse_quantity
from tests.domain.records import AT
from tests.domain.refused import refused

SENT = ReadingSent(key="key-of_reading-000001A", protocol="mt-sics", line="S S 158.3 mg", milliseconds_ago=0)
KEY = "22 letters and digits, new for each reading, is accepted."


def after(**time: int) -> datetime:
    return AT + timedelta(**time)


@pytest.mark.parametrize(
    "changes", [{"line": "x" * 80}, {"line": ""}, {"milliseconds_ago": 120_000}, {"key": "Aa0-_" * 4 + "zZ"}]
)
def test_a_reading_is_sent_with_its_line_and_how_long_ago(changes: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"key": SENT.key, "protocol": "mt-sics", "line": SENT.line, "milliseconds_ago": 0}
    sent = ReadingSent(**(usual | changes))
    assert [getattr(sent, name) for name in changes] == list(changes.values())


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"key": "x" * 21}, ("key", f'"{"x" * 21}" was read; {KEY}')),
        ({"key": "x" * 23}, ("key", f'"{"x" * 23}" was read; {KEY}')),
        ({"key": "x" * 21 + "ä"}, ("key", f'"{"x" * 21}ä" was read; {KEY}')),
        ({"line": "x" * 81}, ("line", f'"{"x" * 40}…" was read; a line of at most 80 letters is accepted.')),
        ({"milliseconds_ago": -1}, ("milliseconds_ago", "-1 was read; 0 to 120,000 is accepted.")),
        ({"milliseconds_ago": 120_001}, ("milliseconds_ago", "120,001 was read; 0 to 120,000 is accepted.")),
    ],
)
def test_what_no_balance_sends_is_refused_at_its_field(changes: dict[str, Any], found: tuple[str, str]) -> None:
    assert refused(SENT, **changes) == found


@pytest.mark.parametrize(
    ("at", "since", "is_used", "is_open"),
    [
        (after(), None, False, True),
        (after(minutes=2), None, False, True),
        (after(minutes=2, milliseconds=1), None, False, False),
        (after(), None, True, False),
        (after(minutes=1), after(), False, True),
        (after(minutes=1), after(milliseconds=1), False, False),
    ],
)
def test_a_reading_is_offered_once_for_two_minutes_to_what_was_possible_when_it_came(
    at: datetime, since: datetime | None, is_used: bool, is_open: bool
) -> None:
    sent = Sent(line=SENT.line, protocol="mt-sics", at=AT, by="Tom Weber")
    reading = parse_quantity("158.3 mg", READING)
    offer = OfferedReading(offer_id=SENT.key, balance="B1", reading=reading, sent=sent, is_used=is_used)
    assert offer.is_open(at, since) is is_open


def test_a_reading_that_is_past_or_another_balances_is_told_at_its_field() -> None:
    past, other = NotOfferedAnyMore(balance="B1"), OfAnotherBalance(chosen="B2", sent_by="B1")
    assert [(each.field_name, str(each)) for each in (past, other)] == [
        ("reading", "That reading of B1 was used, or is past; nothing was stored. Look what it shows now."),
        ("balance", "B1 sent this reading, and B2 is chosen; choose the balance that is used."),
    ]
