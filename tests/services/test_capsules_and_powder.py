"""Finished capsules and the powder they were filled from: weighed first, counted by its mass, outlived by nothing."""

import pytest

from compounder.domain.errors import CompoundingError
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import parse_mass
from compounder.services.trends import trend_of_formulation
from compounder.services.weighing_errors import StillToBeWeighed
from tests.services.benches import a_batch, at_bench, discard_line, set_status, weigh_next
from tests.services.finishing import ONE_HEAVY, a_count, capsules, count, decide, found, weigh
from tests.services.orders import SITE, Bench


def weigh_all(bench: Bench, number: str) -> None:
    """Every powder that is not weighed yet, as planned."""
    while not at_bench(bench, number).making.is_whole:
        weigh_next(bench, number)


@pytest.mark.parametrize(("powder", "made"), [("7.242 g", 60), ("120.7 g", 1_000), ("13 g", 103)])
def test_a_count_goes_by_the_powder_that_there_was(sqlite_bench: Bench, powder: str, made: int) -> None:
    """12,412.8 mg are planned for 103 capsules; a count by another mass could not be reckoned to a loss."""
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number)
    given = a_count(made=made, good=made - 2, powder_weighed=parse_mass(powder))
    (waiting, *_) = count(sqlite_bench, number, given).waiting
    assert waiting.code == "powder-weighed-otherwise"
    assert waiting.message.startswith(f"The count names {powder} of powder; 12.4128 g is planned.")


def test_a_count_goes_by_what_was_weighed_at_the_bench(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh_all(sqlite_bench, number)
    weigh(sqlite_bench, number)
    counted = count(sqlite_bench, number, a_count(powder_weighed=parse_mass("7.242 g")))
    assert "was weighed at the bench" in counted.waiting[0].message
    assert count(sqlite_bench, number, reason="Read off the wrong line").waiting == ()


def test_a_batch_begun_at_the_bench_has_no_capsules_before_its_powders_are_weighed(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh_next(sqlite_bench, number)
    with pytest.raises(StillToBeWeighed, match="microcrystalline cellulose is still to be weighed there"):
        weigh(sqlite_bench, number)


def test_capsules_are_not_weighed_while_a_lot_of_theirs_is_held_back(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh_all(sqlite_bench, number)
    set_status(sqlite_bench, sqlite_bench.active, LotStatus.QUARANTINED)
    with pytest.raises(CompoundingError, match="quarantined"):
        weigh(sqlite_bench, number)


def test_what_was_entered_of_discarded_powder_holds_no_more(sqlite_bench: Bench) -> None:
    """The decision on it neither: other capsules are filled, and weigh by chance what the first did."""
    number = a_batch(sqlite_bench)
    weigh_all(sqlite_bench, number)
    weigh(sqlite_bench, number, ONE_HEAVY), count(sqlite_bench, number), decide(sqlite_bench, number)
    discard_line(sqlite_bench, number, 0)
    weigh_all(sqlite_bench, number)
    after = found(sqlite_bench, number)
    assert (after.weighed, after.counted, after.waiting) == (None, None, ())
    assert [each.said.weights for each in after.every_weighed] == [capsules(ONE_HEAVY)]
    with sqlite_bench.database.reading() as reading:
        assert trend_of_formulation(reading, SITE, "NTX-CAPS").batches == ()
    assert weigh(sqlite_bench, number, ONE_HEAVY, reason="Filled anew").waiting != ()
