"""Product numbers: one for each formulation and strength, given once, kept in the record, and proved."""

from dataclasses import replace

import pytest

from compounder.codec.documents import canonical
from compounder.database import batches
from compounder.printing.composing import label_of
from compounder.services.orders import lot_numbers_of
from compounder.services.product_numbers import NoItemLeft, product_numbers
from compounder.settings import Settings
from tests.services.numbering import ACT, DOSES, numbered_there
from tests.services.orders import SITE, Bench, revise_settings, some_settings
from tests.services.proved import attacked, sentences, statement


def gtins(bench: Bench, order: str) -> list[str]:
    """The product numbers in the records of an order."""
    with bench.database.reading() as reading:
        numbers = lot_numbers_of(reading, SITE, order)
        return [batches.load(reading, SITE, number).record.gtin for number in numbers]


def test_a_product_has_one_number_whatever_is_ordered_when(bench: Bench) -> None:
    revise_settings(bench, gs1_prefix="9521234")
    assert gtins(bench, bench.order("3 mg")) == ["09521234000013"]
    assert gtins(bench, bench.order("1.5 mg", "3 mg", key="second")) == ["09521234000020", "09521234000013"]


def test_without_a_prefix_a_record_is_as_it_always_was(sqlite_bench: Bench) -> None:
    order = sqlite_bench.order("1.5 mg")
    with sqlite_bench.database.reading() as reading:
        record = batches.load(reading, SITE, lot_numbers_of(reading, SITE, order)[0]).record
    assert (record.gtin, "gtin" in canonical(record), label_of(record).elements) == ("", False, "")
    assert "gs1_prefix" not in canonical(some_settings())


def test_the_label_says_what_the_record_says_whatever_the_prefix_is_later(sqlite_bench: Bench) -> None:
    revise_settings(sqlite_bench, gs1_prefix="9521234")
    order = sqlite_bench.order("1.5 mg")
    with sqlite_bench.database.reading() as reading:
        record = batches.load(reading, SITE, lot_numbers_of(reading, SITE, order)[0]).record
    assert label_of(record).elements == "(01)09521234000013(17)271120(10)261121A001K"
    later = replace(record, plan=replace(record.plan, beyond_use_date=record.plan.beyond_use_date.replace(day=1)))
    assert label_of(later).elements == "(01)09521234000013(17)271101(10)261121A001K"


def test_a_prefix_that_is_used_up_says_so(sqlite_bench: Bench) -> None:
    with sqlite_bench.database.writing() as writing:
        for number in range(99):
            product_numbers(writing, ACT, "9521234567", f"F{number}", DOSES[:1])
        with pytest.raises(NoItemLeft, match="Every item under GS1 prefix 9521234567"):
            product_numbers(writing, ACT, "9521234567", "ONE-MORE", DOSES)


def test_numbers_given_are_as_they_were_written(pharmacy: Settings) -> None:
    numbered_there(pharmacy)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE gs1_items SET gtin = '09521234000037' WHERE reference = 1", "gtin changed beside it"),
        ("UPDATE gs1_items SET strength_ng = 7 WHERE reference = 1", "strength ng changed beside it"),
        ("DELETE FROM gs1_items", "made is missing from the gs1 items"),
    ],
)
def test_numbers_changed_beside_the_journal_are_named(sqlite_copy: Settings, attack: str, said: str) -> None:
    numbered_there(sqlite_copy)
    assert said in attacked(sqlite_copy, statement(attack))
