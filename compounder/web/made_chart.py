"""Capsules made month by month as small bars, a drawing a strength, with the same as words and as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from compounder.domain.calendar import format_day
from compounder.services.capsules_made import MadeOfStrength, YearOfMaking
from compounder.web.tables import Row

SHOWN: Final = 5
"""So many strengths have a drawing of their own; with more, the rest share one."""
ALL: Final = "All strengths"
HIGH: Final = 40
"""A drawing's height; each month is ten wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The capsules of one month; `is_over`: the month is."""

    x: int
    y: int
    height: int
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A strength's bars. `alternative` says in words all that is drawn."""

    name: str
    total: str
    bars: tuple[Bar, ...]
    alternative: str


def made_chart(year: YearOfMaking) -> Mapping[str, Any]:
    """The drawings, what they are of, and their table; nothing drawn where nothing was made."""
    parts = _parts(year.strengths)
    names = [month_name(month) for month in year.months]
    whole = MadeOfStrength(ALL, _sums(year.strengths, len(names)))
    most = max((max(part.capsules) for part in parts), default=0)
    drawings = [_drawing(whole, names, max(whole.capsules)), *(_drawing(part, names, most) for part in parts)]
    shown = [*parts, whole]
    return {
        "drawings": drawings if most else [],
        "span": f"{names[0]} to {names[-1]}",
        "most": f"{most:,}",
        "columns": (("Month", "strong"), *((part.strength, "number") for part in shown)),
        "rows": [_row(name, number, shown) for number, name in reversed(list(enumerate(names)))],
    }


def month_name(month: date) -> str:
    """A month for people: `Nov 2026`."""
    return format_day(month).partition(" ")[2]


def _parts(strengths: Sequence[MadeOfStrength]) -> list[MadeOfStrength]:
    """The strengths of which most was made, the smallest first, and what was made of all others."""
    if len(strengths) <= SHOWN + 1:
        return list(strengths)
    ranked = sorted(strengths, key=lambda each: sum(each.capsules), reverse=True)
    others = MadeOfStrength("Others", _sums(ranked[SHOWN:], len(ranked[0].capsules)))
    return [*(each for each in strengths if each in ranked[:SHOWN]), others]


def _sums(strengths: Sequence[MadeOfStrength], months: int) -> tuple[int, ...]:
    return tuple(sum(each.capsules[month] for each in strengths) for month in range(months))


def _drawing(made: MadeOfStrength, names: Sequence[str], most: int) -> Drawing:
    said = (f"{name} {count:,}" for name, count in zip(names, made.capsules, strict=True))
    last = len(names) - 1
    return Drawing(
        name=made.strength,
        total=f"{sum(made.capsules):,}",
        bars=tuple(_bar(number, count, most, is_over=number < last) for number, count in enumerate(made.capsules)),
        alternative=f"{made.strength}, capsules made: {', '.join(said)} so far",
    )


def _bar(number: int, count: int, most: int, *, is_over: bool) -> Bar:
    """A bar; the least that was made can still be seen."""
    height = max(round(HIGH * count / most), 1) if count else 0
    return Bar(x=10 * number + 1, y=HIGH - height, height=height, is_over=is_over)


def _row(name: str, number: int, shown: Sequence[MadeOfStrength]) -> Row:
    return (name, *(f"{each.capsules[number]:,}" for each in shown))
