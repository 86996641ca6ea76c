"""Weighing: the balance that admits a mass, its digits, the window around it, and the doublings of the filler."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compounder.domain.batch.weighing import (
    Role,
    Weighing,
    drug_and_filler,
    geometric_dilution,
    weigh,
    weighing_ranges,
)
from compounder.domain.errors import CompoundingError
from compounder.domain.stock.equipment import Balance, ElectronicBalance, PrescriptionBalance
from compounder.domain.units import MASS, READING, format_reading, mg, of, parse_mass, parse_quantity, quantity_text

TOLERANCE = Decimal("0.01")


def electronic(
    readability: str = "0.1 mg", repeatability: str = "0.1 mg", capacity: str = "", name: str = "B1"
) -> Balance:
    return ElectronicBalance(
        name=name,
        readability=parse_quantity(readability, READING),
        repeatability=parse_mass(repeatability),
        capacity=parse_mass(capacity) if capacity else None,
    )


def prescription(requirement: str = "6 mg", readability: str = "1 mg") -> Balance:
    return PrescriptionBalance(
        name="P1", readability=parse_quantity(readability, READING), sensitivity_requirement=parse_mass(requirement)
    )


def weighed(mass: str, *balances: Balance, tolerance: Decimal = TOLERANCE) -> Weighing:
    ranges = weighing_ranges(balances or (electronic(),), tolerance)
    return weigh("naltrexone", Role.ACTIVE, parse_mass(mass), ranges, tolerance)


@pytest.mark.parametrize(
    ("balance", "tolerance", "minimum"),
    [
        (electronic("0.1 mg", "0.15 mg"), "0.001", "300 mg"),
        (electronic("0.1 mg", "0.1 mg"), "0.01", "20 mg"),
        (electronic("0.1 mg", "0 mg"), "0.01", "8.2 mg"),
        (electronic("0.001 g", "0.4 mg"), "0.01", "82 mg"),
        (electronic("10 mcg", "0.00002 g"), "0.05", "0.8 mg"),
        (prescription("6 mg"), "0.05", "120 mg"),
        (prescription("0.006 g"), "0.01", "600 mg"),
    ],
)
def test_the_least_a_balance_weighs_within_a_tolerance(balance: Balance, tolerance: str, minimum: str) -> None:
    assert quantity_text(balance.minimum_weighable(Decimal(tolerance)), MASS) == minimum


@pytest.mark.parametrize(
    ("readability", "mass", "reading"),
    [
        ("0.1 mg", "158.25 mg", "158.3 mg"),
        ("0.1 mg", "158.249999 mg", "158.2 mg"),
        ("0.001 g", "0.25 g", "0.250 g"),
        ("0.001 g", "12254.5 mg", "12.255 g"),
        ("0.01 g", "12254.5 mg", "12.25 g"),
        ("5 mg", "12252.5 mg", "12,255 mg"),
        ("1 mg", "0.4 mg", "0 mg"),
        ("10 mcg", "1.5 mg", "1,500 mcg"),
        ("0.5 mg", "1 mg", "1.0 mg"),
    ],
)
def test_a_mass_is_rounded_half_up_and_keeps_the_balances_digits(readability: str, mass: str, reading: str) -> None:
    assert format_reading(weighed(mass, electronic(readability)).to_weigh) == reading


def test_a_mass_that_thirds_left_a_hair_short_is_rounded_as_the_exact_mass() -> None:
    short = parse_mass("5 mg") / 3 * 3
    half = of(Decimal("2.4999999999999999999999999"), mg)
    assert short != parse_mass("5 mg")
    assert format_reading(electronic("10 mg").rounded(short)) == "10 mg"
    assert format_reading(electronic("1 mg").rounded(half)) == "3 mg"
    assert format_reading(electronic("1 mg").rounded(of(Decimal("2.49999999999999999"), mg))) == "2 mg"


def test_the_first_balance_listed_that_admits_the_mass_weighs_it() -> None:
    fine, coarse = electronic(capacity="200 mg", name="fine"), electronic("0.01 g", "0.01 g", name="coarse")
    assert [weighed(mass, fine, coarse).balance for mass in ("150 mg", "2 g", "250 mg")] == ["fine", "coarse", "fine"]
    assert weighed("150 mg", coarse, fine).balance == "fine"


def test_a_mass_equal_to_the_minimum_is_admitted_and_it_is_the_rounded_mass_that_counts() -> None:
    first, second = electronic(name="first"), electronic("0.01 mg", "0.001 mg", name="second")
    assert weighed("20 mg", first, second).balance == "first"
    assert weighed("19.95 mg", first, second).balance == "first"
    assert weighed("19.94 mg", first, second).balance == "second"


def test_a_mass_equal_to_the_capacity_is_admitted_after_rounding() -> None:
    small, large = electronic(capacity="100 mg", name="small"), electronic(name="large")
    assert [weighed(mass, small, large).balance for mass in ("100.04 mg", "100.05 mg")] == ["small", "large"]


def test_where_none_admits_it_the_one_with_the_smallest_minimum_is_named() -> None:
    assert (
        weighed("1 mg", electronic(repeatability="0.2 mg", name="a"), electronic(name="b"), prescription()).balance
        == "b"
    )


def test_a_prescription_balance_weighs_beside_an_electronic_one() -> None:
    assert weighed("700 mg", prescription(), electronic()).balance == "P1"
    assert weighed("599.4 mg", prescription(), electronic()).balance == "B1"


def test_the_residual_is_the_reading_less_the_exact_mass() -> None:
    assert quantity_text(weighed("158.278 mg").residual, MASS) == "0.022 mg"
    assert quantity_text(weighed("158.34 mg").residual, MASS) == "-0.04 mg"
    assert quantity_text(weighed("0.2501 g", electronic("0.001 g")).residual, MASS) == "-0.1 mg"


def test_the_window_is_rounded_inwards() -> None:
    weighing = weighed("158.278 mg")
    assert (format_reading(weighing.accept_from), format_reading(weighing.accept_to)) == ("156.7 mg", "159.8 mg")


def test_a_window_that_ends_on_a_step_keeps_it() -> None:
    weighing = weighed("100 mg")
    assert (format_reading(weighing.accept_from), format_reading(weighing.accept_to)) == ("99.0 mg", "101.0 mg")


def test_a_window_always_holds_the_reading_to_weigh() -> None:
    weighing = weighed("1.4 mg", electronic("1 mg"))
    assert (format_reading(weighing.accept_from), format_reading(weighing.accept_to)) == ("1 mg", "1 mg")


def test_filler_is_added_in_doublings_that_sum_to_all_of_it() -> None:
    portions = geometric_dilution(parse_mass("158.3 mg"), parse_mass("12254.5 mg"))
    texts = [quantity_text(portion, MASS) for portion in portions]
    assert texts == ["158.3 mg", "316.6 mg", "633.2 mg", "1266.4 mg", "2532.8 mg", "5065.6 mg", "2281.6 mg"]
    assert quantity_text(sum(portions[1:], portions[0]), MASS) == "12254.5 mg"


@pytest.mark.parametrize(
    ("active", "filler", "portions"),
    [
        ("100 mg", "50 mg", ["50 mg"]),
        ("100 mg", "100 mg", ["100 mg"]),
        ("100 mg", "300 mg", ["100 mg", "200 mg"]),
        ("0 mg", "300 mg", ["300 mg"]),
        ("100 mg", "0 mg", []),
        ("0 mg", "0 mg", []),
        ("0.1 g", "400 mg", ["100 mg", "200 mg", "100 mg"]),
    ],
)
def test_the_last_portion_is_what_is_left(active: str, filler: str, portions: list[str]) -> None:
    found = geometric_dilution(parse_quantity(active, READING), parse_quantity(filler, READING))
    assert [quantity_text(portion, MASS) for portion in found] == portions


def test_the_mortar_starts_with_all_of_the_drug_and_takes_all_of_the_filler() -> None:
    each = [weighed("50 mg"), weighed("0.1 g", electronic("0.001 g")), weighed("700 mg")]
    roles = (Role.ACTIVE, Role.NEXT_ACTIVE, Role.FILLER)
    drug, filler = drug_and_filler([replace(one, role=role) for one, role in zip(each, roles, strict=True)])
    assert (quantity_text(drug, MASS), quantity_text(filler, MASS)) == ("150 mg", "700 mg")
    assert [quantity_text(mass, MASS) for mass in drug_and_filler([])] == ["0 mg", "0 mg"]


@pytest.mark.parametrize("readability", ["0 mg", "0.0001 mcg"])
def test_a_balance_shows_steps_that_exist(readability: str) -> None:
    with pytest.raises(CompoundingError):
        electronic(readability)


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "B\n1", "B\u202e1", "\ud800"])
def test_a_balance_has_a_name_that_fits_the_worksheet(name: str) -> None:
    with pytest.raises(CompoundingError):
        electronic(name=name)
