"""The primary of a PostgreSQL pair is killed under load: what people were told is there, once, and they work on."""

import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from tests.durability.holding import faults_of
from tests.durability.pharmacy import Pharmacy, a_pharmacy
from tests.durability.visiting import Bench
from tests.fixtures.served import ServedWorkspace, served
from tests.fixtures.telling import Tell
from tests.fixtures.visitor import NotDone
from tests.standby.clusters import Pair, pair

SERVERS, AT_LENGTH, IN_A_ROW = 2, range(20), 5
BEFORE, SOONEST_BACK = 2, 30
"""Acts that each bench does before the kill, and the seconds within which it must be able to work again."""
PAUSE = 0.2
LONGEST = 1_800
SAID = ("does not answer. Nothing was stored; try again", "Look whether it was stored before you send it again")


@dataclass
class Shift:
    """People at one of the servers, at work until they are told to stop, whatever the database does meanwhile."""

    bench: Bench
    over: Event = field(default_factory=Event)
    refusals: list[NotDone] = field(default_factory=list)

    def work(self) -> None:
        while not self.over.is_set():
            try:
                self.bench.round(is_void=False)
            except NotDone as refused:
                self.refusals.append(refused)
                time.sleep(PAUSE)

    def wait_for(self, acts: int, seconds: float) -> bool:
        """Whether so many more acts were told in this time."""
        wanted, give_up = len(self.bench.done) + acts, time.monotonic() + seconds
        while len(self.bench.done) < wanted and time.monotonic() < give_up:
            time.sleep(PAUSE)
        return len(self.bench.done) >= wanted


@pytest.fixture
def clusters() -> Iterator[Pair]:
    with pair() as made:
        yield made


@pytest.fixture
def servers(clusters: Pair, tmp_path: Path) -> Iterator[tuple[Pharmacy, Sequence[ServedWorkspace]]]:
    """The pharmacy, and the servers of it, as if each were a machine with a copy of the keys."""
    pharmacy = a_pharmacy(tmp_path / "first", clusters.address)
    with ExitStack() as stack:
        homes = [Path(shutil.copytree(pharmacy.home, tmp_path / f"server-{each}")) for each in range(SERVERS)]
        yield pharmacy, [stack.enter_context(served(home, clusters.address)) for home in homes]


@contextmanager
def at_work(pharmacy: Pharmacy, servers: Sequence[ServedWorkspace]) -> Iterator[Sequence[Shift]]:
    """A bench at each server, at work until the block ends."""
    shifts = [Shift(Bench(server.address, pharmacy, lambda: 0)) for server in servers]
    for shift in shifts:
        shift.bench.sign_in()
    with ThreadPoolExecutor(len(shifts)) as pool:
        working = [pool.submit(shift.work) for shift in shifts]
        try:
            yield shifts
        finally:
            for shift in shifts:
                shift.over.set()
        for each in working:
            each.result()


def idle(shifts: Sequence[Shift]) -> list[str]:
    """Who did not work for a while."""
    return [f"{each.bench.address} never worked" for each in shifts if not each.wait_for(BEFORE, LONGEST)]


def killed(clusters: Pair, shifts: Sequence[Shift]) -> list[str]:
    """The primary is killed when everybody has worked a while; who cannot work again soon afterwards."""
    slow = idle(shifts)
    clusters.fail_over()
    return slow + [f"{each.bench.address} stands still" for each in shifts if not each.wait_for(1, SOONEST_BACK)]


def faults(pharmacy: Pharmacy, servers: Sequence[ServedWorkspace], shifts: Sequence[Shift]) -> list[str]:
    """What was told and is not there, and what was answered with anything but a clear sentence."""
    refused = [str(each) for shift in shifts for each in shift.refusals]
    unclear = [each for each in refused if not any(said in each for said in SAID)]
    traced = [f"{server.address} fell over" for server in servers if "Traceback" in server.log.read_text()]
    told = [act for shift in shifts for act in shift.bench.done]
    return [*unclear, *traced, *faults_of(pharmacy.settings, told)]


@pytest.mark.timeout(LONGEST)
def test_a_synchronous_copy_has_all_that_was_told_and_one_that_lags_is_found_out(
    clusters: Pair, servers: tuple[Pharmacy, Sequence[ServedWorkspace]]
) -> None:
    with at_work(*servers) as shifts:
        assert killed(clusters, shifts) == []
    assert faults(*servers, shifts) == []
    clusters.follow()
    clusters.let_lag()
    with at_work(*servers) as shifts:
        assert idle(shifts) == []
        clusters.fail_over(is_lagging=True)
    assert any("was told and is there 0 times" in each for each in faults(*servers, shifts))


@pytest.mark.long
@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize("_", AT_LENGTH)
def test_none_of_a_hundred_kills_of_the_primary_loses_anything(
    clusters: Pair, servers: tuple[Pharmacy, Sequence[ServedWorkspace]], tell: Tell, _: int
) -> None:
    with at_work(*servers) as shifts:
        for _ in range(IN_A_ROW):
            assert killed(clusters, shifts) == []
            clusters.follow()
            tell("kills of the primary", 1)
    assert faults(*servers, shifts) == []
