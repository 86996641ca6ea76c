"""`python -m bench.slips [COUNT [SEED [PROCESSES]]]` prints the report of so many slips."""

import sys

from bench.slips.report import report
from bench.slips.running import run_of

USUALLY = (100_000, 1, 2)


def main() -> None:
    """Print the report."""
    asked = [int(argument) for argument in sys.argv[1:]]
    count, seed, processes = (*asked, *USUALLY[len(asked) :])
    print(*report(run_of(count, seed, processes)), sep="\n")


if __name__ == "__main__":
    main()
