"""What a run comes to: a table by kind and one by field, what still passes with an example of each, and one line."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.slips.papers import Met

MET = (Met.REFUSED, Met.STOP, Met.DECIDE, Met.CAUTION, Met.PASSED)
COLUMNS = ("drawn", "moved", "refused", "stop", "decide", "caution", "pass", "both")
HEAD = f"{'':<50}" + "".join(f"{name:>9}" for name in COLUMNS)


@dataclass(frozen=True)
class Line:
    """One slip: what it was, whether it moves a dose, what it met alone and at which step, and whether it passed both
    people."""

    kind: str
    where: str
    told: str
    is_moving: bool
    is_power: bool = False
    met: Met = Met.PASSED
    step: str = ""
    passes_both: bool = False


@dataclass(frozen=True)
class Run:
    """Every slip, and what right orders met, by what was said; empty where nothing was."""

    lines: Sequence[Line]
    right: Sequence[str]

    @property
    def moving(self) -> list[Line]:
        return [line for line in self.lines if line.is_moving]

    @property
    def powers(self) -> list[Line]:
        return [line for line in self.moving if line.is_power]

    @property
    def last_line(self) -> str:
        alone = _caught(self.moving, lambda line: line.met is not Met.PASSED)
        second = _caught(self.moving, lambda line: not line.passes_both)
        powers = _caught(self.powers, lambda line: line.met is not Met.PASSED)
        alarms = sum(bool(said) for said in self.right) / max(len(self.right), 1)
        return (
            f"caught alone {alone} %, with second entry {second} %, powers of ten {powers} %, "
            f"false alarms {100 * alarms:.2f} %"
        )


def _caught(lines: Sequence[Line], is_caught: Callable[[Line], bool]) -> str:
    """The share in per cent, never rounded up to all of them."""
    caught = sum(map(is_caught, lines))
    return "100" if caught == len(lines) else f"{int(10_000 * caught / len(lines)) / 100:.2f}"


def report(run: Run) -> Iterator[str]:
    """The whole report, line by line."""
    yield from _table("kind of slip", run.lines, lambda line: line.kind)
    yield from _table("field or weighing", run.lines, lambda line: line.where)
    yield from _steps(run.moving)
    yield from _passing("passes one person", [line for line in run.moving if line.met is Met.PASSED])
    yield from _passing("passes both", [line for line in run.moving if line.passes_both])
    yield f"{len(run.powers):,} of the moving slips are a power of ten; {len(run.right):,} right orders were tried."
    for said, times in Counter(filter(None, run.right)).most_common():
        yield f"  false alarm, {times:,} times: {said}"
    yield run.last_line


def _table(title: str, lines: Iterable[Line], by: Callable[[Line], str]) -> Iterator[str]:
    """A row for each, and all of them together."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[by(line)].append(line)
    yield title.upper() + HEAD[len(title) :]
    for name in sorted(groups):
        yield _row(name, groups[name])
    yield _row("all", [line for group in groups.values() for line in group])
    yield ""


def _row(name: str, lines: Sequence[Line]) -> str:
    moving = [line for line in lines if line.is_moving]
    refused, stop, decide, caution, passed = (sum(line.met is met for line in moving) for met in MET)
    both = sum(line.passes_both for line in moving)
    figures = (len(lines), len(moving), refused, stop, decide, caution, passed, both)
    return f"{name:<50}" + "".join(f"{figure:>9,}" for figure in figures)


def _steps(moving: Sequence[Line]) -> Iterator[str]:
    yield "WHERE THEY WERE CAUGHT"
    for step, times in Counter(line.step for line in moving if line.step).most_common():
        yield f"  {step:<40} {times:>7,}"
    yield ""


def _passing(title: str, lines: Sequence[Line]) -> Iterator[str]:
    """How many of each kind and field, with an example."""
    yield f"WHAT {title.upper()}: {len(lines):,}"
    examples: dict[tuple[str, str], Line] = {}
    for line in lines:
        examples.setdefault((line.kind, line.where), line)
    times = Counter((line.kind, line.where) for line in lines)
    for (kind, where), count in times.most_common():
        yield f"  {count:>5,} × {kind}, {where}: {examples[kind, where].told}"
    yield ""
