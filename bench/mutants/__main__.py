"""`python -m bench.mutants [PATH ...]`: the mutants of these files or folders, of the whole domain if none is named."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bench.mutants.loading import load
from bench.mutants.running import Run
from bench.mutants.source import changed
from bench.mutants.table import Table

DOMAIN, TESTS = "compounder/domain", ("tests/domain", "tests/checking/test_long_run.py")
BRIEFLY = ("-qq", "--tb=native", "--assert=plain")


def files(arguments: Sequence[str]) -> Iterator[Path]:
    """The source files that the arguments name, with or without their ending."""
    for argument in arguments or (DOMAIN,):
        path = Path(argument)
        named = path if path.is_dir() else path.with_suffix(".py")
        if not named.exists():
            raise SystemExit(f"There is no {named}; name a file or a folder, such as {DOMAIN}/batch.")
        yield from sorted(named.rglob("*.py")) if named.is_dir() else (named,)


def main(arguments: Sequence[str]) -> None:
    """Print the mutants that live, file by file as they are done, and the table."""
    made = [changed(path) for path in files(arguments)]
    load([file for file in made if file.mutants])
    # What the tests print is caught; what is told goes past that.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as paper:
        table = Table(paper)
        run = Run([file for file in made if file.mutants], table.add)
        ended = pytest.main([*TESTS, *(str(file.path) for file in made), *BRIEFLY], plugins=[run])
        if ended != pytest.ExitCode.OK:
            raise SystemExit(ended)
        table.end()


if __name__ == "__main__":
    main(sys.argv[1:])
