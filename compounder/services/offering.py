"""What a balance's program sends is read here once more, line by line, and offered to whoever weighs on that balance.

The figure is the one that this server reads in the line; what else a program says of it counts for nothing.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from compounder.database import offered_readings
from compounder.database.engine import Connection
from compounder.domain.errors import NotAccepted
from compounder.domain.record.offered import NotOfferedAnyMore, OfAnotherBalance, OfferedReading, ReadingSent, Sent
from compounder.domain.units import Reading
from compounder.instruments.errors import LineRefused
from compounder.instruments.protocols import PARSERS
from compounder.services.workspace import balance_named


def offer(
    connection: Connection, site: str, balance: str, received: ReadingSent, *, by: str, at: datetime
) -> OfferedReading:
    """The reading, offered from now on; one that was sent twice is offered once, and none after a later one. A balance
    that sends the same line again and again goes on offering one reading, so that it can be taken meanwhile; and none
    of it after something was weighed there, until the balance has moved or shows something else.

    Refuses with `NoSuchBalance`, `NotAccepted` another protocol, and with `LineRefused` what is no stable reading.
    """
    balance_named(connection, site, balance)
    moment = at - timedelta(milliseconds=received.milliseconds_ago)
    offered = OfferedReading(
        offer_id=received.key,
        balance=balance,
        reading=_read(received),
        sent=Sent(line=received.line, protocol=received.protocol, at=moment, by=by),
        is_used=False,
    )
    before = _newest(connection, site, balance)
    if before is None:
        offered_readings.keep(connection, site, offered)
    elif before.offer_id != received.key and before.sent.at <= moment:
        _follow(connection, site, before, offered, has_moved=received.has_moved)
    return offered


def _follow(
    connection: Connection, site: str, before: OfferedReading, offered: OfferedReading, *, has_moved: bool
) -> None:
    """Keep a reading after the one before it; not where what was weighed lies on the balance still."""
    stands_on = before.sent.line == offered.sent.line
    if before.is_used and stands_on and not has_moved:
        return
    kept = replace(offered, offer_id=before.offer_id) if stands_on and not before.is_used else offered
    offered_readings.keep(connection, site, kept)


def _read(received: ReadingSent) -> Reading:
    parse = PARSERS.get(received.protocol)
    if parse is None:
        raise NotAccepted(read=received.protocol, accepted=" or ".join(PARSERS)).at("/protocol")
    try:
        return parse(received.line).reading
    except LineRefused as refusal:
        raise refusal.at("/line") from None


def _newest(connection: Connection, site: str, balance: str) -> OfferedReading | None:
    found = offered_readings.of_site(connection, site)
    return next((each for each in found if each.balance == balance), None)


def newest_of(connection: Connection, site: str, balance: str, at: datetime) -> OfferedReading | None:
    """What a balance offers to whoever weighs on it; None where it sent nothing that may still be taken."""
    return next((each for each in offered_now(connection, site, at, since=None) if each.balance == balance), None)


def offered_now(
    connection: Connection, site: str, at: datetime, *, since: datetime | None
) -> tuple[OfferedReading, ...]:
    """What the site's balances offer to a weighing that is possible `since` then: not used, and not too old."""
    return tuple(each for each in offered_readings.of_site(connection, site) if each.is_open(at, since))


def require_offered(offered: Iterable[OfferedReading], offer_id: str, balance: str) -> OfferedReading:
    """The reading of that id; refuses with `NotOfferedAnyMore`, and with `OfAnotherBalance` where another is chosen."""
    found = next((each for each in offered if each.offer_id == offer_id), None)
    if found is None:
        raise NotOfferedAnyMore(balance=balance)
    if found.balance != balance:
        raise OfAnotherBalance(chosen=balance, sent_by=found.balance)
    return found
