"""What waits for somebody: queues by status, the longest wait on top, as far as each batch is."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select, update

from compounder.database.schema import RecordTable
from compounder.domain.record.record import BatchStatus
from compounder.services.waiting import Queue, waiting
from tests.services.batches import lot_numbers, void
from tests.services.benches import a_batch, weigh_next
from tests.services.orders import SITE, Bench, a_decision
from tests.services.proved import attacking
from tests.services.signing import release, verified


def queues(bench: Bench, each: int = 4) -> tuple[Queue, ...]:
    with bench.database.reading() as reading:
        return waiting(reading, SITE, each)


def waiting_now(bench: Bench, each: int = 4) -> dict[str, tuple[str, list[str]]]:
    """By status: how many, and which are shown."""
    return {
        queue.status.value: (queue.count, [batch.record.lot_number for batch in queue.batches])
        for queue in queues(bench, each)
    }


def test_a_batch_waits_until_it_is_released_or_given_up(bench: Bench, tmp_path: Path) -> None:
    planned, in_making, checked, done, gone = (a_batch(bench, key=key) for key in "abcde")
    weigh_next(bench, in_making)
    for number in (checked, done):
        assert verified(bench.database, number, tmp_path) == ()
    release(bench.database, done, tmp_path)
    void(bench, gone)
    assert waiting_now(bench) == {
        "verified": ("1 batch", [checked]),
        "in-making": ("1 batch", [in_making]),
        "planned": ("1 batch", [planned]),
    }


def test_those_that_wait_longest_are_shown_and_all_are_counted(bench: Bench) -> None:
    late = a_batch(bench, key="late", compounded_on=date(2026, 11, 22))
    early = a_batch(bench, key="early", compounded_on=date(2026, 11, 19))
    middle = a_batch(bench, key="middle", compounded_on=date(2026, 11, 20))
    assert waiting_now(bench, each=2) == {"planned": ("3 batches", [early, middle])}
    assert waiting_now(bench)["planned"][1] == [early, middle, late]


def test_nothing_waits_in_a_new_workspace(bench: Bench) -> None:
    assert queues(bench) == ()


def test_a_batch_waits_with_what_a_second_person_has_to_decide(sqlite_bench: Bench) -> None:
    storing = sqlite_bench.storing(sqlite_bench.request("2.2 mg"))
    order = sqlite_bench.store(replace(storing, decisions={"2.2 mg": (a_decision(),)}))
    (queue,) = queues(sqlite_bench)
    assert [batch.record.lot_number for batch in queue.batches] == lot_numbers(sqlite_bench, order)
    assert queue.batches[0].status is BatchStatus.PLANNED
    assert [finding.code for finding in queue.batches[0].undecided] == ["strength-not-usual"]


def test_a_record_that_cannot_be_read_any_more_is_counted_only(bench: Bench) -> None:
    first, second = (a_batch(bench, key=key) for key in "ab")
    with attacking(bench.database.engine.url.render_as_string(hide_password=False)) as connection:
        broken = connection.scalars(select(RecordTable.batch_id)).first()
        connection.execute(update(RecordTable).where(RecordTable.batch_id == broken).values(document="{}"))
    count, shown = waiting_now(bench)["planned"]
    assert (count, len(shown)) == ("2 batches", 1)
    assert set(shown) < {first, second}
