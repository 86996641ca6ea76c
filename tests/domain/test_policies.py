"""A policy of beyond-use days: its bounds, each at its own field, and its length in words."""

from typing import Any

import pytest

from compounder.domain.batch.beyond_use import BeyondUseDays, BeyondUseMonths
from tests.domain.orders import a_filler, an_active, an_order, refusals

LATE = {"active": an_active(expires_on="2099-12"), "filler": a_filler(expires_on="2099-12")}


@pytest.mark.parametrize(
    ("key", "policy", "accepted", "refused"),
    [
        ("days", {}, (1, 3_650), (0, 3_651)),
        ("months", {}, (1, 120), (0, 121)),
        ("day_of_compounding", {"days": 180}, (0, 1), (-1, 2)),
        ("study_days", {"days": 180}, (1, 3_650), (0, 3_651)),
    ],
)
def test_a_policy_stays_within_its_bounds(
    key: str, policy: dict[str, Any], accepted: tuple[int, ...], refused: tuple[int, ...]
) -> None:
    found = {
        value: [each.pointer for each in refusals(an_order(beyond_use=policy | {key: value}, **LATE))]
        for value in (*accepted, *refused)
    }
    assert [found[value] for value in accepted] == [[]] * len(accepted)
    assert [found[value] for value in refused] == [[f"/beyond_use/{key}"]] * len(refused)


def test_a_length_is_told_in_words() -> None:
    assert [BeyondUseDays(days=days).length for days in (1, 2, 1_000)] == ["1 day", "2 days", "1,000 days"]
    assert [BeyondUseMonths(months=months).length for months in (1, 2, 120)] == ["1 month", "2 months", "120 months"]
