"""Counts of the history: how many match, and how many there are by status, strength and month."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from compounder.database.schema import BatchTable
from compounder.database.search.filters import BatchFilter, values
from compounder.database.search.statements import POSITIONS, looked_up, matching
from compounder.database.search.streams import Stream, streams_for
from compounder.database.types import AnySelect, mass_of
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import MASS, format_dose

MOST_COUNTED: Final = 10_000
MOST_CHECKED: Final = 3_000

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
    """How many batches match, counted no further than a person reads: `214 batches`, `more than 10,000 batches`.

    Where each candidate must be looked at, the newest are, and the rest may hold more: `83 batches or more`.
    """
    found: set[int] = set()
    lowest = 0
    for stream in streams_for(connection, site, asked):
        names = {**values(site, asked), **looked_up(stream), "limit": MOST_COUNTED + 1, "passed": MOST_CHECKED}
        floor = connection.scalar(_floor(stream.walks), names) or 0 if _looks_at_each(asked, stream) else 0
        lowest = max(lowest, floor)
        statement = _numbers(asked.asks, stream.walks, len(stream.terms))
        found.update(connection.scalars(statement, {**names, "floor": floor}))
        if len(found) > MOST_COUNTED:
            return f"more than {MOST_COUNTED:,} batches"
    counted = "1 batch" if len(found) == 1 else f"{len(found):,} batches"
    return f"{counted} or more" if lowest else counted


def _looks_at_each(asked: BatchFilter, stream: Stream) -> bool:
    """Whether a stream's batches are candidates only, of which any number may fail another question."""
    return bool(stream.terms) or (stream.walks == "lot" and asked.asks != {"ingredient_lot"})


@lru_cache(maxsize=512)
def _numbers(asks: frozenset[str], walks: str, terms: int) -> AnySelect:
    position = POSITIONS[walks]
    return matching(asks, walks, terms, (position,)).where(position > bindparam("floor")).limit(bindparam("limit"))


@lru_cache(maxsize=8)
def _floor(walks: str) -> AnySelect:
    """The newest of a stream's batches that is not looked at."""
    position = POSITIONS[walks]
    candidates = matching(frozenset(), walks, 0, (position,)).order_by(position.desc())
    return candidates.offset(bindparam("passed")).limit(1)


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
