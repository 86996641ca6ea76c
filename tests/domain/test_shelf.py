"""How many good capsules a batch gave, by its entries, and what a release of it adds to the shelf."""

from collections.abc import Mapping
from typing import Any

import pytest

from compounder.domain.care.shelf import GoodCapsules, change_by_release
from compounder.domain.record.amendments import Amended
from compounder.domain.record.journal import EntryKind

Entry = tuple[EntryKind, Mapping[str, Any]]


def planned(capsules: int, kind: EntryKind = EntryKind.BATCH_PLANNED) -> Entry:
    return kind, {"plan": {"capsules_to_make": capsules}}


def amended(what: Amended, new: str) -> Entry:
    return EntryKind.BATCH_AMENDED, {"what": what, "new": new}


PLANNED, COUNTED = planned(103), (EntryKind.CAPSULES_COUNTED, {"count": {"good": 99}})
REVISED = planned(206, EntryKind.PLAN_REVISED)
MADE = amended(Amended.CAPSULES_MADE, "101")
ELSE = next(each for each in Amended if each is not Amended.CAPSULES_MADE)


@pytest.mark.parametrize(
    ("entries", "good"),
    [
        ([], 0),
        ([PLANNED], 103),
        ([PLANNED, MADE], 101),
        ([PLANNED, COUNTED], 99),
        ([PLANNED, COUNTED, MADE], 99),
        ([PLANNED, MADE, COUNTED, REVISED], 206),
        ([PLANNED, amended(ELSE, "7")], 103),
        ([PLANNED, (EntryKind.CAPSULES_COUNTED, {"count": {"good": 0}})], 0),
        ([PLANNED, (EntryKind.BATCH_RELEASED, {})], 103),
    ],
)
def test_good_are_as_many_as_were_counted_or_amended_or_planned(entries: list[Entry], good: int) -> None:
    found = GoodCapsules()
    for kind, document in entries:
        found = found.after(kind, document)
    assert found.good == good


@pytest.mark.parametrize(
    ("good", "put_before", "on_shelf", "change"),
    [(100, 0, 0, 100), (98, 100, 100, -2), (98, 100, 1, -1), (103, 100, 0, 3), (100, 100, 40, 0), (90, 100, 0, 0)],
)
def test_a_release_adds_what_differs_and_leaves_never_less_than_none(
    good: int, put_before: int, on_shelf: int, change: int
) -> None:
    assert change_by_release(good, put_before, on_shelf) == change
