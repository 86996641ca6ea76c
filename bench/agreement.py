"""The long run of the two reckonings: `python -m bench.agreement [COUNT [SEED [PROCESSES [FIRST]]]]`.

Every order is drawn from a chance of its own, so that one on which they differ is named by seed and number, and drawn
again by them, whatever the count and the processes; a run that was broken off goes on at the FIRST it had not reached.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from compounder.checking.agreement import ANSWERED, compared_order
from compounder.checking.oracle.random_orders import an_order

USUALLY = (1_000_000, 1, 2, 0)
TOGETHER = 1_000
MOST_TOLD = 20
KINDS = {
    "triturations used": "with triturations",
    "tablets": "from tablets",
    "stock": "from a trituration in stock",
    "next_active": "from two lots",
}


@dataclass
class Found:
    """What some orders came to, and each on which the two differ."""

    met: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    def add(self, other: "Found") -> None:
        """Take in what other orders came to."""
        self.met += other.met
        self.differing += other.differing


def compared(seed: int, number: int) -> Found:
    """One order, worked out by both."""
    order = an_order(random.Random(f"{seed} {number}"))
    both = compared_order(order)
    met = Counter[str]({"orders": 1})
    if ANSWERED in both.met:
        source = order.get("source") or {}
        kinds = {"tablets": "tablet_strength" in source, "stock": "active_fraction" in source}
        met.update({ANSWERED, *(kind for kind in KINDS if kind in both.met or kinds.get(kind))})
    told = f"order {number} of seed {seed}: {both.difference}\n{json.dumps(order)}"
    return Found(met, [told] if both.difference else [])


def part(seed: int, count: int, first: int) -> Found:
    """So many orders from the first on, at most `TOGETHER`."""
    found = Found()
    for number in range(first, min(first + TOGETHER, count)):
        found.add(compared(seed, number))
    return found


def run(count: int, seed: int, processes: int, first: int) -> Iterator[Found]:
    """The whole run, part by part as they are done."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(part, seed, count), range(first, count, TOGETHER))


def last_line(found: Found, seed: int) -> str:
    """What the run came to."""
    orders, answered = found.met["orders"], found.met[ANSWERED]
    kinds = ", ".join(f"{found.met[kind]:,} {words}" for kind, words in KINDS.items())
    return (
        f"{orders:,} random orders of seed {seed}: {len(found.differing)} disagreements. Answered {answered:,} "
        f"({kinds}); refused {orders - answered:,}, both for the same reasons."
    )


def main(arguments: Sequence[str]) -> None:
    """Say how far the run is, where they differ, and in the end what it came to; leave with 1 if they differ."""
    asked = [int(argument) for argument in arguments]
    count, seed, processes, first = (*asked, *USUALLY[len(asked) :])
    found, began = Found(), time.perf_counter()
    for each in run(count, seed, processes, first):
        told = len(found.differing)
        found.add(each)
        print(*found.differing[told:MOST_TOLD], sep="\n", end="\n" if each.differing else "")
        done = found.met["orders"]
        pace = done / (time.perf_counter() - began)
        print(f"\r{first + done:,} of {count:,} orders, {pace:,.0f} a second", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(last_line(found, seed))
    raise SystemExit(bool(found.differing))


if __name__ == "__main__":
    main(sys.argv[1:])
