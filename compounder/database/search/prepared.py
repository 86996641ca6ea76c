"""Statements as the driver takes them: written once with `select()`, compiled once, sent without another layer.

Sending a statement through SQLAlchemy takes longer than the database takes to answer it from an index. So its compiler
is kept, with its types, and the driver's own cursor asks, in the transaction that is already open.

What never changes is written into the text, and so are the site and a `WRITTEN_LIMIT`, of which there are few:
PostgreSQL keeps a plan only if it knows how few rows are wanted, and planning anew takes longer than a page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    bindparam,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.visitors import replacement_traverse

from compounder.database.types import AnySelect

Question: TypeAlias = AnySelect | CompoundSelect[*tuple[Any, ...]]
Rows: TypeAlias = Iterable[tuple[Any, ...]]
Change: TypeAlias = Callable[[Any], Any]
WRITTEN_LIMIT: Final[BindParameter[int]] = bindparam("written_limit")
"""The limit, for statements whose best plan is the same whatever else is asked: not where a value may be rare."""
_NAMED: Final[Dialect] = sqlite.dialect(paramstyle="named")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement's text; the values it always has; how values that the driver does not know go in and come out."""

    sql: str
    constants: Mapping[str, Any]
    going_in: tuple[tuple[str, Change], ...]
    coming_out: tuple[tuple[int, Change], ...]


def rows(connection: Connection, statement: Question, names: Mapping[str, Any]) -> Rows:
    """The rows that answer a statement, as plain tuples of the types that its columns have."""
    prepared = _prepared(statement, connection.dialect, names.get("site"), names.get("limit"))
    found = _asked(connection, prepared, names).fetchall()
    return _changed(found, prepared.coming_out) if prepared.coming_out else found


def both(connection: Connection, one: AnySelect, other: AnySelect, names: Mapping[str, Any]) -> Rows:
    """The rows of one statement, then of the other, whose columns are the same. The way to a server and back is gone
    once for both; SQLite, to which there is none, is quicker asked twice."""
    if connection.dialect.name == "sqlite":
        return chain(rows(connection, one, names), rows(connection, other, names))
    return rows(connection, _joined(one, other), names)


def value(connection: Connection, statement: Question, names: Mapping[str, Any]) -> Any:
    """The first value that answers a statement of one column that needs no change; None if nothing does."""
    prepared = _prepared(statement, connection.dialect, names.get("site"), names.get("limit"))
    found = _asked(connection, prepared, names).fetchone()
    return found and found[0]


def _asked(connection: Connection, prepared: Prepared, names: Mapping[str, Any]) -> Any:
    """The driver's cursor, with the statement sent."""
    asked = {**prepared.constants, **names}
    for name, change in prepared.going_in:
        asked[name] = change(asked[name])
    driver: Any = connection.connection.driver_connection
    return driver.execute(prepared.sql, asked)


def _changed(found: Rows, changes: Iterable[tuple[int, Change]]) -> Rows:
    """The rows with some columns changed."""
    for row in found:
        values = list(row)
        for index, change in changes:
            values[index] = change(values[index])
        yield tuple(values)


@lru_cache(maxsize=1_024)
def _joined(one: AnySelect, other: AnySelect) -> Question:
    return select(one.subquery()).union_all(select(other.subquery()))


@lru_cache(maxsize=1_024)
def _prepared(statement: Question, dialect: Dialect, site: str | None, limit: int | None) -> Prepared:
    """The statement in a dialect; both take values by name."""
    spoken = _NAMED if dialect.name == "sqlite" else dialect
    written = cast("Question", replacement_traverse(statement, {}, partial(_written, site, limit)))
    compiled = written.compile(dialect=spoken)
    bound = ((name, value.type.dialect_impl(spoken)) for name, value in compiled.binds.items())
    going_in = ((name, kind.bind_processor(spoken)) for name, kind in bound)
    columns = enumerate(column.type.dialect_impl(spoken) for column in statement.selected_columns)
    coming_out = ((index, kind.result_processor(spoken, None)) for index, kind in columns)
    return Prepared(
        sql=str(compiled),
        constants={name: value for name, value in compiled.params.items() if value is not None},
        going_in=tuple((name, change) for name, change in going_in if change),
        coming_out=tuple((index, change) for index, change in coming_out if change),
    )


def _written(site: str | None, limit: int | None, part: object, **_: object) -> ColumnElement[Any] | None:
    """What stands in a statement for a value that is known beforehand; None leaves any other part as it is."""
    if not isinstance(part, BindParameter):
        return None
    if part.key == WRITTEN_LIMIT.key:
        return literal_column(str(limit))
    known = literal(site, part.type) if part.key == "site" else part
    if known.required:
        return None
    return literal_column(str(known.compile(compile_kwargs={"literal_binds": True})))
