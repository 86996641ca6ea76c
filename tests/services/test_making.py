"""Making a trituration: on the pharmacy's own day, and on balances that are fit for it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError, NotAccepted, OutOfBounds
from compounder.domain.record.readings import BalanceTooCoarse, CalibrationOverdue
from compounder.domain.record.trituration_record import taken
from compounder.domain.units import READING, parse_quantity
from compounder.services.errors import NoSuchBalance
from compounder.services.making import Making, make_trituration
from tests.services.orders import ANNA, SITE, Bench, a_balance, entries, revise_settings
from tests.services.triturations import as_planned, looked_at, make, planned

NEXT_DAY = date(2026, 11, 22)


def test_today_is_the_pharmacys_own_day_where_greenwich_still_has_yesterday(sqlite_bench: Bench) -> None:
    """Half past nine in the morning of the 22nd in Auckland."""
    revise_settings(sqlite_bench, time_zone="Pacific/Auckland")
    assert made_at(sqlite_bench, datetime(2026, 11, 21, 20, 30, tzinfo=UTC))


def test_tomorrow_is_to_come_where_greenwich_has_it_already(sqlite_bench: Bench) -> None:
    """Eight in the evening of the 21st in New York."""
    revise_settings(sqlite_bench, time_zone="America/New_York")
    with pytest.raises(OutOfBounds, match="22 Nov 2026 was read; 21 Nov 2026 to 21 Nov 2026 is accepted"):
        made_at(sqlite_bench, datetime(2026, 11, 22, 1, tzinfo=UTC))


def made_at(bench: Bench, at: datetime) -> str:
    """The id of the lot of a trituration that is said, at this moment, to be made on the 22nd."""
    number = planned(bench)
    making = Making(
        site=SITE,
        lot_number=number,
        weights=as_planned(bench, number),
        made_on=NEXT_DAY,
        one_time_key="making",
        actor=ANNA,
        at=at,
    )
    with bench.database.writing() as writing:
        return make_trituration(writing, making)


OVERDUE = replace(a_balance("B1", "0.1 mg"), calibrated_until=date(2026, 11, 20))
FINER = a_balance("B0", "0.01 mg")


@pytest.mark.parametrize(
    ("refused", "said", "field", "used"),
    [
        (CalibrationOverdue, "The calibration of balance B1 ended on 20 Nov 2026", "started_with_balance", "B1"),
        (BalanceTooCoarse, "B2 is coarser than B1", "started_with_balance", "B2"),
        (NoSuchBalance, "is not a balance of this pharmacy; choose B1 or B0 or B2", "diluent_balance", "B9"),
        (NoSuchBalance, "is not a balance of this pharmacy", "diluent_balance", ""),
    ],
)
def test_no_trituration_is_weighed_on_a_balance_that_is_not_fit(
    sqlite_bench: Bench, refused: type[CompoundingError], said: str, field: str, used: str
) -> None:
    number = planned(sqlite_bench)
    revise_settings(sqlite_bench, balances=(OVERDUE, FINER, a_balance("B2", "0.01 g")))
    fit = replace(as_planned(sqlite_bench, number), started_with_balance="B0", diluent_balance="B0")
    before, balance = entries(sqlite_bench), dict[str, Any]({field: used})
    with pytest.raises(refused, match=said) as refusal:
        make(sqlite_bench, number, replace(fit, **balance))
    assert refusal.value.pointer == f"/{field}"
    assert entries(sqlite_bench) == before


def test_the_balance_of_each_weight_stands_with_it(sqlite_bench: Bench) -> None:
    number = planned(sqlite_bench)
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), FINER))
    make(sqlite_bench, number, replace(as_planned(sqlite_bench, number), diluent_balance="B0"))
    made = looked_at(sqlite_bench, number).stored.made
    assert [balance for _, balance, _ in taken(made)] == ["B1", "B0"]


def test_a_reading_between_the_steps_of_a_finer_balance_is_one_of_its_own(sqlite_bench: Bench) -> None:
    number = planned(sqlite_bench)
    revise_settings(sqlite_bench, balances=(a_balance("B1", "0.1 mg"), FINER))
    weights = as_planned(sqlite_bench, number)
    finer = weights.started_with + parse_quantity("0.05 mg", READING)
    assert make(sqlite_bench, number, replace(weights, started_with=finer, started_with_balance="B0"))


def test_a_reading_that_the_balance_cannot_show_is_refused(sqlite_bench: Bench) -> None:
    number = planned(sqlite_bench)
    weights = as_planned(sqlite_bench, number)
    finer = weights.started_with + parse_quantity("0.05 mg", READING)
    with pytest.raises(NotAccepted, match=r"in steps of 0\.1 mg") as refusal:
        make(sqlite_bench, number, replace(weights, started_with=finer))
    assert refusal.value.field_name == "started_with"
