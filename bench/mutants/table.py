"""What became of the mutants, file by file: how many were killed, and which live."""

from collections.abc import Iterable, Mapping
from typing import TextIO

from bench.mutants.running import End
from bench.mutants.source import Changed

SEEN = {End.KILLED, End.STOPPED}


class Table:
    """A row for each file, and all of them together, on `paper`."""

    def __init__(self, paper: TextIO) -> None:
        self.paper = paper
        self.rows: dict[str, list[End]] = {}

    def add(self, file: Changed, ends: Mapping[str, End]) -> None:
        """A file is done: tell the mutants that live."""
        self.rows[str(file.path)] = list(ends.values())
        self._say(f"{file.path}")
        for mutant, end in ends.items():
            if end not in SEEN:
                self._say(f"  {end}: " + "\n".join(file.told(mutant)))

    def end(self) -> None:
        """Every file with its figures."""
        self._say(f"\n{'file':<60} {'mutants':>8} {'killed':>8} {'alive':>8} {'%':>6}")
        for name, ends in self.rows.items():
            self._say(row(name, ends))
        self._say(row("all", [end for ends in self.rows.values() for end in ends]))

    def _say(self, text: str) -> None:
        print(text, file=self.paper, flush=True)


def row(name: str, ends: Iterable[End]) -> str:
    """How many mutants, how many seen, how many not, and the share seen, never rounded up."""
    seen = [end in SEEN for end in ends]
    share = int(1000 * sum(seen) / len(seen)) / 10
    return f"{name:<60} {len(seen):>8,} {sum(seen):>8,} {len(seen) - sum(seen):>8,} {share:>6.1f}"
