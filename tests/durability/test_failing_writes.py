"""A write that fails stores nothing by half: the page says so, and the next request works."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from compounder.domain.record.journal import EntryKind
from tests.durability.holding import entries_in, faults_of
from tests.durability.pharmacy import Pharmacy
from tests.durability.serving import serving
from tests.durability.visiting import WEIGHED, Bench
from tests.fixtures.recorder import Kind, Recorder, recorder_of
from tests.fixtures.visitor import Answer
from tests.services.people import PASSWORD

Send: TypeAlias = Callable[[], Answer]
"""A form that is filled in, to be sent once or again."""
FAILED = "look whether it was stored before you ask again"
ORDER_AND_BATCH = 2
OF_THE_FOLDER = (Kind.SYNCED, 1, errno.EIO)
"""SQLite goes on where it cannot sync the folder of a new journal: it syncs it again before it says that it stored."""
FAULTS = [
    (Kind.OPENED, 0, errno.ENOSPC),
    (Kind.WRITTEN, 0, errno.ENOSPC),
    (Kind.WRITTEN, 1, errno.EIO),
    (Kind.WRITTEN, 40, errno.EIO),
    (Kind.WRITTEN, 60, errno.ENOSPC),
    (Kind.SYNCED, 0, errno.EIO),
    OF_THE_FOLDER,
    (Kind.SYNCED, 2, errno.EIO),
    (Kind.SYNCED, 3, errno.EIO),
    (Kind.SYNCED, 4, errno.EIO),
    (Kind.UNLINKED, 0, errno.EIO),
]


@contextmanager
def at_work(before: Pharmacy, home: Path, library: Path) -> Iterator[tuple[Recorder, Bench]]:
    """A copy of the pharmacy, served by one process to a bench at which both are signed in."""
    pharmacy, recorder = before.copied(home), recorder_of(library, home)
    with serving(pharmacy, recorder, workers=1) as address:
        bench = Bench(address, pharmacy, recorder.position)
        bench.sign_in()
        yield recorder, bench


def require_error_page(answer: Answer) -> None:
    """The house's own page, with its sentence."""
    assert answer.status == 500
    assert FAILED in answer.text


def an_order(bench: Bench) -> Send:
    """An order that was worked out, to be stored as often as it is sent."""
    form = bench.worked_out()
    return lambda: bench.store(form)


def a_weighing(bench: Bench) -> Send:
    """The first powder of a batch that was just stored."""
    batch = bench.order()
    form = bench.to_weigh(batch, 0, WEIGHED[0])
    return lambda: bench.weighed(form, batch)


def require_one_from(bench: Bench, recorder: Recorder, send: Send, entries: int, fault: tuple[Kind, int, int]) -> bool:
    """Whether a failure was told: what was sent is whole or not there, and sent again it is there once."""
    where, (kind, after, error) = bench.pharmacy.settings, fault
    before = entries_in(where)
    recorder.fail(kind, error=error, after=after)
    answer = send()
    assert recorder.heal() == 1
    assert faults_of(where, bench.done) == []
    if answer.status == 303:
        assert entries_in(where) == before + entries
        return False
    require_error_page(answer)
    assert entries_in(where) in (before, before + entries)
    assert send().status == 303
    assert entries_in(where) == before + entries
    assert faults_of(where, bench.done) == []
    return True


@pytest.mark.parametrize(("what", "entries"), [(an_order, ORDER_AND_BATCH), (a_weighing, 1)])
def test_what_was_sent_is_whole_or_not_there_when_a_write_fails_and_can_be_sent_again(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path, what: Callable[[Bench], Send], entries: int
) -> None:
    with at_work(pharmacy, tmp_path / "served", recorder_library) as (recorder, bench):
        told = {fault: require_one_from(bench, recorder, what(bench), entries, fault) for fault in FAULTS}
        assert [fault for fault, is_told in told.items() if not is_told] == [OF_THE_FOLDER]
        bench.round(is_void=False)
        assert faults_of(bench.pharmacy.settings, bench.done) == []


def test_a_full_disk_stores_nothing_and_everything_works_once_there_is_room(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path
) -> None:
    with at_work(pharmacy, tmp_path / "served", recorder_library) as (recorder, bench):
        batch, form, weigh = bench.order(), bench.worked_out(), a_weighing(bench)
        where = bench.pharmacy.settings
        before = entries_in(where)
        verify = f"/batches/{batch}/verify"
        figures = bench.technician.filled(verify, **bench.pharmacy.answers, password=PASSWORD)
        recorder.fail(Kind.OPENED, Kind.WRITTEN, error=errno.ENOSPC, times=10**9)
        require_error_page(bench.store(form))
        require_error_page(weigh())
        require_error_page(bench.technician.post(verify, figures))
        assert bench.pharmacist.get(f"/batches/{batch}").status == 200
        assert entries_in(where) == before
        assert recorder.heal() >= 2
        bench.act(bench.technician, batch, EntryKind.BATCH_VERIFIED, **bench.pharmacy.answers, password=PASSWORD)
        assert [bench.store(form).status, weigh().status] == [303, 303]
        assert faults_of(where, bench.done) == []
