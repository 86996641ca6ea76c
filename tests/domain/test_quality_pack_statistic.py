"""The filler's pack statistic that a batch's capsules show: the plan's own method, solved for the filler."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.errors import OutOfBounds
from compounder.domain.quality.pack_statistic import (
    FilledMixture,
    MixtureFacts,
    derive_filler_statistic,
    filler_statistic,
)
from compounder.domain.units import MASS_PER_CAPSULE as PER_CAPSULE
from compounder.domain.units import Quantity, magnitude, mg, mg_per_capsule, of
from tests.domain.inspections import as_printed
from tests.domain.orders import a_filler, an_order, planned


def a_mixture(net: str = "121.5", fill: str = "121.5", active: str = "4.5", statistic: str = "180") -> FilledMixture:
    """E9: 4.5 mg of drug, statistic 180 mg, in 117 mg of filler."""

    def each(text: str) -> Quantity:
        return of(Decimal(text), mg_per_capsule)

    plan = MixtureFacts(batch="261121A0078", fill=each(fill), active=each(active), active_statistic=each(statistic))
    return plan.filled_with(of(Decimal(net), mg))


def test_e9_capsules_of_the_planned_weight_show_the_statistic_that_was_planned_with() -> None:
    assert filler_statistic(a_mixture()) == of(120, mg_per_capsule)


def test_the_paper_tells_how_the_statistic_came_about() -> None:
    drug, filler = as_printed(derive_filler_statistic(a_mixture()))
    formula = "mean net × active ÷ fill"
    numbers = "121.5 mg × 4.5 mg ÷ 121.5 mg"
    assert drug == ("Drug in the mean capsule", formula, numbers, "4.5 mg", "weights taken; plan")
    assert filler == (
        "Filler's pack statistic",
        "(mean net − drug) ÷ (1 − drug ÷ drug's pack statistic)",
        "(121.5 mg − 4.5 mg) ÷ (1 − 4.5 mg ÷ 180 mg)",
        "120 mg",
        "pack-statistic method",
    )


def test_heavier_capsules_show_a_heavier_filler() -> None:
    """123.93 mg: drug 4.59 mg, filler 119.34 mg ÷ (1 − 4.59 ÷ 180) = 122.4628 mg."""
    found = magnitude(filler_statistic(a_mixture("123.93")), PER_CAPSULE)
    assert f"{found:.4f}" == "122.4628"


@pytest.mark.parametrize("changes", [{"active": "130"}, {"net": "6000"}, {"net": "0"}])
def test_a_mixture_that_cannot_be_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(OutOfBounds):
        a_mixture(**changes)


@given(st.integers(80, 200), st.integers(1, 60))
def test_a_plan_with_any_filler_shows_that_filler_again(statistic: int, tenths: int) -> None:
    """The planner is the second implementation."""
    order = an_order(f"{Decimal(tenths) / 10} mg", filler=a_filler(pack_statistics={"3": f"{statistic} mg"}))
    (batch,) = planned(order)
    fill, active = (batch[name].removesuffix(" mg") for name in ("fill_per_capsule", "active_per_capsule"))
    found = magnitude(filler_statistic(a_mixture(net=fill, fill=fill, active=active)), PER_CAPSULE)
    assert abs(found - statistic) < Decimal("1e-9")
