"""Counts of the history: how many match, and how many there are by status, strength and month."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, or_, select

from compounder.database.schema import BatchTable, CapsuleStockTable, WordTable
from compounder.database.search import past, prepared
from compounder.database.search.filters import BatchFilter, values
from compounder.database.search.statements import POSITIONS, looked_up, matching
from compounder.database.search.streams import Stream, spelled_out, streams_for
from compounder.database.types import AnySelect, mass_of
from compounder.database.words import BATCH, begins, range_named
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import MASS, format_dose

Names: TypeAlias = Mapping[str, Any]

MADE: Final = (BatchStatus.VERIFIED, BatchStatus.RELEASED)
"""Where a batch stands whose capsules count as made."""
HELD_BACK: Final = (BatchStatus.QUARANTINED, BatchStatus.RECALLED)
"""Where one stands whose capsules do if it was released before: a plan can be held back that nobody has made."""
MOST_COUNTED: Final = 10_000
MOST_CHECKED: Final = 3_000
MOST_WORDS: Final = 2 * MOST_COUNTED


def _stands(statuses: Sequence[BatchStatus]) -> ColumnElement[bool]:
    return or_(*(BatchTable.status == status.value for status in statuses))


_made_between = (
    BatchTable.site == bindparam("site"),
    BatchTable.compounded_on.between(bindparam("made_from"), bindparam("made_to")),
)
_standing = (
    select(WordTable.subject_id)
    .where(WordTable.site == bindparam("site"), WordTable.kind == BATCH, begins(WordTable.word, "word"))
    .limit(bindparam("words"))
    .subquery()
)
_STANDING: Final = select(func.count(), func.count(_standing.c.subject_id.distinct())).select_from(_standing)
_BY_STATUS: Final = select(BatchTable.status, func.count()).where(*_made_between).group_by(BatchTable.status)
_BY_STRENGTH: Final = (
    select(BatchTable.strength_ng, func.count())
    .where(*_made_between)
    .group_by(BatchTable.strength_ng)
    .order_by(BatchTable.strength_ng)
)
_was_released = exists().where(CapsuleStockTable.batch_id == BatchTable.id)
_MADE: Final = (
    select(BatchTable.strength_ng, func.sum(BatchTable.capsules))
    .where(*_made_between, or_(_stands(MADE), and_(_stands(HELD_BACK), _was_released)))
    .group_by(BatchTable.strength_ng)
)
_BY_DAY: Final = select(BatchTable.compounded_on, func.count()).where(*_made_between).group_by(BatchTable.compounded_on)


def count_text(connection: Connection, site: str, asked: BatchFilter) -> str:
    """How many batches match, counted no further than a person reads: `214 batches`, `more than 10,000 batches`.

    Where each candidate must be looked at, the newest are, and the rest may hold more: `83 batches or more`. So it is
    where more words begin as was asked than are worth reading.
    """
    streams = () if asked.past else streams_for(connection, site, asked)
    names = {**values(site, asked, asked.asks), "limit": MOST_COUNTED + 1, "passed": MOST_CHECKED}
    count, is_whole = _count(connection, asked, streams, names)
    if past.may_match(asked.asks) and count <= MOST_COUNTED:
        count += past.count(connection, asked, asked.asks, names)
    if count > MOST_COUNTED:
        return f"more than {MOST_COUNTED:,} batches"
    counted = "1 batch" if count == 1 else f"{count:,} batches"
    return counted if is_whole else f"{counted} or more"


def _count(connection: Connection, asked: BatchFilter, streams: Sequence[Stream], names: Names) -> tuple[int, bool]:
    """The batches that the streams find, each counted once, and whether these are all."""
    if asked.asks == {"words"} and [(stream.walks, stream.terms) for stream in streams] == [("beginning", ())]:
        beginning = range_named("word", str(streams[0].value))
        ((words, count),) = prepared.rows(connection, _STANDING, {**names, **beginning, "words": MOST_WORDS})
        return count, words < MOST_WORDS or count > MOST_COUNTED
    spelled = [each for stream in streams for each in spelled_out(connection, names["site"], stream)]
    lowest = [_lowest_checked(connection, asked, stream, names) for stream in spelled]
    return _found(connection, asked, spelled, lowest, names), not any(lowest)


def _found(
    connection: Connection, asked: BatchFilter, streams: Sequence[Stream], lowest: Sequence[int], names: Names
) -> int:
    found: set[int] = set()
    for stream, floor in zip(streams, lowest, strict=True):
        question = (asked.asks, stream.walks, len(stream.terms), floor > 0)
        values = {**names, **looked_up(stream), "floor": floor}
        if len(streams) == 1:
            return int(prepared.value(connection, _counting(*question), values))
        found.update(number for (number,) in prepared.rows(connection, _numbers(*question), values))
        if len(found) > MOST_COUNTED:
            break
    return len(found)


def _lowest_checked(connection: Connection, asked: BatchFilter, stream: Stream, names: Names) -> int:
    """The batch down to which a stream's candidates are looked at; 0 where they need not be, or are few."""
    if not _looks_at_each(asked, stream):
        return 0
    return prepared.value(connection, _floor(stream.walks), {**names, **looked_up(stream)}) or 0


def _looks_at_each(asked: BatchFilter, stream: Stream) -> bool:
    """Whether a stream's batches are candidates only, of which any number may fail another question."""
    return bool(stream.terms) or (stream.walks == "lot" and asked.asks != {"ingredient_lot"})


@lru_cache(maxsize=512)
def _numbers(asks: frozenset[str], walks: str, terms: int, has_floor: bool) -> AnySelect:  # noqa: FBT001 - as it varies
    position = POSITIONS[walks]
    statement = matching(asks, walks, terms, (position,)).limit(bindparam("limit"))
    return statement.where(position > bindparam("floor")) if has_floor else statement


@lru_cache(maxsize=512)
def _counting(asks: frozenset[str], walks: str, terms: int, has_floor: bool) -> AnySelect:  # noqa: FBT001 - as above
    return select(func.count()).select_from(_numbers(asks, walks, terms, has_floor).subquery())


@lru_cache(maxsize=8)
def _floor(walks: str) -> AnySelect:
    """The newest of a stream's batches that is not looked at."""
    position = POSITIONS[walks]
    candidates = matching(frozenset(), walks, 0, (position,)).order_by(position.desc())
    return candidates.offset(bindparam("passed")).limit(1)


def by_status(connection: Connection, site: str, made_from: date, made_to: date) -> Mapping[str, int]:
    """Batches made in a span of days, by where they stand; past ones stand nowhere else."""
    rows = prepared.rows(connection, _BY_STATUS, _span(site, made_from, made_to))
    return {**dict(rows), **dict(past.by_status(connection, site, made_from, made_to))}


def by_strength(connection: Connection, site: str, made_from: date, made_to: date) -> Mapping[str, int]:
    """Batches made in a span of days, by strength, the smallest first."""
    counts: Counter[int] = Counter(dict(prepared.rows(connection, _BY_STRENGTH, _span(site, made_from, made_to))))
    counts.update(dict(past.by_strength(connection, site, made_from, made_to)))
    return {_strength_text(strength): counts[strength] for strength in sorted(counts)}


@lru_cache(maxsize=1_024)
def _strength_text(strength_ng: int) -> str:
    return format_dose(mass_of(strength_ng), MASS)


def capsules_made(connection: Connection, site: str, made_from: date, made_to: date) -> Mapping[int, int]:
    """Capsules made in a span of days, by strength in nanograms, the smallest first."""
    rows = prepared.rows(connection, _MADE, _span(site, made_from, made_to))
    return {strength_ng: int(capsules) for strength_ng, capsules in sorted(rows)}


def by_month(connection: Connection, site: str, made_from: date, made_to: date) -> Mapping[str, int]:
    """Batches made in a span of days, by month such as `2026-11`, the newest first."""
    months: Counter[date] = Counter()
    days = prepared.rows(connection, _BY_DAY, _span(site, made_from, made_to))
    for day, count in chain(days, past.by_day(connection, site, made_from, made_to)):
        months[day.replace(day=1)] += count
    return {f"{month:%Y-%m}": months[month] for month in sorted(months, reverse=True)}


def _span(site: str, made_from: date, made_to: date) -> dict[str, object]:
    return {"site": site, "made_from": made_from, "made_to": made_to}
