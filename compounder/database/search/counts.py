"""Counts of the history: how many match, and how many there are by status, strength and month."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from compounder.database.schema import BatchTable
from compounder.database.search.filters import BatchFilter, values
from compounder.database.search.statements import POSITIONS, looked_up, matching
from compounder.database.search.streams import Stream, streams_for
from compounder.database.types import AnySelect, mass_of
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import MASS, format_dose

MOST_COUNTED: Final = 10_000

_made_between = (
    BatchTable.site == bindparam("site"),
    BatchTable.compounded_on.between(bindparam("made_from"), bindparam("made_to")),
)
_BY_STATUS: Final = select(BatchTable.status, func.count()).where(*_made_between).group_by(BatchTable.status)
_BY_STRENGTH: Final = (
    select(BatchTable.strength_ng, func.count())
    .where(*_made_between)
    .group_by(BatchTable.strength_ng)
    .order_by(BatchTable.strength_ng)
)
_BY_DAY: Final = select(BatchTable.compounded_on, func.count()).where(*_made_between).group_by(BatchTable.compounded_on)


def count_text(connection: Connection, site: str, asked: BatchFilter) -> str:
    """How many batches match, counted no further than a person reads: `214 batches`, `more than 10,000 batches`."""
    streams = streams_for(connection, site, asked)
    names = {**values(site, asked), "limit": MOST_COUNTED + 1}
    if len(streams) == 1:
        walks, terms = streams[0].walks, len(streams[0].terms)
        count = connection.scalar(_counting(asked.asks, walks, terms), names | looked_up(streams[0])) or 0
    else:
        count = _counted_together(connection, asked, streams, names)
    if count > MOST_COUNTED:
        return f"more than {MOST_COUNTED:,} batches"
    return "1 batch" if count == 1 else f"{count:,} batches"


def _counted_together(
    connection: Connection, asked: BatchFilter, streams: Sequence[Stream], names: Mapping[str, Any]
) -> int:
    """The batches that any of the streams finds, each counted once."""
    found: set[int] = set()
    for stream in streams:
        if len(found) <= MOST_COUNTED:
            statement = _walking(asked.asks, stream.walks, len(stream.terms))
            found.update(connection.scalars(statement, {**names, **looked_up(stream)}))
    return len(found)


@lru_cache(maxsize=512)
def _walking(asks: frozenset[str], walks: str, terms: int) -> AnySelect:
    return matching(asks, walks, terms, (POSITIONS[walks],)).limit(bindparam("limit"))


@lru_cache(maxsize=512)
def _counting(asks: frozenset[str], walks: str, terms: int) -> AnySelect:
    return select(func.count()).select_from(_walking(asks, walks, terms).subquery())


def by_status(connection: Connection, site: str, made_from: date, made_to: date) -> Mapping[BatchStatus, int]:
    """Batches made in a span of days, by where they stand."""
    rows = connection.execute(_BY_STATUS, _span(site, made_from, made_to))
    return {BatchStatus(status): count for status, count in rows}


def by_strength(connection: Connection, site: str, made_from: date, made_to: date) -> Mapping[str, int]:
    """Batches made in a span of days, by strength, the smallest first."""
    rows = connection.execute(_BY_STRENGTH, _span(site, made_from, made_to))
    return {format_dose(mass_of(strength), MASS): count for strength, count in rows}


def by_month(connection: Connection, site: str, made_from: date, made_to: date) -> Mapping[str, int]:
    """Batches made in a span of days, by month such as `2026-11`, the newest first."""
    months: dict[str, int] = {}
    for day, count in connection.execute(_BY_DAY, _span(site, made_from, made_to)):
        months[f"{day:%Y-%m}"] = months.get(f"{day:%Y-%m}", 0) + count
    return dict(sorted(months.items(), reverse=True))


def _span(site: str, made_from: date, made_to: date) -> dict[str, object]:
    return {"site": site, "made_from": made_from, "made_to": made_to}
