"""Control limits from moving ranges, and the trend of batches."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.quality.control_chart import control_chart, derive_chart
from compounder.domain.quality.errors import TooFewForControlLimits
from compounder.domain.quality.trend import BatchWeights, trend
from tests.domain.inspections import as_printed

FLOW_RATES = ("49.6", "47.6", "49.9", "51.3", "47.8", "51.2", "52.6", "52.4", "53.6", "52.1")
HAIR = Fraction(1, 10**20)
DAY = date(2026, 11, 21)


def a_batch(number: int, mean_share: str = "1", spread: str = "0.02") -> BatchWeights:
    """The batch of a day."""
    return BatchWeights(
        lot_number=f"26{number:04}A001",
        compounded_on=DAY + timedelta(days=number),
        mean=Decimal(mean_share),
        relative_standard_deviation=Decimal(spread),
    )


def test_the_handbooks_example_of_flow_rates() -> None:
    """NIST/SEMATECH 6.3.2.2: mean 50.81, mean moving range 1.8778, limits 45.82 and 55.80."""
    chart = control_chart(list(map(Decimal, FLOW_RATES)))
    assert chart.centre == Decimal("50.81")
    assert f"{chart.mean_moving_range:.4f}" == "1.8778"
    assert f"{chart.lower:.2f} {chart.upper:.2f}" == "45.82 55.80"
    assert f"{chart.upper_range:.3f}" == "6.135"
    assert (chart.outside, chart.ranges_outside, chart.is_provisional) == ((), (), True)


def test_what_lies_beyond_a_limit_is_numbered() -> None:
    calm = [Decimal(100 + number % 2) for number in range(20)]
    chart = control_chart([*calm[:10], Decimal(115), *calm[10:]])
    assert chart.outside == (11,)
    assert chart.ranges_outside == (10, 11)
    assert not chart.is_provisional


def test_equal_figures_lie_on_their_limits_and_not_beyond() -> None:
    chart = control_chart([Decimal("1.01")] * 5)
    assert (chart.lower, chart.upper, chart.outside) == (Decimal("1.01"), Decimal("1.01"), ())
    endless = control_chart([Decimal(1) / 7] * 10)
    assert (endless.outside, endless.ranges_outside) == ((), ())


@pytest.mark.parametrize("figures", [[], [Decimal(1)]])
def test_one_figure_alone_has_no_limits(figures: list[Decimal]) -> None:
    with pytest.raises(TooFewForControlLimits) as refused:
        control_chart(figures)
    assert str(refused.value) == f"{len(figures)} given; control limits need at least 2."


def test_the_limits_come_with_their_derivation() -> None:
    """Ranges of 2 and 4 %: 6 ÷ 2 = 3; 2.66 × 3 = 7.98; 3.267 × 3 = 9.801."""
    lines = derive_chart(control_chart([Decimal("1.00"), Decimal("1.02"), Decimal("0.98")]))
    source = "NIST/SEMATECH 6.3.2.2"
    assert as_printed(lines) == [
        ("Mean moving range, %", "Σ abs(xᵢ − xᵢ₋₁) ÷ (n − 1)", "6 ÷ 2", "3", source),
        ("Control limits, %", "mean ± 2.66 × mean moving range", "100 ± 2.66 × 3", "92.02 to 107.98", source),
        ("Upper limit of moving ranges, %", "3.267 × mean moving range", "3.267 × 3", "9.801", source),
    ]


@pytest.mark.parametrize(("batches", "is_provisional"), [(19, True), (20, False)])
def test_twenty_batches_settle_the_limits(batches: int, is_provisional: bool) -> None:
    assert control_chart([Decimal(1)] * batches).is_provisional is is_provisional


def test_a_trend_is_by_day_whatever_the_sequence_it_comes_in() -> None:
    found = trend([a_batch(3, "1.02"), a_batch(1, "0.99"), a_batch(2, "1.00", "0.03")])
    assert [batch.lot_number for batch in found.batches] == ["260001A001", "260002A001", "260003A001"]
    assert found.means.figures == (Decimal("0.99"), Decimal("1.00"), Decimal("1.02"))
    assert found.spreads.figures == (Decimal("0.02"), Decimal("0.03"), Decimal("0.02"))
    with pytest.raises(TooFewForControlLimits):
        trend([a_batch(1)])


figures = st.lists(st.decimals(min_value="0.5", max_value="1.5", places=4), min_size=2, max_size=40)


@given(figures)
def test_the_limits_agree_with_fractions(given_figures: list[Decimal]) -> None:
    exact = [Fraction(figure) for figure in given_figures]
    ranges = [abs(after - before) for before, after in pairwise(exact)]
    reach = Fraction(266, 100) * mean(ranges)
    chart = control_chart(given_figures)
    assert abs(Fraction(chart.upper) - mean(exact) - reach) < HAIR
    assert abs(Fraction(chart.lower) - mean(exact) + reach) < HAIR
    assert chart.outside == tuple(n for n, figure in enumerate(exact, 1) if abs(figure - mean(exact)) > reach)


@given(figures, st.decimals(min_value="-0.4", max_value="3", places=3))
def test_a_shift_of_all_figures_shifts_the_limits_and_nothing_else(given_figures: list[Decimal], by: Decimal) -> None:
    here, there = control_chart(given_figures), control_chart([figure + by for figure in given_figures])
    assert there.mean_moving_range == here.mean_moving_range
    assert abs(there.upper - here.upper - by) < Decimal("1e-24")
