"""A control chart as finished words at finished places, for the template to put there."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a line or a point is."""

    WITHIN = "within"
    WINDOW = "window"
    LIMIT = "limit"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLine:
    """A level with its figure and word in the gutter, moved apart from its neighbours."""

    kind: Kind
    y: str
    figure: str  # "132.0"
    word: str  # "window"
    label_y: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPoint:
    """One figure. `label` is empty within the limits."""

    kind: Kind
    x: str
    y: str
    label: str = ""  # "7: 134.2"
    label_x: str = ""
    label_y: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Levels, points, and the path that joins these."""

    head: str
    head_y: str
    lines: tuple[PlacedLine, ...]
    path: str
    points: tuple[PlacedPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    x: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A line under the chart: its mark, where it has one, and its words."""

    kind: Kind
    y: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartDrawing:
    """A control chart, ready to be placed. `alternative` says in words all that is drawn."""

    width: str
    height: str
    line_to: str  # where levels end
    labels_at: str  # where the gutter's words begin
    ticks_y: str
    ends_y: str
    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]
    first: str  # "261121A001K"; empty where the ticks are names enough
    last: str
    key: tuple[KeyLine, ...]
    alternative: str
