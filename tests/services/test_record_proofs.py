"""What a bundle's proof covers, and that nothing that was changed is proved."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from compounder.database import bottles, journal, tree
from compounder.services.checkpoints import drawn_up
from compounder.services.record_proofs import NotProvable, covering
from tests.services.batches import lot_numbers
from tests.services.bundles import unpacked
from tests.services.care import a_course, a_request, added, prescribed
from tests.services.dispensing import a_bottle, dispensed, dispensing, returned
from tests.services.orders import SITE, Bench
from tests.services.proved import attacking
from tests.services.shelf import released
from tests.services.signing import NOON

TOMORROW = NOON + timedelta(days=1)


def test_what_goes_out_of_a_batch_and_comes_back_is_told_and_proved(bench: Bench, tmp_path: Path) -> None:
    """The checkpoint that proves a bundle is signed once all of it stood in the journal."""
    number = released(bench, tmp_path)
    prescription = prescribed(bench, a_request(added(bench), order=a_course(fill_with="1.5 mg")))
    bottle = dispensed(bench, dispensing(bench, a_bottle(prescription)))
    returned(bench, bottle)
    with bench.database.reading() as reading:
        (out,) = bottles.handed_out(reading, SITE, number)
        last = bottles.last_moved(reading, SITE, number)
        assert (out.number, out.prescription, out.capsules, out.in_all, out.returned) == (
            bottle,
            prescription,
            84,
            84,
            10,
        )
        assert journal.entries_of(reading, SITE, f"bottle {bottle}")[-1].number == last
        signed = covering(reading, SITE, tmp_path, last, at=NOON)
        assert (signed.size, bottles.last_moved(reading, SITE, "261121A0099")) == (last, 0)
    with bench.database.writing() as writing:
        tree.keep_checkpoint(writing, signed)
    bench.order("3 mg", key="another")
    with bench.database.reading() as reading:
        assert covering(reading, SITE, tmp_path, last, at=TOMORROW) == signed
        assert covering(reading, SITE, tmp_path, last + 1, at=TOMORROW).size > last


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE journal SET actor = 'Somebody' WHERE kind = 'batch-planned'",
        "UPDATE batch_records SET document = replace(document, 'Hillcrest', 'Somebody')",
        "UPDATE checkpoints SET text = replace(text, 'COMPOUNDER 1 A', 'COMPOUNDER 1 B')",
    ],
)
def test_a_record_that_was_changed_is_not_proved(sqlite_bench: Bench, tmp_path: Path, changed: str) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    with sqlite_bench.database.writing() as writing:
        tree.keep_checkpoint(writing, drawn_up(writing, SITE, tmp_path, at=NOON))
    with attacking(str(sqlite_bench.database.engine.url)) as connection:
        assert connection.execute(text(changed)).rowcount == 1
    with pytest.raises(NotProvable):
        unpacked(sqlite_bench, number, tmp_path)


@pytest.mark.parametrize("leaf", ["not a hash", "00" * 32])
def test_a_journal_changed_elsewhere_proves_nothing(sqlite_bench: Bench, tmp_path: Path, leaf: str) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    with attacking(str(sqlite_bench.database.engine.url)) as connection:
        connection.execute(text("UPDATE journal SET leaf_hash = :leaf WHERE number = 2"), {"leaf": leaf})
    with pytest.raises(NotProvable):
        unpacked(sqlite_bench, number, tmp_path)
