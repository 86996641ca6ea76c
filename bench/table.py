"""One way to tell what was measured: a figure beside its floor of the same run, their ratio, and the target."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from statistics import median, quantiles

Work = Callable[[], object]
UNITS = ((1, "s"), (1e-3, "ms"), (0, "µs"))
COLUMNS = f"{'figure':<46} {'measured':>11}   {'floor':<40} {'measured':>11} {'ratio':>9}   {'target':<9}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The most a figure may be: so many times its floor, or so many seconds."""

    times: float | None = None
    seconds: float | None = None

    def is_met(self, measured: float, floor: float) -> bool:
        """Whether the figure keeps to the target."""
        return measured <= (math.inf if self.seconds is None else self.seconds) and measured <= floor * (
            math.inf if self.times is None else self.times
        )

    def __str__(self) -> str:
        return f"≤ {self.times:g} ×" if self.seconds is None else f"≤ {amount(self.seconds, 's')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure and its floor, both in seconds or both in `unit`."""

    figure: str
    measured: float
    floor: str
    floor_measured: float
    target: Target | None = None
    unit: str = "s"

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if self.target.is_met(self.measured, self.floor_measured) else "missed"

    def __str__(self) -> str:
        ratio = f"{self.measured / self.floor_measured:.2f} ×"
        ours, theirs = amount(self.measured, self.unit), amount(self.floor_measured, self.unit)
        target = "-" if self.target is None else str(self.target)
        return f"{self.figure:<46} {ours:>11}   {self.floor:<40} {theirs:>11} {ratio:>9}   {target:<9} {self.verdict}"


def amount(measured: float, unit: str) -> str:
    """Three digits; seconds in the unit that reads well."""
    if unit == "s":
        size, unit = next((size, name) for size, name in UNITS if measured >= size)
        measured /= size or 1e-6
    return f"{measured:.0f} {unit}" if measured >= 100 else f"{measured:.3g} {unit}"


def interleaved(
    works: Mapping[str, Work], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, list[float]]:
    """The seconds each work took, round by round, all of them in every round, after one round to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for each in range(rounds + 1):
        for name, work in works.items():
            began = clock()
            work()
            if each:
                taken[name].append(clock() - began)
    return taken


def middle(taken: list[float]) -> float:
    """The median."""
    return median(taken)


def slowest(taken: list[float], percent: int) -> float:
    """The time that `percent` of a hundred did not exceed."""
    return quantiles(taken, n=100, method="inclusive")[percent - 1]


def rows_of(module: str, sizes: Sequence[int]) -> list[Row]:
    """What the module of this folder measured; a size makes it larger or smaller than usual."""
    return list(import_module(f"bench.{module}").rows(*sizes))
