"""On which balance finished capsules were weighed: it stands with them, is fit, and shows what was typed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compounder.domain.errors import CompoundingError, NotAccepted
from compounder.domain.findings import Severity
from compounder.domain.quality.errors import NoCapsuleHoldsIt
from compounder.domain.record.readings import CalibrationOverdue, OverCapacity
from compounder.domain.units import parse_mass
from compounder.services.errors import NoSuchBalance
from compounder.services.finishing_errors import EnteredAlready
from tests.services.finishing import FILLED, a_batch, count, found, weigh
from tests.services.orders import Bench, a_balance, entries, revise_settings
from tests.services.signing import NOON


def test_the_balance_stands_with_the_weights_and_other_ones_ask_for_a_reason(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    weigh(sqlite_bench, number)
    entered = found(sqlite_bench, number).weighed
    assert entered is not None
    assert entered.said.balance == "B1"
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), a_balance("B3", "0.01 mg")))
    with pytest.raises(EnteredAlready):
        weigh(sqlite_bench, number, balance="B3")


@pytest.mark.parametrize(
    ("refused", "said", "balance", "filled"),
    [
        (CalibrationOverdue, "calibration of balance B9 ended on 20 Nov 2026; have it calibrated", "B9", FILLED),
        (NoSuchBalance, "is not a balance of this pharmacy; choose B1 or B2 or B9", "B7", FILLED),
        (NotAccepted, r"168\.25 mg\" was read; a reading of B1, in steps of 0\.1 mg", "B1", ("168.25", *FILLED[1:])),
        (OverCapacity, "B2 carries at most 100 mg; choose another balance", "B2", ("168", "170") * 5),
    ],
)
def test_no_capsules_are_weighed_on_a_balance_that_is_not_fit(
    sqlite_bench: Bench, refused: type[CompoundingError], said: str, balance: str, filled: tuple[str, ...]
) -> None:
    number = a_batch(sqlite_bench)
    overdue = replace(a_balance("B9", "0.1 mg"), calibrated_until=date(2026, 11, 20))
    small = replace(a_balance("B2", "0.1 mg"), capacity=parse_mass("100 mg"))
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), small, overdue))
    before = entries(sqlite_bench)
    with pytest.raises(refused, match=said):
        weigh(sqlite_bench, number, filled, balance=balance)
    assert entries(sqlite_bench) == before


@pytest.mark.parametrize("filled", [("1685", *FILLED[1:]), tuple(str(Decimal(each) * 10) for each in FILLED)])
def test_a_point_that_slipped_is_no_weight_of_a_capsule(sqlite_bench: Bench, filled: tuple[str, ...]) -> None:
    number = a_batch(sqlite_bench)
    with pytest.raises(NoCapsuleHoldsIt, match=r"weighs 1,68.*, more than twice what it should hold, 120\.5 mg"):
        weigh(sqlite_bench, number, filled)
    assert found(sqlite_bench, number).weighed is None


def test_a_balance_is_calibrated_through_its_last_day(sqlite_bench: Bench) -> None:
    number = a_batch(sqlite_bench)
    revise_settings(sqlite_bench, balances=(replace(a_balance("B1", "0.1 mg"), calibrated_until=NOON.date()),))
    assert weigh(sqlite_bench, number).weighed


def test_capsules_below_the_least_that_a_balance_weighs_are_kept_with_a_caution(sqlite_bench: Bench) -> None:
    """Of a balance that shows milligrams, the least within 1 % is more than one capsule."""
    number = a_batch(sqlite_bench)
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), a_balance("B2", "1 mg")))
    weigh(sqlite_bench, number, ("168", "170") * 5, balance="B2")
    count(sqlite_bench, number)
    verdict = found(sqlite_bench, number).verdict
    assert verdict is not None
    (said,) = (each for each in verdict.to_print if each.severity is Severity.CAUTION)
    assert said.message.startswith("One capsule, 168 mg, is below B2's minimum, 200 mg;")
    weigh(sqlite_bench, number, reason="On the finer one.")
    verdict = found(sqlite_bench, number).verdict
    assert verdict is not None
    assert verdict.of_balance == ()
