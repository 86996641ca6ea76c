"""How quantities leave: doses without trailing zeros, weighings with the balance's digits, never an exponent."""

from decimal import Decimal

import pytest

from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    READING,
    digits,
    format_dose,
    format_reading,
    format_rounded,
    format_stock,
    kept,
    mg,
    mg_per_capsule,
    of,
    parse_quantity,
    quantity_text,
    with_commas,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.5", "0.5 mg"),
        ("1.0", "1 mg"),
        ("1250", "1,250 mg"),
        ("1E+3", "1,000 mg"),
        ("0.250", "0.25 mg"),
        ("1234567.5", "1,234,567.5 mg"),
    ],
)
def test_a_dose_has_a_leading_zero_no_trailing_zero_and_commas(number: str, text: str) -> None:
    assert format_dose(of(Decimal(number), mg_per_capsule)) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("0.250 g", "0.250 g"),
        ("12254.50 mg", "12,254.50 mg"),
        ("1000 mg", "1,000 mg"),
        ("5 mcg", "5 mcg"),
        ("0.0 mg", "0.0 mg"),
    ],
)
def test_a_weighing_keeps_the_digits_and_the_unit_of_the_balance(written: str, text: str) -> None:
    assert format_reading(parse_quantity(written, READING)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("320.5", "320.5 mg"), ("999.99", "999.99 mg"), ("1000", "1 g"), ("48910.6", "48.9106 g"), ("-1000", "-1 g")],
)
def test_what_a_jar_holds_is_told_in_grams_from_one_gram_on(number: str, text: str) -> None:
    assert format_stock(of(Decimal(number), mg)) == text


def test_a_figure_to_read_is_rounded_half_up() -> None:
    assert format_rounded(of(Decimal("120.55"), mg_per_capsule), MASS_PER_CAPSULE) == "120.6 mg"
    assert format_rounded(of(Decimal("1120.549"), mg_per_capsule), MASS_PER_CAPSULE) == "1,120.5 mg"


@pytest.mark.parametrize("number", ["1E+20", "1E-20", "0E-27", "123456789E+9"])
def test_no_format_ever_writes_an_exponent(number: str) -> None:
    mass = of(Decimal(number), mg)
    texts = [digits(Decimal(number)), kept(Decimal(number)), quantity_text(mass, MASS), format_dose(mass, MASS)]
    assert [text for text in texts if "E" in text or "e" in text] == []


def test_commas_stand_in_negative_residuals_too() -> None:
    assert (with_commas("-1234.5 mg"), with_commas("-0.02 mg")) == ("-1,234.5 mg", "-0.02 mg")


def test_an_unknown_number_is_kept_to_fifteen_digits() -> None:
    assert kept(Decimal(1) / Decimal(3)) == "0.333333333333333"
