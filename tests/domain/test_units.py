"""Quantities as people write them: one grammar in, and the traps that were met on the way."""

from dataclasses import replace
from decimal import Decimal

import pint
import pytest

from compounder.domain.batch.order import StrengthLine
from compounder.domain.errors import CompoundingError, NotANumber, NotAWholeNumber, OutOfBounds, UnknownUnit
from compounder.domain.quantities import registry
from compounder.domain.units import (
    DENSITY,
    MASS,
    MASS_PER_CAPSULE,
    READING,
    VOLUME,
    Dimension,
    Unit,
    capsule,
    format_dose,
    kept_quantity,
    mg,
    mg_per_capsule,
    mg_per_mL,
    of,
    parse_count,
    parse_count_text,
    parse_mass,
    parse_number,
    parse_percent,
    parse_quantity,
    quantity_text,
    ratio,
)

NUMBERS = ["0", "0.1", "1", "12.5", "1234567", "1234567.123456", "0.000001", "9999999.999999", "1.50"]
NOT_NUMBERS = [
    "",
    " ",
    "1,5",
    "1.234,5",
    ".5",
    "5.",
    "00.5",
    "01",
    "+1",
    "-1",
    "1e3",
    "1E+2",
    "1e1000000",
    "1_000",
    "1 000",
    " 1",
    "1 ",
    "1\n",
    "1\x00",
    "12345678",
    "0.1234567",
    "NaN",
    "Infinity",
    "0x10",
    "1/2",
    "½",
    "²",
    "１２",
    "١٢",
    "१२",
    "1\u00a0",
    "1．5",
    "1٫5",
    "٣",
]


@pytest.mark.parametrize("text", NUMBERS)
def test_a_plain_decimal_is_read_as_it_stands(text: str) -> None:
    assert str(parse_number(text)) == text or parse_number(text) == Decimal("0.000001")


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_anything_else_is_no_number(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_number(text)
    with pytest.raises(NotANumber):
        parse_quantity(f"{text} mg", MASS)
    with pytest.raises(NotANumber):
        parse_count_text(text)


@pytest.mark.parametrize("value", [None, True, 1, 1.5, [], {}, b"x", Decimal(3)])
def test_only_text_is_read_as_a_number(value: object) -> None:
    with pytest.raises(NotANumber):
        parse_number(value)
    with pytest.raises(NotANumber):
        parse_quantity(value, MASS)


@pytest.mark.parametrize("text", ["", "1.0", "+1", "-1", "1,000", "١", "10000000"])
def test_only_a_whole_number_is_read_as_a_count(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_count(text, most=100_000)


@pytest.mark.parametrize("text", ["30,5", "30,0", "1,000"])
def test_a_comma_in_a_count_is_answered_with_a_whole_number(text: str) -> None:
    with pytest.raises(NotAWholeNumber) as refused:
        parse_count_text(text)
    assert str(refused.value) == f'"{text}" has a comma; write a whole number such as 100.'


def test_what_is_no_whole_number_is_answered_with_one() -> None:
    with pytest.raises(NotAWholeNumber) as refused:
        parse_count_text("1.0")
    assert str(refused.value) == '"1.0" was read; write a whole number such as 100.'


def test_counts_have_bounds() -> None:
    assert [parse_count(text, most=1000) for text in ("1", "1000")] == [1, 1000]
    assert [parse_count_text(text) for text in ("0", "9999999")] == [0, 9_999_999]
    for text, read in (("0", "0"), ("1001", "1,001")):
        with pytest.raises(OutOfBounds, match=f"^{read} was read; 1 to 1,000 is accepted"):
            parse_count(text, most=1000)


def test_a_comma_is_refused_with_its_danger() -> None:
    with pytest.raises(NotANumber) as refused:
        parse_mass("1,5 mg")
    assert str(refused.value) == '"1,5 mg" has a comma, which could mean ten times more; write a point.'


@pytest.mark.parametrize(
    "text",
    [
        "1.5mg",
        "1.5  mg",
        "1.5\u00a0mg",
        "1.5\tmg",
        "1.5\u2009mg",
        " 1.5 mg",
        "1.5",
        "mg",
        "mg 1.5",
        "１.5 mg",
        "1.5\nmg",
    ],
)
def test_exactly_one_ascii_space_stands_between_number_and_unit(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_mass(text)


@pytest.mark.parametrize(
    "unit",
    [
        "Mg",
        "MG",
        "µg",
        "ug",
        "gr",
        "G",
        "ML",
        "ml",
        "l",
        "units",
        "mg\n",
        "mg/mL",
        "capsule",
        "milligram",
        "ｍｇ",
        "",
    ],
)
def test_a_unit_off_the_list_is_unknown(unit: str) -> None:
    with pytest.raises(UnknownUnit):
        parse_mass(f"1 {unit}")


@pytest.mark.parametrize(
    ("text", "kept_as"), [("1500 mcg", "1.5 mg"), ("1.5 mg", "1.5 mg"), ("0.25 g", "250 mg"), ("1 kg", "1000000 mg")]
)
def test_every_unit_of_mass_means_the_same_mass(text: str, kept_as: str) -> None:
    assert quantity_text(parse_mass(text), MASS) == kept_as


@pytest.mark.parametrize(
    ("text", "dimension", "unit"),
    [
        ("-0.021577498033 mg", MASS, mg),
        ("12254.4810517 mg", MASS_PER_CAPSULE, mg_per_capsule),
        ("0.85 g/mL", DENSITY, mg_per_mL),
        ("0.250 g", READING, registry.Unit("gram")),
    ],
)
def test_a_kept_quantity_is_read_back_as_it_was_written(text: str, dimension: Dimension, unit: Unit) -> None:
    kept = kept_quantity(text, dimension)
    assert (quantity_text(kept, dimension), kept.units) == (text, unit)


@pytest.mark.parametrize("text", ["1mg", "1\tmg", "1  mg", "1 mg of it"])
def test_a_kept_quantity_is_one_number_one_space_and_one_unit(text: str) -> None:
    with pytest.raises(ValueError, match="to unpack"):
        kept_quantity(text, MASS)


@pytest.mark.parametrize("dimension", [MASS, VOLUME, MASS_PER_CAPSULE, DENSITY], ids=lambda each: str(each.name))
def test_a_dimension_knows_one_of_its_unit(dimension: Dimension) -> None:
    assert replace(dimension).one == of(1, dimension.unit)


def test_volumes_and_densities_have_their_own_units() -> None:
    assert quantity_text(parse_quantity("0.5 L", VOLUME), VOLUME) == "500 mL"
    assert quantity_text(parse_quantity("0.85 g/mL", DENSITY), DENSITY) == "0.85 g/mL"
    with pytest.raises(UnknownUnit):
        parse_quantity("0.85 mg/mL", DENSITY)
    with pytest.raises(UnknownUnit):
        parse_quantity("1 mL", MASS)


@pytest.mark.parametrize(
    "rubbish", ["x" * 65_536, "9" * 65_536, "1" + " " * 65_536 + "mg", "1 " + "m" * 65_536, "١" * 65_536]
)
def test_64_kilobytes_of_rubbish_are_refused_in_a_short_sentence(rubbish: str) -> None:
    with pytest.raises(CompoundingError) as refused:
        parse_mass(rubbish)
    assert len(str(refused.value)) < 200


def test_percent_is_a_ratio_of_one() -> None:
    assert parse_percent("99.2") == Decimal("0.992")
    assert parse_percent("0.000001") == Decimal("0.00000001")


def test_a_capsule_is_a_dimension_of_its_own() -> None:
    with pytest.raises(pint.DimensionalityError):
        of(1, mg_per_capsule) + of(1, mg)
    with pytest.raises(CompoundingError):
        StrengthLine(strength=of(1, mg), capsules=1)
    assert (of(2, mg_per_capsule) * of(3, capsule)).units == mg


def test_pint_would_have_read_a_comma_as_ten_times_more() -> None:
    assert str(pint.UnitRegistry(non_int_type=Decimal).Quantity("1,5 mg").magnitude) == "15"


def test_a_float_in_a_quantity_is_refused_at_the_door() -> None:
    with pytest.raises(CompoundingError):
        StrengthLine(strength=registry.Quantity(0.1, mg_per_capsule), capsules=1)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "0", "-1", "1000001"])
def test_an_impossible_mass_is_refused_at_the_door(number: str) -> None:
    with pytest.raises(CompoundingError):
        StrengthLine(strength=of(Decimal(number), mg_per_capsule), capsules=1)


def test_a_third_of_a_gram_three_times_is_not_a_gram() -> None:
    gram = parse_mass("1 g")
    assert gram / 3 * 3 != gram


def test_pints_own_format_is_never_ours() -> None:
    hundred = of(Decimal("1E+2"), mg)
    assert f"{hundred}" == "1E+2 milligram"
    assert format_dose(hundred, MASS) == "100 mg"


def test_python_takes_other_scripts_digits_and_we_do_not() -> None:
    assert "١".isdigit()
    assert int("١") == 1
    with pytest.raises(NotANumber):
        parse_number("١")


@pytest.mark.parametrize("name", ["Mg", "gr", "ML", "units", "month", "percent", "mcL", "ppm", "IU", "lb", "oz"])
def test_the_registry_knows_nothing_but_its_own_few_units(name: str) -> None:
    with pytest.raises(pint.UndefinedUnitError):
        registry.Unit(name)


def test_a_ratio_of_like_masses_is_a_bare_number() -> None:
    assert ratio(of(1, mg) / parse_quantity("0.004 g", READING)) == Decimal("0.25")
    with pytest.raises(pint.DimensionalityError):
        ratio(of(1, mg))


def test_our_quantities_are_pints() -> None:
    assert isinstance(parse_mass("1 mg"), pint.Quantity)
    assert isinstance(parse_mass("1 mg").magnitude, Decimal)


def test_a_stored_reading_keeps_the_unit_it_was_read_in_and_a_computed_mass_is_in_milligrams() -> None:
    assert str(kept_quantity("0.1583 g", READING).units) == "gram"
    assert kept_quantity("-0.0215 g", MASS) == of(Decimal("-21.5"), mg)
    assert str(kept_quantity("0.1583 g", MASS).units) == "milligram"
