"""What a control chart shows, and the words around it: for who looks, and all of it for who cannot see it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise

from compounder.domain.quality.control_chart import ControlChart
from compounder.domain.wording import with_capital
from compounder.printing.chart_drawing import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A chart with the words around it. `least` and `most` are the window that decides, where there is one."""

    chart: ControlChart
    head: str
    ranges_head: str
    each: str  # "Capsule"
    names: tuple[str, ...]
    least: Decimal | None
    most: Decimal | None
    bound: str  # what that window is called
    told: Callable[[Decimal, str], str]  # the figure, rounded so
    unit: str
    first: str = ""
    last: str = ""

    def figure(self, share: Decimal) -> str:
        return self.told(share, ROUND_HALF_UP)

    @property
    def edges(self) -> list[tuple[Decimal, str]]:
        """The window, rounded inwards: what meets the printed figure meets the exact one."""
        found = [] if self.least is None else [(self.least, self.told(self.least, ROUND_CEILING))]
        return found if self.most is None else [*found, (self.most, self.told(self.most, ROUND_FLOOR))]

    def kind_of(self, number: int) -> Kind:
        figure = self.chart.figures[number - 1]
        if (self.least is not None and figure < self.least) or (self.most is not None and figure > self.most):
            return Kind.WINDOW
        return Kind.LIMIT if number in self.chart.outside else Kind.WITHIN


def in_words(subject: Subject) -> str:
    """The whole chart for who cannot see it."""
    chart, unit, figure = subject.chart, subject.unit, subject.figure
    lower = f"{figure(chart.lower)} " if chart.lower >= 0 else ""
    edges = " to ".join(text for _, text in subject.edges)
    parts = [
        f"Control chart. {subject.head}: {', '.join(figure(each) for each in chart.figures)}.",
        f"Mean {figure(chart.centre)} {unit}.",
        f"Control limits {lower}to {figure(chart.upper)} {unit}.",
        *([f"{with_capital(subject.bound)} {edges} {unit}."] if edges else []),
    ]
    return " ".join([*parts, *_outside_in_words(subject)])


def _outside_in_words(subject: Subject) -> Iterator[str]:
    where = {Kind.WINDOW: subject.bound, Kind.LIMIT: "control limits"}
    for number, (name, each) in enumerate(zip(subject.names, subject.chart.figures, strict=True), start=1):
        kind = subject.kind_of(number)
        if kind in where:
            yield f"{subject.each} {name}, {subject.figure(each)} {subject.unit}, is outside the {where[kind]}."
    for number, (before, after) in enumerate(pairwise(subject.names), start=1):
        if number in subject.chart.ranges_outside:
            yield f"{subject.each} {before} to {after}: the change is outside its control limit."
