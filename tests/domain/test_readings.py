"""Readings: typed twice alike, shown by a balance that is fit and tared, in the unit meant, and within the window."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.weighing import Weighing
from compounder.domain.errors import CompoundingError
from compounder.domain.record.readings import (
    BalanceTooCoarse,
    CalibrationOverdue,
    NotTared,
    OtherUnit,
    OverCapacity,
    ReadingOutsideWindow,
    ReadTwiceDifferently,
    UsedBalanceOverdue,
    read_twice,
    require_accepted,
    require_each_shown_by,
    require_every_digit,
    require_fit,
    require_shown_by,
    require_tared,
    require_usual_unit,
    tared_to,
)
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.units import READING, Reading, format_reading, parse_quantity
from tests.domain.orders import a_balance, an_active, an_order, plan_order

DAY = date(2026, 11, 21)


def shown(text: str) -> Reading:
    """A reading as the balance shows it."""
    return parse_quantity(text, READING)


def refusal(act: Callable[..., None], *given: object) -> tuple[str, str]:
    """At which field something is refused, and in which sentence."""
    with pytest.raises(CompoundingError) as refused:
        act(*given)
    return getattr(refused.value, "field_name", ""), str(refused.value)


def planned() -> Weighing:
    """461.0 mg to weigh, within 1 %: 456.4 mg to 465.6 mg (worked example E10)."""
    active = an_active(assay_percent="99.2", assay_basis="anhydrous", water_percent="1.6")
    return plan_order(read(an_order(active=active), BatchOrder))[0].weighings[0]


def balance(name: str = "B1", **changes: Any) -> ElectronicBalance:
    return read(a_balance(name=name, **changes), ElectronicBalance)


def test_a_reading_is_typed_twice_and_taken_as_it_was_typed_first() -> None:
    assert format_reading(read_twice("461.00 mg", "0.461 g")) == "461.00 mg"
    with pytest.raises(ReadTwiceDifferently, match=r"461\.0 mg was typed first and 416\.0 mg then"):
        read_twice("461.0 mg", "416.0 mg")


@pytest.mark.parametrize(("first", "second", "pointer"), [("461", "461.0 mg", "/reading"), ("461 mg", "", "/again")])
def test_what_is_no_reading_is_said_of_the_field_it_was_typed_in(first: str, second: str, pointer: str) -> None:
    with pytest.raises(CompoundingError) as refused:
        read_twice(first, second)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("456.3 mg", "456.3 mg was read; 456.4 mg to 465.6 mg is accepted. Add some, and read it again."),
        ("465.7 mg", "is accepted. Take some away, or discard it and weigh anew."),
    ],
)
def test_a_reading_outside_the_window_is_refused_with_the_window(reading: str, said: str) -> None:
    with pytest.raises(ReadingOutsideWindow) as refused:
        require_accepted(planned(), shown(reading))
    assert said in str(refused.value)
    assert refused.value.field_name == "reading"


@pytest.mark.parametrize("reading", ["456.4 mg", "465.6 mg", "0.4610 g"])
def test_a_reading_in_the_window_is_accepted_to_its_very_ends(reading: str) -> None:
    require_accepted(planned(), shown(reading))


def test_a_balance_coarser_than_the_planned_one_is_refused() -> None:
    reading = shown("461 mg")
    coarse = balance("B2", readability="1 mg", repeatability="1 mg")
    shaky = balance("B3", repeatability="0.2 mg")
    for other in (coarse, shaky):
        with pytest.raises(BalanceTooCoarse, match=f"{other.name} is coarser than B1, which the plan names"):
            require_fit(other, balance(), reading, DAY)
    require_fit(balance("B4", readability="0.01 mg", repeatability="0.02 mg"), balance(), reading, DAY)


def test_more_than_a_balance_carries_is_refused() -> None:
    with pytest.raises(OverCapacity, match="B1 carries at most 400 mg"):
        require_fit(balance(capacity="400 mg"), balance(), shown("461.0 mg"), DAY)
    require_fit(balance(capacity="461 mg"), balance(), shown("461.0 mg"), DAY)


def test_a_balance_whose_calibration_has_ended_is_refused() -> None:
    reading, until = shown("461.0 mg"), balance(calibrated_until="2026-11-21")
    require_fit(until, balance(), reading, DAY)
    with pytest.raises(CalibrationOverdue, match="The calibration of balance B1 ended on 21 Nov 2026"):
        require_fit(until, balance(), reading, DAY + timedelta(days=1))


@pytest.mark.parametrize("field_name", ["reading", "diluent"])
def test_a_reading_between_the_steps_of_a_balance_is_refused(field_name: str) -> None:
    between = '"461.05 mg" was read; a reading of B1, in steps of 0.1 mg, is accepted.'
    assert refusal(require_shown_by, balance(), shown("461.05 mg"), field_name) == (field_name, between)


def test_powder_weighed_on_a_balance_that_is_overdue_since_is_weighed_anew_or_the_balance_calibrated() -> None:
    assert str(UsedBalanceOverdue(balance="B1", ended="21 Nov 2026")) == (
        "Powder was weighed on balance B1, whose calibration ended on 21 Nov 2026; have it calibrated, or weigh anew."
    )


@pytest.mark.parametrize("text", ["0 mg", "0.0 mg", "0.0000 g", "0.1 mg"])
def test_an_empty_vessel_shows_zero_within_one_step(text: str) -> None:
    require_tared(balance(), shown(text))


def test_an_empty_vessel_that_shows_more_is_not_tared() -> None:
    said = "B1 shows 0.2 mg with the empty vessel; tare it to zero, then weigh the powder in it."
    assert refusal(require_tared, balance(), shown("0.2 mg")) == (NotTared.field_name, said) == ("tared", said)
    assert refusal(require_tared, balance(), shown("0.2 mg"), "diluent_tared") == ("diluent_tared", said)


def test_what_an_empty_vessel_showed_is_said_where_it_was_asked_for() -> None:
    assert [tared_to(each) for each in (None, shown("0.0 mg"))] == ["", "tared to 0.0 mg"]


@pytest.mark.parametrize("text", ["0.0200 g", "20.0 mg", "0.02000 g"])
def test_a_reading_has_every_digit_that_the_balance_shows(text: str) -> None:
    require_every_digit(balance(readability="0.0001 g"), shown(text), "diluent")


def test_a_reading_with_fewer_digits_was_shown_by_another_balance() -> None:
    said = '"0.02 g" was read; every digit that B1 shows, in steps of 0.0001 g, is accepted.'
    assert refusal(require_every_digit, balance(readability="0.0001 g"), shown("0.02 g"), "diluent") == (
        "diluent",
        said,
    )


@pytest.mark.parametrize(("text", "meant"), [("461.0 g", "461.0 mg"), ("0.461 mg", "0.461 g")])
def test_a_figure_that_is_right_in_another_unit_is_refused_by_its_unit(text: str, meant: str) -> None:
    said = f"{text} was read, where {meant} would be accepted; look at the unit first."
    assert refusal(require_usual_unit, planned(), shown(text)) == (OtherUnit.field_name, said) == ("reading", said)


@pytest.mark.parametrize("text", ["461.0 mg", "400.0 mg", "400.0 g"])
def test_of_a_figure_that_is_right_or_in_no_unit_nothing_is_said(text: str) -> None:
    require_usual_unit(planned(), shown(text))


def test_each_of_several_readings_is_one_of_its_balance() -> None:
    small = balance(capacity="400 mg")
    require_each_shown_by(small, [shown("399.9 mg"), shown("400.0 mg")], "filled")
    for last, found in (
        ("400.1 mg", ("balance", "B1 carries at most 400 mg; choose another balance.")),
        ("399.95 mg", ("filled", '"399.95 mg" was read; a reading of B1, in steps of 0.1 mg, is accepted.')),
    ):
        assert refusal(require_each_shown_by, small, [shown("399.9 mg"), shown(last)], "filled") == found
