"""Filling a bottle: one batch, the one that ends first; several only when asked; never past a beyond-use date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.care.dispensing import BatchCapsules, NotOnShelf, SeveralBatchesNeeded, pick
from compounder.domain.errors import OutOfBounds

LAST = date(2027, 1, 31)


def on_shelf(lot_number: str, capsules: int, ends: date) -> BatchCapsules:
    return BatchCapsules(batch_id=1, lot_number=lot_number, beyond_use_date=ends, capsules=capsules)


EARLY = on_shelf("261001A001X", 40, date(2027, 2, 28))
LATE = on_shelf("261101A001X", 100, date(2027, 10, 31))
PAST = on_shelf("260201A001X", 500, date(2027, 1, 30))


def picked(capsules: int, *shelf: BatchCapsules, of_several: bool = False) -> list[tuple[str, int]]:
    taken = pick(shelf, capsules, strength="1.5 mg", last_dose_on=LAST, of_several=of_several)
    return [(each.lot_number, each.capsules) for each in taken]


def test_a_bottle_is_of_the_batch_that_ends_first() -> None:
    assert picked(40, LATE, EARLY) == [("261001A001X", 40)]


def test_one_batch_with_enough_comes_before_two_that_end_earlier() -> None:
    assert picked(41, LATE, EARLY) == picked(41, EARLY, LATE, of_several=True) == [("261101A001X", 41)]


def test_several_batches_go_into_one_bottle_only_when_asked() -> None:
    with pytest.raises(SeveralBatchesNeeded, match=r"No batch has 120 capsules.*261001A001X, 261101A001X"):
        picked(120, LATE, EARLY)
    empty, last = on_shelf("261015A001X", 0, date(2027, 3, 1)), on_shelf("261115A001X", 90, date(2027, 11, 30))
    assert picked(120, last, empty, LATE, EARLY, of_several=True) == [("261001A001X", 40), ("261101A001X", 80)]


def test_capsules_that_end_before_the_last_dose_are_not_given_out() -> None:
    with pytest.raises(NotOnShelf) as refused:
        picked(50, PAST, EARLY)
    assert str(refused.value) == (
        "50 capsules of 1.5 mg are wanted and 40 are there that keep until 31 Jan 2027, the last dose; "
        "others only to 30 Jan 2027."
    )
    assert picked(10, on_shelf("260202A001X", 10, LAST)) == [("260202A001X", 10)]


def test_an_empty_shelf_says_what_to_do() -> None:
    with pytest.raises(NotOnShelf, match=r"wanted and 0 are there; order more, or dispense fewer\."):
        picked(1)


def test_nothing_is_no_bottle() -> None:
    with pytest.raises(OutOfBounds) as refused:
        picked(0, LATE)
    assert (refused.value.field_name, str(refused.value)) == ("capsules", "0 was read; 1 to 100,000 is accepted.")


batches = st.builds(
    on_shelf,
    st.integers(0, 99).map(lambda number: f"LOT{number:02d}"),
    st.integers(0, 200),
    st.integers(-30, 30).map(lambda days: LAST + timedelta(days=days)),
)


@given(st.lists(batches, max_size=6, unique_by=lambda each: each.lot_number), st.integers(1, 300), st.booleans())
def test_what_is_picked_is_there_keeps_and_adds_up(shelf: list[BatchCapsules], capsules: int, of_several: bool) -> None:
    try:
        taken = pick(shelf, capsules, strength="1.5 mg", last_dose_on=LAST, of_several=of_several)
    except NotOnShelf:
        assert sum(each.capsules for each in shelf if each.beyond_use_date >= LAST) < capsules
        return
    except SeveralBatchesNeeded:
        assert not of_several
        return
    assert sum(each.capsules for each in taken) == capsules
    there = {each.lot_number: each for each in shelf}
    for each in taken:
        assert 0 < each.capsules <= there[each.lot_number].capsules
        assert each.beyond_use_date >= LAST
