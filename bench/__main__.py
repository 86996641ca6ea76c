"""Every figure of this folder as one table, or the figures of one module: `python -m bench [module [size]]`.

Each module runs in a process of its own, so that none finds the memory or the caches of another.
"""

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.table import COLUMNS, Row, rows_of

MODULES = ("planning", "start", "web", "storing", "weighing", "proving", "printing", "history", "history_postgresql")


def measured(module: str, sizes: Sequence[int]) -> list[Row]:
    """The module's rows, measured in a process of its own."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as alone:
        return alone.submit(rows_of, module, sizes).result()


def main(arguments: Sequence[str]) -> None:
    """Print the table, module by module as they finish, and how many targets were met."""
    asked = arguments[:1] or MODULES
    if unknown := set(asked) - set(MODULES):
        raise SystemExit(f"There is no bench {', '.join(unknown)}; there are {', '.join(MODULES)}.")
    print(COLUMNS)
    rows: list[Row] = []
    for module in asked:
        found = measured(module, [int(size) for size in arguments[1:]])
        print(*found, sep="\n", flush=True)
        rows += found
    verdicts = [row.verdict for row in rows if row.verdict]
    print(f"{verdicts.count('met')} targets met, {verdicts.count('missed')} missed.")


if __name__ == "__main__":
    main(sys.argv[1:])
