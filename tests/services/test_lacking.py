"""What a record has not got is said of each kind of thing, and goes once it is there."""

from pathlib import Path

from compounder.domain.record.amendments import Amended
from compounder.domain.record.lacking import lacking
from compounder.services.batches import batch_file
from compounder.services.bundling import parts_of
from tests.services.benches import a_batch, weigh_next
from tests.services.finishing import ONE_HEAVY, count, decide, weigh
from tests.services.orders import SITE, Bench
from tests.services.signing import OLGA, amend, release, verified
from tests.services.stepping import a_weighed_batch, note, tick, tick_all


def lacked(bench: Bench, number: str) -> tuple[str, ...]:
    """The sentences about a batch's record as it stands."""
    with bench.database.reading() as reading:
        return lacking(parts_of(batch_file(reading, SITE, number)))


def test_a_batch_half_made_lacks_the_other_half(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number)
    tick(sqlite_bench, number)
    note(sqlite_bench, number, step=1)
    assert lacked(sqlite_bench, number) == (
        "Of its 2 weighings, 1 is not done.",
        "Of its 8 steps, 7 are not done.",
        "Nobody has assessed a deviation: The pestle slipped.",
        "No weights of finished capsules were entered.",
        "No count of finished capsules was entered.",
        "Nobody has verified it.",
        "Nobody has released it.",
    )


def test_what_waits_for_a_decision_or_was_changed_since_is_lacking(sqlite_bench: Bench, tmp_path: Path) -> None:
    number = a_weighed_batch(sqlite_bench)
    tick_all(sqlite_bench, number)
    weigh(sqlite_bench, number, ONE_HEAVY)
    count(sqlite_bench, number)
    waiting, *signatures = lacked(sqlite_bench, number)
    assert waiting.startswith("Nobody has decided on the finished capsules: ")
    assert signatures == ["Nobody has verified it.", "Nobody has released it."]
    decide(sqlite_bench, number)
    assert verified(sqlite_bench.database, number, tmp_path) == ()
    release(sqlite_bench.database, number, tmp_path, OLGA)
    assert lacked(sqlite_bench, number) == ()
    amend(sqlite_bench.database, number, Amended.REMARK, "The jar was new.", label="Jar")
    assert lacked(sqlite_bench, number) == (
        "It was verified before it was changed, and not since.",
        "It was released before it was changed, and not since.",
    )
