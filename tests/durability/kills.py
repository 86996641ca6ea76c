"""Kills: the real server ended in the middle of whatever it wrote, started again, and asked for what it told."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from tests.durability.holding import faults_of
from tests.durability.pharmacy import Pharmacy
from tests.durability.serving import serving
from tests.durability.visiting import Acknowledged, Bench
from tests.fixtures.recorder import Recorder, recorder_of
from tests.fixtures.visitor import NO_ANSWER

BENCHES = 2
LATEST = 1_500
"""A round of both benches changes about so many blocks."""


@dataclass(frozen=True, slots=True)
class Killed:
    """A server that was killed: before which of its writes, whether it left a transaction behind, how many acts it had
    told by then, and what was wrong once it was started again."""

    before_write: int
    left_half: bool
    told: int
    faults: Sequence[str]


def killed(before: Pharmacy, home: Path, library: Path, kills: int, seed: int) -> Iterator[Killed]:
    """A copy of the pharmacy at `home`, served, killed and started again so many times in a row, and each time held
    against all that it told since the first."""
    pharmacy, recorder, chance = before.copied(home), recorder_of(library, home), Random(seed)
    told: list[Acknowledged] = []
    moments = [chance.randrange(LATEST) for _ in range(kills)]
    for started, moment in enumerate([*moments, None]):
        left_half = any(home.glob("compounder.db-*l"))
        with serving(pharmacy, recorder, workers=BENCHES) as address:
            if started:
                faults = faults_of(pharmacy.settings, told)
                yield Killed(moments[started - 1], left_half, len(told), faults)
            if moment is not None:
                told += _told_until_killed(address, pharmacy, recorder, moment)


def _told_until_killed(address: str, pharmacy: Pharmacy, recorder: Recorder, moment: int) -> list[Acknowledged]:
    """What people at two benches were told before the server was killed before that write."""
    benches = [Bench(address, pharmacy, recorder.position) for _ in range(BENCHES)]
    for bench in benches:
        bench.sign_in()
    recorder.kill_after(moment)
    with ThreadPoolExecutor(BENCHES) as pool:
        list(pool.map(_work_until_it_ends, benches))
    assert recorder.heal() == 1
    return [act for bench in benches for act in bench.done]


def _work_until_it_ends(bench: Bench) -> None:
    with suppress(*NO_ANSWER):
        for number in count():
            bench.round(is_void=number % 3 == 2)
