"""What no order can say: each bound at the field it belongs to, with what was read and what is accepted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.batch.as_weighed import AsWeighed
from compounder.domain.batch.order import BatchOrder, ExtraByCount, ExtraByPercent, FormulationLimits, StrengthLine
from compounder.domain.batch.plan import require_plans, work_out_order
from compounder.domain.errors import CompoundingError, NotADate, NotANumber, SeveralErrors
from compounder.domain.stock.substances import NALTREXONE, SUBSTANCES
from compounder.domain.units import MASS, MASS_PER_CAPSULE, parse_quantity
from tests.domain.orders import CELLULOSE, an_order
from tests.domain.refused import refused

ORDER = read(an_order(), BatchOrder)
(LINE,), (BALANCE,) = ORDER.strengths, ORDER.balances
OTHER = StrengthLine(strength=parse_quantity("3 mg", MASS_PER_CAPSULE), capsules=100)
A_HUNDRED = AsWeighed(weighed=parse_quantity("450 mg", MASS), capsules_to_make=100)
IN_SIZE_4 = FormulationLimits(capsule_sizes=("4", "5"))  # type: ignore[arg-type]  # sizes by their text

REFUSED: list[tuple[Any, dict[str, Any], str, str]] = [
    (ExtraByPercent(Decimal("0.5")), {"percent": Decimal("0.501")}, "percent", "50.1 % was read; 0 % to 50 %"),
    (ExtraByPercent(Decimal(0)), {"percent": Decimal("-0.001")}, "percent", "-0.1 % was read; 0 % to 50 %"),
    (ExtraByCount(50), {"count": 51}, "count", "51 was read; 0 to 50"),
    (ExtraByCount(0), {"count": -1}, "count", "-1 was read; 0 to 50"),
    (replace(LINE, capsules=1), {"capsules": 0}, "capsules", "0 was read; 1 to 100,000"),
    (replace(LINE, capsules=100_000), {"capsules": 100_001}, "capsules", "100,001 was read; 1 to 100,000"),
    (replace(A_HUNDRED, capsules_to_make=1), {"capsules_to_make": 0}, "capsules_to_make", "0 was read; 1 to 150,000"),
    (
        replace(A_HUNDRED, capsules_to_make=150_000),
        {"capsules_to_make": 150_001},
        "capsules_to_make",
        "150,001 was read; 1 to 150,000",
    ),
    (ORDER, {"compounded_on": date(1899, 12, 31)}, "compounded_on", "1899-12-31 was read; 1900-01-01 to 2200-12-31"),
    (ORDER, {"active_overage": Decimal("0.101")}, "active_overage", "10.1 % was read; 0 % to 10 %"),
    (ORDER, {"weighing_tolerance": Decimal("0.101")}, "weighing_tolerance", "10.1 % was read; 0.01 % to 10 %"),
    (ORDER, {"strengths": ()}, "strengths", "A list of 0 was read; 1 to 40"),
    (ORDER, {"strengths": (LINE, LINE)}, "strengths", '"4.5 mg twice" was read; each strength once'),
    (ORDER, {"balances": ()}, "balances", "A list of 0 was read; 1 to 40"),
    (ORDER, {"balances": (BALANCE, BALANCE)}, "balances", '"B1 twice" was read; each name of a balance once'),
    (ORDER, {"ratios": ()}, "ratios", "A list of 0 was read; 1 to 20"),
    (ORDER, {"uncertainty_target": Decimal("0.501")}, "uncertainty_target", "50.1 % was read; 0.01 % to 50 %"),
    (ORDER, {"trituration_excess": Decimal("0.501")}, "trituration_excess", "50.1 % was read; 0 % to 50 %"),
    (
        ORDER,
        {"formulation": IN_SIZE_4},
        "capsule_size",
        '"size 3" was read; size 4 or 5, as the formulation says,',
    ),
    (ORDER, {"as_weighed": A_HUNDRED, "strengths": (LINE, OTHER)}, "strengths", "A list of 2 was read; 1 to 1"),
    (
        ORDER,
        {"as_weighed": replace(A_HUNDRED, capsules_to_make=99)},
        "as_weighed",
        "99 was read; 100 to 150",
    ),
    (
        ORDER,
        {"as_weighed": replace(A_HUNDRED, capsules_to_make=151)},
        "as_weighed",
        "151 was read; 100 to 150",
    ),
]


def test_what_is_beyond_a_bound_is_refused_at_its_field() -> None:
    for value, changes, field, sentence in REFUSED:
        assert refused(value, **changes) == (field, f"{sentence} is accepted.")


def test_a_filler_does_not_act_and_a_strength_does() -> None:
    field, sentence = refused(ORDER.filler, substance=NALTREXONE)
    assert (field, sentence.partition("; ")[0]) == ("substance", '"naltrexone" is not a substance accepted here')
    field, sentence = refused(ORDER, strength_basis=SUBSTANCES[CELLULOSE])
    assert (field, sentence.partition("; ")[0]) == ("strength_basis", f'"{CELLULOSE}" is not a substance accepted here')


@pytest.mark.parametrize("to_make", [100, 150])
def test_as_many_as_were_ordered_to_half_as_many_again_are_made_of_what_was_weighed(to_make: int) -> None:
    order = replace(ORDER, as_weighed=replace(A_HUNDRED, capsules_to_make=to_make))
    assert order.capsules_to_make(LINE) == to_make


def test_each_complaint_is_made_once_and_none_is_lost() -> None:
    """Two of one field that say different things are two."""
    number, day = NotANumber(read="x", pointer="/active"), NotADate(read="x", pointer="/active")
    elsewhere = NotANumber(read="x", pointer="/filler")
    with pytest.raises(SeveralErrors) as found:
        require_plans([number, NotANumber(read="x", pointer="/active"), day, elsewhere])
    assert [(each.pointer, each.code) for each in found.value.errors()] == [
        ("/active", "not-a-number"),
        ("/active", "not-a-date"),
        ("/filler", "not-a-number"),
    ]


def test_what_is_wrong_with_the_order_stands_beside_what_is_wrong_with_a_strength() -> None:
    """No way of this name exists; and 500 mg fit no capsule."""
    lines = [{"strength": "4.5 mg", "capsules": 100}, {"strength": "500 mg", "capsules": 100}]
    order = an_order(strengths=lines, trituration="when-needed", alternative="no way of this name")
    first, second = work_out_order(read(order, BatchOrder)).outcomes
    assert isinstance(first, CompoundingError)
    assert isinstance(second, CompoundingError)
    assert [each.code for each in first.errors()] == [first.code]
    assert [each.code for each in second.errors()] == ["dose-exceeds-capsule", first.code]
    assert (second.pointer, second.errors()[1]) == ("/strengths/1", first)
