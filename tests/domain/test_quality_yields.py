"""What became of capsules and powder: yield, loss, and sums that cannot be."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.errors import OutOfBounds
from compounder.domain.findings import Severity
from compounder.domain.quality.errors import MoreOutThanIn
from compounder.domain.quality.inspection import FORMULATION_RULES, inspect_yield, named_rules
from compounder.domain.quality.results import RuleName
from compounder.domain.quality.yields import BatchYield, reconciled, review_powder, review_yield
from compounder.domain.units import mg, of, parse_mass
from tests.domain.inspections import a_reconciliation, net_weights, the_limits

LIMIT = Decimal("0.03")
HAIR = Fraction(1, 10**20)


def a_yield(net: str = "120", **changes: Any) -> BatchYield:
    """What comes of capsules that all hold the same."""
    return reconciled(a_reconciliation(**changes), net_weights(*(net,) * 10))


def codes(found: BatchYield) -> list[str]:
    return [finding.code for finding in review_yield(found, LIMIT)]


def test_a_batch_with_nothing_lost() -> None:
    found = a_yield()
    assert (found.counted, found.powder_loss) == (Decimal(1), Decimal(0))
    assert found.unaccounted == 0
    assert found.good == Decimal(101) / 103
    assert found.in_capsules == parse_mass("12.36 g")
    assert codes(found) == []


def test_powder_loss_by_the_formula() -> None:
    """1 − 118 mg × 103 ÷ 12,360 mg = 1.6667 %; of it 0.4854 % lies in the dish."""
    found = a_yield("118", powder_left=parse_mass("60 mg"))
    assert f"{found.powder_loss:.4%} {found.powder_left:.4%} {found.unexplained_loss:.4%}" == "1.6667% 0.4854% 1.1812%"
    (result,) = inspect_yield(found, the_limits(), FORMULATION_RULES)
    assert result.passes
    assert result.sentence == "1.7 % of the 12.36 g weighed is in no capsule; a loss of at most 3 % is accepted."
    assert [line.result for line in result.derivation] == ["1", "12,154 mg", "0.0166666666667"]


def test_a_loss_of_exactly_the_limit_passes_and_a_hair_more_is_decided_by_a_person() -> None:
    assert codes(a_yield("116.4")) == []
    found = a_yield("116.3")
    assert codes(found) == ["powder-loss-above-limit"]
    (finding,) = review_yield(found, LIMIT)
    assert finding.severity is Severity.DECIDE
    assert finding.message == "Powder loss is 3.1 %; the formulation allows 3 %. Say where it went."
    (result,) = inspect_yield(found, the_limits(), FORMULATION_RULES)
    assert not result.passes


def test_a_loss_just_above_the_limit_is_not_told_as_the_limit() -> None:
    """1 − 116.396 mg × 103 ÷ 12,360 mg = 3.00333…%; 116.4 mg is exactly 3 %, 120 mg nothing."""
    above = a_yield("116.396")
    assert review_yield(above, LIMIT)[0].message.startswith("Powder loss is 3.003 %; the formulation allows 3 %. ")
    told = [
        (each.passes, each.sentence)
        for net in ("116.396", "116.4", "120")
        for each in inspect_yield(a_yield(net), the_limits(), FORMULATION_RULES)
    ]
    accepted = "of the 12.36 g weighed is in no capsule; a loss of at most 3 % is accepted."
    assert told == [(False, f"3.003 % {accepted}"), (True, f"3.0 % {accepted}"), (True, f"0.0 % {accepted}")]


def test_what_was_left_over_is_said_beside_the_loss() -> None:
    (finding,) = review_yield(a_yield("110", powder_left=parse_mass("800 mg")), LIMIT)
    assert finding.message.startswith("Powder loss is 8.3 %, 6.5 % of it left over; ")


def test_dac_nrf_has_a_limit_of_its_own() -> None:
    rules = named_rules(["dac-nrf-in-process"])
    found = inspect_yield(a_yield("115"), the_limits(powder_loss=Decimal("0.05")), rules)
    assert [(each.rule, each.passes) for each in found] == [(RuleName.POWDER_LOSS, True), (RuleName.DAC_NRF, False)]


def test_capsules_that_are_nowhere_are_decided_by_a_person() -> None:
    found = a_yield(good=99)
    assert found.unaccounted == 2
    assert "capsules-unaccounted-for" in codes(found)
    assert review_yield(found, LIMIT)[-1].message.startswith("101 of 103 capsules are accounted for; say what became")


def test_a_small_gain_is_said_as_what_it_is() -> None:
    (result,) = inspect_yield(a_yield("121"), the_limits(), FORMULATION_RULES)
    assert result.passes
    assert result.sentence == (
        "The capsules hold 0.8 % more than the 12.36 g weighed, by their mean; a loss of at most 3 % is accepted."
    )
    assert (result.figure_text, result.derivation[-1].result[:5]) == ("−0.8 %", "−0.00")


def test_powder_that_came_from_nowhere_is_decided_by_a_person() -> None:
    assert codes(a_yield("121")) == []
    assert codes(a_yield("124")) == ["more-powder-out-than-in"]
    assert codes(a_yield("120", powder_left=parse_mass("400 mg"))) == ["more-powder-out-than-in"]
    assert codes(a_yield("123.6")) == []
    (finding,) = review_yield(a_yield("123.604"), LIMIT)
    assert finding.message == (
        "Capsules and leftover hold 3.003 % more powder than was weighed; check weights, shells and count."
    )


@pytest.mark.parametrize(
    ("expected", "is_weighed", "told"),
    [
        ("12 g", True, []),
        ("11.99 g", True, ["11.99 g was weighed at the bench"]),
        ("11.99 g", False, ["11.99 g is planned"]),
        ("12.8 g", True, ["12.8 g was weighed at the bench"]),
    ],
)
def test_powder_that_was_weighed_otherwise_is_decided_by_a_person(
    expected: str, is_weighed: bool, told: list[str]
) -> None:
    """12.36 g is 3 % more than 12 g, which is the tolerance; 3.09 % more than 11.99 g; 3.4 % less than 12.8 g."""
    found = list(review_powder(a_reconciliation(), parse_mass(expected), LIMIT, is_weighed=is_weighed))
    assert [(each.severity, each.code, each.message) for each in found] == [
        (
            Severity.DECIDE,
            "powder-weighed-otherwise",
            f"The count names 12.36 g of powder; {what}. Say where the difference is.",
        )
        for what in told
    ]


def test_more_capsules_out_than_in_are_refused_by_name() -> None:
    with pytest.raises(MoreOutThanIn) as refused:
        a_reconciliation(good=102)
    assert (refused.value.code, refused.value.field_name) == ("more-out-than-in", "good")
    assert str(refused.value) == "104 capsules cannot come out of 103 made; count and weigh again."


def test_more_powder_left_than_was_weighed_is_refused_by_name() -> None:
    with pytest.raises(MoreOutThanIn, match=r"12\.4 g of powder cannot come out of 12\.36 g weighed"):
        a_reconciliation(powder_left=parse_mass("12.4 g"))


@pytest.mark.parametrize("change", [{"made": 0}, {"rejected": -1}, {"powder_weighed": of(0, mg)}])
def test_counts_and_masses_that_cannot_be_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(OutOfBounds):
        a_reconciliation(**change)


parts = st.integers(0, 500)


@given(parts, parts, parts, parts, st.integers(10_000, 9_000_000), st.integers(500, 4_000))
def test_yield_and_loss_agree_with_fractions(
    good: int, rejected: int, samples: int, lost: int, weighed: int, tenths: int
) -> None:
    made = good + rejected + samples + lost or 1
    counts = {"made": made, "good": good, "rejected": rejected, "samples": samples}
    found = a_yield(str(Decimal(tenths) / 10), **counts, powder_weighed=of(weighed, mg))
    loss = 1 - Fraction(tenths, 10) * (good + rejected + samples) / weighed
    assert abs(Fraction(found.powder_loss) - loss) < HAIR
    assert abs(Fraction(found.counted) - Fraction(good + rejected + samples, made)) < HAIR
    assert ("powder-loss-above-limit" in codes(found)) is (loss > Fraction(3, 100))
    assert ("more-powder-out-than-in" in codes(found)) is (loss < -Fraction(3, 100))
