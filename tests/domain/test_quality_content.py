"""Assay results of single capsules: the acceptance value, its two stages, and a second reckoning in fractions."""

from decimal import Decimal
from fractions import Fraction
from statistics import mean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.errors import OutOfBounds
from compounder.domain.quality.content import (
    AcceptanceValue,
    ContentAssay,
    ContentUniformity,
    ContentVerdict,
    acceptance_value,
    content_uniformity,
)
from compounder.domain.quality.errors import WrongNumberWeighed
from compounder.domain.quality.results import RuleName
from tests.domain.inspections import as_printed

E11 = ("98.2", "101.4", "99.7", "102.3", "97.5", "100.8", "99.1", "103.0", "98.9", "100.1")
EVEN = ("99", "101") * 10


def an_assay(*percents: str, target: str = "100") -> ContentAssay:
    """Contents in % of the label claim."""
    return ContentAssay(contents=tuple(Decimal(each) / 100 for each in percents), target=Decimal(target) / 100)


def value_of(*percents: str, target: str = "100") -> AcceptanceValue:
    return acceptance_value(an_assay(*percents, target=target))


def verdict(*percents: str) -> ContentUniformity:
    return content_uniformity(an_assay(*percents))


def spread_about(centre: Decimal, deviation: Decimal) -> tuple[str, ...]:
    """Ten contents with this mean and, of their squares, nine times this variance."""
    step = deviation * 3
    halves = (step * step / 2).sqrt()
    return tuple(str(centre + shift) for shift in (halves, -halves, *(Decimal(0),) * 8))


def test_e11_ten_contents_pass_at_the_first_stage() -> None:
    found = value_of(*E11)
    assert f"{found.mean:.2%} {found.standard_deviation:.4%} {found.value:.3%}" == "100.10% 1.7764% 4.263%"
    assert found.reference == found.mean == Decimal("1.001")
    outcome = verdict(*E11)
    assert outcome.verdict is ContentVerdict.PASSES
    (stage,) = outcome.results
    assert stage.sentence == "The acceptance value of 10 units is 4.3; at most 15.0 is accepted."
    assert (stage.figure_text, stage.limit_text) == ("4.3", "at most 15.0")
    assert (stage.title, stage.source) == ("Acceptance value, stage 1, 10 units", "USP <905>")


def test_the_paper_tells_how_e11_came_about() -> None:
    """The ten add up to 1,001.0."""
    (stage,) = verdict(*E11).results
    assert as_printed(stage.derivation) == [
        ("Mean X̄, % of label claim", "Σx ÷ n", "1001 ÷ 10", "100.1", "laboratory's assay"),
        (
            "Standard deviation s",
            "√(Σ(x − X̄)² ÷ (n − 1))",
            "√(Σ(x − 100.1)² ÷ 9)",
            "1.77638834593",
            "USP <905>",
        ),
        (
            "Reference value M",
            "X̄, not below 98.5 % nor above 101.5 %",
            "X̄ = 100.1, T = 100",
            "100.1",
            "USP <905>",
        ),
        ("Acceptability constant k", "2.4 for 10 units, 2.0 for 30", "n = 10", "2.4", "USP <905>"),
        (
            "Acceptance value",
            "abs(M − X̄) + k × s",
            "abs(100.1 − 100.1) + 2.4 × 1.77638834593",
            "4.26333203023",
            "USP <905>",
        ),
    ]


def test_the_paper_tells_the_unit_farthest_from_m() -> None:
    """Twenty-nine of 100 % and one of 70 %: X̄ = M = 2,970 ÷ 30 = 99 %, and 70 ÷ 99 = 0.7070…"""
    farthest = verdict(*("100",) * 29, "70").results[-1]
    assert (farthest.rule, farthest.title, farthest.source) == (RuleName.CONTENT, "Every unit, stage 2", "USP <905>")
    assert (farthest.figure_text, farthest.limit_text) == ("70.7 %", "75 % to 125 %")
    assert as_printed(farthest.derivation) == [
        ("Unit farthest from M", "content ÷ M", "70 ÷ 99", "0.707070707071", "USP <905>")
    ]


def test_usp_answers_a_mean_of_105_9_and_s_of_5_with_16_4() -> None:
    """USP, frequently asked questions on <905>, question 2: M is 101.5, and units may be 76.125 to 126.875 %."""
    ten = spread_about(Decimal("105.9"), Decimal(5))
    found = value_of(*ten)
    assert f"{found.mean:.1%} {found.standard_deviation:.1%} {found.reference:.1%}" == "105.9% 5.0% 101.5%"
    assert f"{found.value:.1%}" == "16.4%"
    outcome = verdict(*ten)
    assert outcome.verdict is ContentVerdict.ASSAY_TWENTY_MORE
    assert outcome.results[0].sentence.endswith("at most 15.0 is accepted. Assay twenty more units.")


@pytest.mark.parametrize(
    ("mean_content", "reference", "distance"),
    [
        ("98.5", "98.5", "0"),
        ("98.4", "98.5", "0.1"),
        ("100", "100", "0"),
        ("101.5", "101.5", "0"),
        ("102", "101.5", "0.5"),
    ],
)
def test_m_is_the_mean_within_its_limits_and_else_the_nearer_limit(
    mean_content: str, reference: str, distance: str
) -> None:
    found = value_of(*(mean_content,) * 10)
    assert (found.reference * 100, found.value * 100) == (Decimal(reference), Decimal(distance))


def test_a_target_above_the_upper_limit_takes_its_place() -> None:
    contents = ("104",) * 10
    assert value_of(*contents, target="100").value == Decimal("0.025")
    assert value_of(*contents, target="105").value == 0
    assert value_of(*("106",) * 10, target="105").value == Decimal("0.01")


def test_an_acceptance_value_of_exactly_15_passes() -> None:
    """Mean 113.5 − 101.5 = 12 with no spread, and 2.4 × 6.25 with no distance; a hair more does not."""
    assert verdict(*("116.5",) * 10).verdict is ContentVerdict.PASSES
    above = verdict(*("116.500001",) * 10)
    assert above.verdict is ContentVerdict.ASSAY_TWENTY_MORE
    assert above.results[0].sentence.startswith("The acceptance value of 10 units is 15.000001; at most 15.0 ")
    exact = [Decimal(100)] * 6 + [Decimal("100") + Decimal("6.25") * step / 2 for step in (3, -3, 3, -3)]
    assert value_of(*map(str, exact)).standard_deviation == Decimal("0.0625")
    assert verdict(*map(str, exact)).results[0].figure == Decimal("0.15")
    assert verdict(*map(str, exact)).verdict is ContentVerdict.PASSES


def test_ten_that_do_not_pass_are_saved_by_twenty_more() -> None:
    wide = ("92", "108", "93", "107", "92", "108", "93", "107", "100", "110")
    first = verdict(*wide)
    assert (first.verdict, first.results[0].passes) == (ContentVerdict.ASSAY_TWENTY_MORE, False)
    both = verdict(*wide, *EVEN)
    assert both.verdict is ContentVerdict.PASSES
    assert [each.passes for each in both.results] == [False, True, True]
    assert [each.units for each in both.values] == [10, 30]


def test_at_stage_2_every_unit_lies_within_25_percent_of_m() -> None:
    """Twenty-nine of 100 % and one of 74 %: the value passes, the one unit does not."""
    contents = ("100",) * 29 + ("74",)
    outcome = verdict(*contents)
    assert [each.passes for each in outcome.results] == [True, True, False]
    assert outcome.verdict is ContentVerdict.FAILS
    assert outcome.results[-1].sentence == "Unit 30 is farthest from M: 74.6 % of it; 75 % to 125 % is accepted."


def test_thirty_that_scatter_too_far_fail() -> None:
    outcome = verdict(*("85", "115") * 15)
    assert outcome.verdict is ContentVerdict.FAILS
    assert outcome.results[1].sentence == "The acceptance value of 30 units is 30.5; at most 15.0 is accepted."


@pytest.mark.parametrize("count", [0, 9, 11, 20, 31])
def test_another_number_of_units_is_refused(count: int) -> None:
    with pytest.raises(WrongNumberWeighed, match="asks for 10 or 30 units"):
        an_assay(*("100",) * count)


def test_what_no_capsule_holds_is_refused() -> None:
    with pytest.raises(OutOfBounds):
        an_assay(*("100",) * 9, "1000")
    with pytest.raises(OutOfBounds):
        an_assay(*("100",) * 10, target="80")


contents = st.decimals(min_value=70, max_value=130, places=1).map(str)
near = st.decimals(min_value=94, max_value=106, places=1).map(str)
lists = st.sampled_from([10, 30]).flatmap(
    lambda n: st.one_of(*(st.lists(c, min_size=n, max_size=n) for c in (contents, near)))
)


@given(lists, st.sampled_from(["100", "102", "105"]))
def test_the_value_and_the_verdict_agree_with_fractions(percents: list[str], target: str) -> None:
    exact = [Fraction(each) for each in percents]
    middle, upper = mean(exact), max(Fraction(203, 2), Fraction(target))
    reference = min(max(middle, Fraction(197, 2)), upper)
    factor = Fraction(12, 5) if len(exact) == 10 else Fraction(2)
    room = 15 - abs(reference - middle)
    passes = room >= 0 and factor**2 * variance(exact) <= room**2
    if len(exact) == 30:
        passes = passes and all(abs(each - reference) * 4 <= reference for each in exact)
    assay = an_assay(*percents, target=target)
    expected = float(abs(reference - middle)) + float(factor) * float(variance(exact)) ** 0.5
    assert float(acceptance_value(assay).value) * 100 == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert (content_uniformity(assay).verdict is ContentVerdict.PASSES) is passes


@given(lists)
def test_the_sequence_of_the_units_changes_no_value(percents: list[str]) -> None:
    forward, backward = value_of(*percents), value_of(*reversed(percents))
    assert forward == backward


def test_thirty_units_use_k_of_2() -> None:
    """Fifteen of 98 and fifteen of 102: X̄ = M = 100, s = √(30 × 2² ÷ 29) = 2.0342, AV = 2.0 × 2.0342 = 4.068.
    Three lower, X̄ = 97 and M = 98.5: AV = 1.5 + 4.068 = 5.568. Worked by hand from USP <905>."""
    at_claim, below = value_of(*("98", "102") * 15), value_of(*("95", "99") * 15)
    assert f"{at_claim.standard_deviation:.4%} {at_claim.value:.3%} {at_claim.reference:.1%}" == "2.0342% 4.068% 100.0%"
    assert f"{below.standard_deviation:.4%} {below.value:.3%} {below.reference:.1%}" == "2.0342% 5.568% 98.5%"
    (_, constant, _) = (line.result for line in verdict(*("98", "102") * 15).results[1].derivation[2:])
    assert constant == "2.0"


def test_thirty_of_exactly_15_pass_unrounded() -> None:
    """Thirty of 83.5: M = 98.5, AV = 15.0 and no spread; a hair less does not pass."""
    assert verdict(*("83.5",) * 30).verdict is ContentVerdict.PASSES
    assert verdict(*("83.499999",) * 30).verdict is ContentVerdict.FAILS


@pytest.mark.parametrize(
    ("usual", "last", "share", "passes"),
    [
        ("98", "73.875", "75.0 %", True),
        ("98", "73.8749", "74.9999 %", False),
        ("102", "126.875", "125.0 %", True),
        ("102", "126.876", "125.001 %", False),
    ],
)
def test_a_unit_at_exactly_75_or_125_percent_of_m_passes(usual: str, last: str, share: str, passes: bool) -> None:
    """Twenty-nine of 98 and one near 73.875: X̄ is about 97.2, so M = 98.5, and 0.75 × 98.5 = 73.875. Of 102 and one
    near 126.875: X̄ is above 101.5 = M, and 1.25 × 101.5 = 126.875. No share is rounded to the limit that it misses."""
    *_, value, farthest = verdict(*(usual,) * 29, last).results
    assert (value.passes, farthest.passes) == (True, passes)
    assert farthest.sentence == f"Unit 30 is farthest from M: {share} of it; 75 % to 125 % is accepted."


def test_ten_that_scatter_a_little_too_far_do_not_pass() -> None:
    """Five of 93.8 and five of 106.2: s = √(10 × 6.2² ÷ 9) = 6.5354, AV = 2.4 × 6.5354 = 15.685: more than 15."""
    outcome = verdict(*("93.8", "106.2") * 5)
    assert (outcome.results[0].figure_text, outcome.verdict) == ("15.7", ContentVerdict.ASSAY_TWENTY_MORE)
