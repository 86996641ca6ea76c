"""A server that is killed while people order and sign has what it told, and nothing by half, when it starts again."""

from pathlib import Path

import pytest

from tests.durability.kills import killed
from tests.durability.pharmacy import Pharmacy
from tests.fixtures.telling import Tell

KILLS, KILLS_AT_LENGTH = 3, 20
LONGEST = 1_800
"""Seconds: what takes longer hangs, and is told."""


def test_a_server_that_is_killed_has_all_that_it_told(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path
) -> None:
    ends = list(killed(pharmacy, tmp_path / "served", recorder_library, KILLS, seed=0))
    assert [end for end in ends if end.faults] == []
    assert ends[-1].told > 0
    assert any(end.left_half for end in ends)


@pytest.mark.long
@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize("seed", range(100, 150))
def test_none_of_a_thousand_kills_loses_or_halves_anything(
    pharmacy: Pharmacy, tmp_path: Path, recorder_library: Path, seed: int, tell: Tell
) -> None:
    for end in killed(pharmacy, tmp_path / "served", recorder_library, KILLS_AT_LENGTH, seed):
        tell("kills", 1)
        tell("kills in the middle of a transaction", int(end.left_half))
        assert end.faults == []
