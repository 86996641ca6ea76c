"""CAS numbers on certificates: misread ones, those of another form, and what a hydrate's may print."""

from contextlib import nullcontext
from dataclasses import replace
from itertools import product

import pytest

from compounder.codec.documents import canonical, from_stored
from compounder.domain.stock.cas_numbers import NotACasNumber, OfAnotherSubstance, read_cas_number, require_printed_for
from compounder.domain.stock.lots import IngredientLot
from compounder.domain.stock.substances import SUBSTANCES
from tests.domain.test_lots import a_lot

BASE, SALT, WATER = "16590-41-3", "16676-29-2", "7732-18-5"


def test_the_numbers_of_the_house_bear_out_their_last_digit() -> None:
    known = [each.cas_number for each in SUBSTANCES.values() if each.cas_number]
    assert list(map(read_cas_number, known)) == known == [SALT, BASE]


def test_no_digit_can_be_read_as_another() -> None:
    """Its last digit does not bear out every slip; what it lets through is nobody's number here."""
    for place, digit in product((0, 1, 2, 3, 4, 6, 7, 9), range(10)):
        read = f"{SALT[:place]}{digit}{SALT[place + 1 :]}"
        with pytest.raises((NotACasNumber, OfAnotherSubstance)) if read != SALT else nullcontext():
            require_printed_for(SUBSTANCES["naltrexone hydrochloride"], read_cas_number(read))


@pytest.mark.parametrize(
    "text", ["", "16590413", "16590-41", "16590-41-3 ", "١٦٥٩٠-41-3", "1-41-3", "no", "9" * 30_000]
)
def test_what_is_no_cas_number_is_refused(text: str) -> None:
    with pytest.raises(NotACasNumber, match="copy it from the certificate again, or write none where it prints none"):
        read_cas_number(text)


def test_what_was_read_for_a_cas_number_is_said() -> None:
    with pytest.raises(NotACasNumber, match=r'^"16590-41-4" is no CAS number; copy it'):
        read_cas_number("16590-41-4")


@pytest.mark.parametrize(
    ("substance", "number"),
    [
        ("naltrexone", BASE),
        ("naltrexone hydrochloride", SALT),
        ("naltrexone hydrochloride dihydrate", SALT),
        ("naltrexone hydrochloride dihydrate", WATER),
        ("naltrexone", "none"),
        ("microcrystalline cellulose", WATER),
    ],
)
def test_a_number_that_its_certificate_may_print_is_taken(substance: str, number: str) -> None:
    require_printed_for(SUBSTANCES[substance], number)


@pytest.mark.parametrize(
    ("substance", "number", "named"),
    [
        ("naltrexone hydrochloride", BASE, "naltrexone"),
        ("naltrexone", SALT, "naltrexone hydrochloride"),
        ("naltrexone hydrochloride dihydrate", BASE, "naltrexone"),
        ("naltrexone hydrochloride", WATER, "another substance"),
        ("microcrystalline cellulose", SALT, "naltrexone hydrochloride"),
    ],
)
def test_a_number_of_another_form_is_refused_by_name(substance: str, number: str, named: str) -> None:
    with pytest.raises(OfAnotherSubstance, match=f"{number} is {named}, and {substance} is chosen. Look at"):
        require_printed_for(SUBSTANCES[substance], number)


def test_a_lot_keeps_it_and_the_document_of_one_that_has_none_stays_as_it_was() -> None:
    lot = a_lot()
    assert "cas_number" not in canonical(lot)
    told = replace(lot, cas_number="9004-34-6")
    assert from_stored(canonical(told), IngredientLot) == told
    with pytest.raises(OfAnotherSubstance):
        replace(lot, cas_number=SALT)
