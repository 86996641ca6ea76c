"""Where everything on a control chart lies: single figures above, moving ranges below, words in the gutter."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from compounder.domain.quality.control_chart import SETTLED
from compounder.printing.chart_drawing import ChartDrawing, KeyLine, Kind, Panel, PlacedLine, PlacedPoint, Tick
from compounder.printing.chart_scale import Scale, ordinals_shown, spread_labels
from compounder.printing.chart_words import Subject, in_words

_LEFT, _GUTTER = Decimal(12), Decimal(98)
_HEAD, _MAIN = Decimal(12), (Decimal(40), Decimal(190))
_RANGES_HEAD, _RANGES = Decimal(226), (Decimal(238), Decimal(282))
_TICKS, _LINE = Decimal(301), Decimal(16)
_LETTER, _ABOVE, _BELOW = Decimal("3.5"), Decimal(-9), Decimal(17)
_MOST_LABELLED = 3


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of the chart, with its words."""

    kind: Kind
    at: Decimal
    figure: str
    word: str


def drawn(subject: Subject, width: Decimal) -> ChartDrawing:
    """The chart of this subject, `width` units across."""
    across = Scale(low=Decimal(1), high=Decimal(len(subject.names)), start=_LEFT + 6, end=width - _GUTTER - 8)
    ends = _TICKS + _LINE if subject.first else _TICKS
    key = _key(subject, ends + _LINE + 6)
    return ChartDrawing(
        width=_at(width),
        height=_at(ends + len(key) * _LINE + 14),
        line_to=_at(width - _GUTTER),
        labels_at=_at(width - _GUTTER + 10),
        ticks_y=_at(_TICKS),
        ends_y=_at(ends),
        panels=(_figures(subject, across), _ranges(subject, across)),
        ticks=tuple(Tick(x=_at(across.place(Decimal(n))), text=str(n)) for n in ordinals_shown(across)),
        first=subject.first,
        last=subject.last,
        key=key,
        alternative=in_words(subject),
    )


def _figures(subject: Subject, across: Scale) -> Panel:
    chart, levels = subject.chart, _levels(subject)
    down = Scale.around([*chart.figures, *(level.at for level in levels)], *_MAIN)
    kinds = [subject.kind_of(number) for number in range(1, len(chart.figures) + 1)]
    is_few = sum(kind is not Kind.WITHIN for kind in kinds) <= _MOST_LABELLED
    labels = [f"{n}: {subject.figure(each)}" if is_few else str(n) for n, each in enumerate(chart.figures, start=1)]
    places = [(across.place(Decimal(n)), down.place(figure)) for n, figure in enumerate(chart.figures, start=1)]
    middle = down.place(chart.centre)
    points = (
        _labelled(kind, place, label, middle, across) for kind, place, label in zip(kinds, places, labels, strict=True)
    )
    return Panel(
        head=subject.head,
        head_y=_at(_HEAD),
        lines=_placed_lines(levels, down),
        path=_path(places),
        points=tuple(points),
    )


def _levels(subject: Subject) -> list[_Level]:
    chart = subject.chart
    found = [_Level(Kind.WINDOW, edge, figure, subject.bound) for edge, figure in subject.edges]
    found += [_Level(Kind.LIMIT, chart.upper, subject.figure(chart.upper), "control")]
    found += [_Level(Kind.MEAN, chart.centre, subject.figure(chart.centre), "mean")]
    if chart.lower >= 0:
        found.append(_Level(Kind.LIMIT, chart.lower, subject.figure(chart.lower), "control"))
    return found


def _ranges(subject: Subject, across: Scale) -> Panel:
    chart = subject.chart
    levels = [
        _Level(Kind.LIMIT, chart.upper_range, subject.figure(chart.upper_range), "control"),
        _Level(Kind.MEAN, chart.mean_moving_range, subject.figure(chart.mean_moving_range), "mean"),
    ]
    down = Scale.around([Decimal(0), *chart.moving_ranges, chart.upper_range], *_RANGES)
    places = [(across.place(Decimal(n)), down.place(figure)) for n, figure in enumerate(chart.moving_ranges, start=2)]
    outside = [Kind.LIMIT if n in chart.ranges_outside else Kind.WITHIN for n in range(1, len(places) + 1)]
    return Panel(
        head=subject.ranges_head,
        head_y=_at(_RANGES_HEAD),
        lines=_placed_lines(levels, down),
        path=_path(places),
        points=tuple(PlacedPoint(kind=kind, x=_at(x), y=_at(y)) for kind, (x, y) in zip(outside, places, strict=True)),
    )


def _placed_lines(levels: Sequence[_Level], down: Scale) -> tuple[PlacedLine, ...]:
    """The levels from the top down; the sort keeps equal ones in their sequence."""
    ordered = sorted(levels, key=lambda level: down.place(level.at))
    heights = spread_labels([down.place(level.at) for level in ordered])
    return tuple(
        PlacedLine(
            kind=level.kind,
            y=_at(down.place(level.at)),
            figure=level.figure,
            word=level.word,
            label_y=_at(height + 4),
        )
        for level, height in zip(ordered, heights, strict=True)
    )


def _labelled(kind: Kind, place: tuple[Decimal, Decimal], label: str, middle: Decimal, across: Scale) -> PlacedPoint:
    """A point; outside the limits with its label, on the side away from the mean and clear of both edges."""
    x, y = place
    if kind is Kind.WITHIN:
        return PlacedPoint(kind=kind, x=_at(x), y=_at(y))
    half = len(label) * _LETTER
    clear = min(max(x, half), across.end + 8 - half)
    label_y = y + (_ABOVE if y <= middle else _BELOW)
    return PlacedPoint(kind=kind, x=_at(x), y=_at(y), label=label, label_x=_at(clear), label_y=_at(label_y))


def _path(places: Sequence[tuple[Decimal, Decimal]]) -> str:
    return " ".join(f"{_at(x)},{_at(y)}" for x, y in places)


def _at(place: Decimal) -> str:
    return f"{place:.1f}"


def _key(subject: Subject, top: Decimal) -> tuple[KeyLine, ...]:
    """What the marks mean that were drawn, and how far the limits can be trusted."""
    found = {subject.kind_of(number) for number in range(1, len(subject.names) + 1)}
    key = []
    if Kind.WINDOW in found:
        key.append((Kind.WINDOW, f"Outside the {subject.bound}: fails its rule"))
    if Kind.LIMIT in found or subject.chart.ranges_outside:
        key.append((Kind.LIMIT, "Outside the control limits: look for a cause"))
    if not key:
        key.append((Kind.WITHIN, "All within the limits"))
    if subject.chart.is_provisional:
        key.append((Kind.WITHIN, f"Control limits from {len(subject.names)} figures, provisional below {SETTLED}"))
    return tuple(KeyLine(kind=kind, y=_at(top + index * _LINE), words=words) for index, (kind, words) in enumerate(key))
