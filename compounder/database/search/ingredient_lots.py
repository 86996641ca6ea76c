"""The list of ingredient lots: those that expire first on top, found by substance, status, lot number or words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Date, and_, bindparam, exists, or_, select, tuple_

from compounder.database.schema import LotTable, WordTable
from compounder.database.search import prepared
from compounder.database.types import AnySelect, mass_of, row_id
from compounder.database.words import LOT, begins, range_named, words_of
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import Mass

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFilter:
    """Which lots; what is None or empty is not asked. Every one of `words` stands in the lot, or its beginning does.

    A lot is usable on the day of its expiry and expired on every later one; a rejected one is that whatever the day.
    """

    substance: str = ""
    status: LotStatus | None = None
    lot_number: str = ""
    usable_on: date | None = None
    expired_on: date | None = None
    words: str = ""


class LotRow(NamedTuple):
    """What a line of the list shows."""

    lot_id: str
    substance: str
    grade: str
    maker: str
    lot_number: str
    received_on: date
    expires_on: date
    status: LotStatus
    on_hand: Mass
    free: Mass


@dataclass(frozen=True, slots=True)
class LotPage:
    """A page of lots; `next_cursor` is None on the last."""

    rows: tuple[LotRow, ...]
    next_cursor: str | None


_CONDITIONS: Final = {
    "substance": LotTable.substance == bindparam("substance"),
    "status": LotTable.status == bindparam("status"),
    "lot_number": begins(LotTable.lot_number, "lot_number"),
    "usable_on": LotTable.expires_on >= bindparam("usable_on"),
    "expired_on": and_(LotTable.expires_on < bindparam("expired_on"), LotTable.status != LotStatus.REJECTED.value),
}
LISTED_COLUMNS: Final = (
    LotTable.substance,
    LotTable.grade,
    LotTable.maker,
    LotTable.lot_number,
    LotTable.received_on,
    LotTable.expires_on,
    LotTable.status,
    LotTable.on_hand_ng,
    LotTable.reserved_ng,
)
_LISTED: Final = select(LotTable.id, *LISTED_COLUMNS).where(LotTable.site == bindparam("site"))
_EXPIRING: Final = (
    _LISTED.where(
        LotTable.expires_on.between(bindparam("today"), bindparam("last_day")),
        or_(*(LotTable.status == status.value for status in (LotStatus.IN_USE, LotStatus.QUARANTINED))),
        LotTable.on_hand_ng > 0,
    )
    .order_by(LotTable.expires_on, LotTable.id)
    .limit(bindparam("limit"))
)
_FIRST_DAY: Final = date.min


def search_lots(
    connection: Connection, site: str, asked: LotFilter, *, after: str | None = None, limit: int = PAGE
) -> LotPage:
    """A page of matching lots, the earliest expiry first; `after` continues behind a cursor."""
    terms = sorted(words_of([asked.words]))
    names = {"site": site, "limit": limit + 1, **_values(asked), **_word_values(terms), **_position(after)}
    rows = [_row(*row) for row in prepared.rows(connection, _statement(_asks(asked), len(terms)), names)]
    shown = tuple(rows[:limit])
    return LotPage(shown, _cursor(shown[-1]) if len(rows) > limit else None)


def expiring_lots(
    connection: Connection, site: str, today: date, days: int, *, limit: int = PAGE
) -> tuple[LotRow, ...]:
    """Lots of which something is here, in use or to be, that expire today or in the next `days`, the earliest first."""
    names = {"site": site, "today": today, "last_day": today + timedelta(days=days), "limit": limit}
    return tuple(_row(*row) for row in prepared.rows(connection, _EXPIRING, names))


@lru_cache(maxsize=64)
def _statement(asks: frozenset[str], terms: int) -> AnySelect:
    position = tuple_(LotTable.expires_on, LotTable.id)
    return (
        _LISTED.where(*(_CONDITIONS[name] for name in sorted(asks)), *(_has_word(index) for index in range(terms)))
        .where(position > tuple_(bindparam("last_expiry", type_=Date()), bindparam("last_id")))
        .order_by(LotTable.expires_on, LotTable.id)
        .limit(bindparam("limit"))
    )


def _has_word(index: int) -> ColumnElement[bool]:
    return exists().where(
        WordTable.kind == LOT,
        WordTable.subject_id == LotTable.id,
        begins(WordTable.word, f"word_{index}"),
    )


def _asks(asked: LotFilter) -> frozenset[str]:
    return frozenset(name for name in _CONDITIONS if getattr(asked, name) not in (None, ""))


def _values(asked: LotFilter) -> dict[str, Any]:
    found = {name: getattr(asked, name) for name in _asks(asked)}
    if asked.lot_number:
        found |= range_named("lot_number", asked.lot_number)
    return found


def _word_values(terms: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, term in enumerate(terms):
        found |= range_named(f"word_{index}", term)
    return found


def _position(cursor: str | None) -> dict[str, Any]:
    """Where the page before ended: a cursor is a day and an id, `2028-06-30 12`."""
    day, _, lot_id = (cursor or "").partition(" ")
    try:
        return {"last_expiry": date.fromisoformat(day), "last_id": row_id(lot_id)}
    except ValueError:
        return {"last_expiry": _FIRST_DAY, "last_id": 0}


def _cursor(row: LotRow) -> str:
    return f"{row.expires_on.isoformat()} {row.lot_id}"


def _row(lot_id: int, *facts: Any) -> LotRow:
    """A line of the list from columns in its order."""
    *shown, status, on_hand_ng, reserved_ng = facts
    stock = (mass_of(on_hand_ng), mass_of(on_hand_ng - reserved_ng))
    return LotRow._make((str(lot_id), *shown, LotStatus(status), *stock))
