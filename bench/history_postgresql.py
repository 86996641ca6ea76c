"""What the history costs on PostgreSQL: `python -m bench history_postgresql [batches]`.

The same questions and floors as `history`, by the clock on the wall: the server is a process of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

from bench.history import FEW, told
from bench.history_filled import a_folder, in_postgresql
from bench.table import Row


def rows(batches: int = 1_000_000) -> Iterator[Row]:
    """Every question against the bare SQL, and against itself with few batches."""
    with a_folder() as folder, in_postgresql(folder, batches, FEW) as (many, few):
        for row in told(many, few, batches, perf_counter):
            yield replace(row, figure=f"PG: {row.figure}")
