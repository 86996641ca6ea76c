"""A whole run: so many slips, and a right order for every ten of them, shared among processes.

The same count and seed give the same figures, however many processes share the work.
"""

import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from flask import Flask

from bench.slips.kinds import KINDS
from bench.slips.orders import ORDERS
from bench.slips.report import Line, Run
from bench.slips.shop import Shop, a_shop
from bench.slips.slip import Slip
from bench.slips.valid import a_right_order, false_alarm
from bench.slips.walk import walked

TOGETHER, FOR_EACH_RIGHT_ORDER = 500, 10


@contextmanager
def opened() -> Iterator[Shop]:
    """A pharmacy in a folder that is gone afterwards, and what the forms need of a request."""
    app = Flask("slips")
    app.config.update(SECRET_KEY="no browser, no session", WTF_CSRF_ENABLED=False)
    with tempfile.TemporaryDirectory() as folder, app.test_request_context(method="POST"):
        shop = a_shop(Path(folder))
        yield shop
        shop.database.close()


def drawn(shop: Shop, chance: random.Random) -> Slip:
    """A slip on one of the orders: its kind by chance, until one applies."""
    order = chance.choice(ORDERS)
    while True:
        slip = KINDS[chance.choice(list(KINDS))](order, shop, chance)
        if slip:
            return slip


def line_of(shop: Shop, slip: Slip, chance: random.Random) -> Line:
    """What became of a slip; one that moves no dose is counted, and not followed."""
    told = f"{slip.told} ({slip.order.name})"
    if not slip.moved:
        return Line(slip.kind, slip.where, told, is_moving=False)
    met = walked(shop, slip, chance)
    alone = met.alone
    return Line(slip.kind, slip.where, told, True, slip.is_power, alone.met, alone.step, met.passes_both)


def part(shop: Shop, seed: int, first: int, count: int) -> Run:
    """So many slips from the first on, and their share of right orders."""
    chance = random.Random(f"{seed} {first}")
    lines = [line_of(shop, drawn(shop, chance), chance) for _ in range(count)]
    right = [false_alarm(shop, a_right_order(chance), chance) for _ in range(count // FOR_EACH_RIGHT_ORDER)]
    return Run(lines, [answer.said for answer in right])


def in_a_process(seed: int, parts: list[tuple[int, int]]) -> list[Run]:
    """Some parts, in a pharmacy of their own."""
    with opened() as shop:
        return [part(shop, seed, first, count) for first, count in parts]


def run_of(count: int, seed: int, processes: int) -> Run:
    """The whole run, in parts that do not depend on who works them."""
    parts = [(first, min(TOGETHER, count - first)) for first in range(0, count, TOGETHER)]
    shares = [share for share in (parts[number::processes] for number in range(processes)) if share]
    with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
        found = list(chain.from_iterable(pool.map(partial(in_a_process, seed), shares)))
    lines = chain.from_iterable(run.lines for run in found)
    return Run(list(lines), list(chain.from_iterable(run.right for run in found)))
