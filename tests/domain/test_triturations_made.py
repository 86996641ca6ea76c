"""A trituration as it was made: what its weights come to, until when it is used, and which weights make none."""

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest

from compounder.domain.batch.uncertainty import UncertaintyTerm
from compounder.domain.record.header import RecordHeader
from compounder.domain.record.readings import ReadingOutsideWindow
from compounder.domain.record.trituration_record import (
    Start,
    TriturationRecord,
    WeightsTaken,
    as_planned,
    made,
    taken,
)
from compounder.domain.units import MASS, READING, Reading, parse_quantity, quantity_text
from tests.domain.orders import CELLULOSE, HYDROCHLORIDE, a_balance, an_order
from tests.domain.records import NUMBER, a_record

BALANCES = [a_balance(capacity="100 mg"), a_balance(name="B2", repeatability="0.2 mg")]
MADE_ON = date(2026, 11, 22)


def planned() -> TriturationRecord:
    """20.0 mg of drug in 200 mg, 1:10, on two balances, for thirty capsules of 0.5 mg."""
    order = an_order("0.5 mg", 30, trituration="shared", ratios=["1:10"], balances=BALANCES)
    record = a_record(order)
    return TriturationRecord(
        **{each.name: getattr(record, each.name) for each in fields(RecordHeader)},
        plan=record.triturations[0].plan,
        plan_sha256="",
        made_from=None,
        beyond_use_date=date(2027, 5, 19),
        beyond_use_limit="",
    )


def mg(text: str) -> Reading:
    return parse_quantity(f"{text} mg", READING)


def weights(started_with: str = "19.8", diluent: str = "180.2") -> WeightsTaken:
    return WeightsTaken(started_with=mg(started_with), diluent=mg(diluent))


def test_what_it_holds_comes_from_the_weights_taken() -> None:
    """19.8 ÷ (19.8 + 180.2) = 0.099; (1 − 0.099) × 0.1 ÷ 19.8 of the drug, 0.2 ÷ 200 of the diluent."""
    told = made(planned(), Start(), weights(), MADE_ON)
    assert (quantity_text(told.total, MASS), told.active_fraction) == ("200 mg", Decimal("0.099"))
    assert (told.weights, told.made_on) == (weights(), MADE_ON)
    drug, diluent = told.budget
    assert (drug.term, round(drug.percent, 8)) == (f"{NUMBER}: {HYDROCHLORIDE}", Decimal("0.00455051"))
    assert (diluent.term, diluent.percent) == (f"{NUMBER}: {CELLULOSE}", Decimal("0.001"))


def test_one_made_from_another_holds_that_ones_share_and_carries_its_uncertainty() -> None:
    before = UncertaintyTerm(term="T1", percent=Decimal("0.003"))
    told = made(planned(), Start(active_fraction=Decimal("0.1"), budget=(before,)), weights(), MADE_ON)
    assert told.active_fraction == Decimal("0.0099")
    assert (told.budget[0], len(told.budget)) == (before, 3)


def test_it_is_used_from_the_day_it_was_made_and_no_longer_than_its_parts() -> None:
    """180 days, the first being 22 November 2026, end on 20 May 2027."""
    whole = made(planned(), Start(), weights(), MADE_ON)
    assert (whole.beyond_use_date, whole.beyond_use_limit) == (
        date(2027, 5, 20),
        "policy: 180 days, the day of compounding is day 1",
    )
    start = Start(expires_on=(("trituration 261101A001K", date(2027, 1, 31)),))
    parts = made(planned(), start, weights(), MADE_ON)
    assert (parts.beyond_use_date, parts.beyond_use_limit) == (
        date(2027, 1, 31),
        "expiry of trituration 261101A001K",
    )


@pytest.mark.parametrize("read", [("19.8", "178.2"), ("20.2", "181.8")])
def test_weights_at_the_ends_of_their_windows_make_it(read: tuple[str, str]) -> None:
    assert made(planned(), Start(), weights(*read), MADE_ON).weights == weights(*read)


@pytest.mark.parametrize(
    ("read", "field_name", "said"),
    [
        (("19.7", "180.0"), "started_with", f"19.7 mg of {HYDROCHLORIDE} was read; 19.8 mg to 20.2 mg is accepted."),
        (("20.0", "181.9"), "diluent", f"181.9 mg of {CELLULOSE} was read; 178.2 mg to 181.8 mg is accepted."),
    ],
)
def test_a_weight_outside_its_window_makes_none(read: tuple[str, str], field_name: str, said: str) -> None:
    with pytest.raises(ReadingOutsideWindow) as refused:
        made(planned(), Start(), weights(*read), MADE_ON)
    advice = "Weigh again; if it is mixed already, discard it, void and order again."
    assert (refused.value.field_name, str(refused.value)) == (field_name, f"{said} {advice}")


def test_whoever_makes_no_slip_weighs_as_planned_on_the_balances_named() -> None:
    assert as_planned(planned().plan) == WeightsTaken(
        started_with=mg("20.0"), diluent=mg("180.0"), started_with_balance="B1", diluent_balance="B2"
    )


def test_each_weight_is_told_with_its_balance_and_what_that_showed_before() -> None:
    told = WeightsTaken(
        started_with=mg("19.8"),
        diluent=mg("180.2"),
        started_with_balance="B1",
        diluent_balance="B2",
        started_with_tared=mg("0.0"),
        diluent_tared=mg("0.1"),
    )
    assert told.each == (
        ("started_with", mg("19.8"), "B1", mg("0.0")),
        ("diluent", mg("180.2"), "B2", mg("0.1")),
    )
    assert taken(made(planned(), Start(), told, MADE_ON)) == (
        (mg("19.8"), "B1", mg("0.0")),
        (mg("180.2"), "B2", mg("0.1")),
    )
    assert taken(None) == ((None, "", None), (None, "", None))
