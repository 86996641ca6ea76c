"""How the figures of finished capsules came about, and what is said of them, as the papers have it."""

from decimal import Decimal

import pytest

from compounder.domain.quality.inspection import inspect_weights, inspect_yield, named_rules
from compounder.domain.quality.results import QualityResult, RuleName
from compounder.domain.quality.spread import Spread
from compounder.domain.quality.weight_derivation import derive_share
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import derive_yield, reconciled
from compounder.domain.units import mg, of
from tests.domain.inspections import a_reconciliation, as_printed, inspected, net_weights, readings, the_limits

TEN = ("100", "100", "103", "97", "100", "103", "97", "100", "100", "100")
"""Mean 100, Σ(x − mean)² = 4 × 9, s = √(36 ÷ 9) = 2."""
TWENTY = ("90", "110", "85", "115", *("100",) * 16)
"""Mean 100; two lie 15 % from it, two 10 %."""


def results(rule: RuleName, *nets: str, theory: str = "100") -> list[QualityResult]:
    """What one rule comes to, clause by clause."""
    return list(inspect_weights(inspected(*nets, theory=theory), [rule]))


def test_a_share_of_theory_is_told_with_the_shell_that_was_subtracted() -> None:
    (each,) = results(RuleName.NET_WEIGHT, *TEN)
    source = "formulation; Texas 22 TAC 291.131, as USP"
    assert as_printed(each.derivation) == [
        ("Net weight of capsule 3", "filled − mean empty shell", "151 mg − 48 mg", "103 mg", "weights taken"),
        ("Share of theory", "net weight ÷ planned fill", "103 mg ÷ 100 mg", "1.03", source),
    ]


def test_a_capsule_with_a_shell_of_its_own_is_told_so() -> None:
    weights = CapsuleWeights(filled=readings(("168.4", "169.1")), empty_shells=readings(("47.9", "48.6")))
    first, _ = as_printed(derive_share(weights, of(120, mg), 1, "formulation"))
    own_shell = ("filled − its own empty shell", "169.1 mg − 48.6 mg")
    assert first == ("Net weight of capsule 2", *own_shell, "120.5 mg", "weights taken")


def test_a_spread_is_told_from_its_mean_on() -> None:
    (spread,) = results(RuleName.RELATIVE_STANDARD_DEVIATION, *TEN)
    formula, source = "√(Σ(x − mean)² ÷ (n − 1))", "formulation; Brazil, Formulário Nacional"
    assert as_printed(spread.derivation) == [
        ("Mean of the net weights", "Σx ÷ n", "1,000 mg ÷ 10", "100 mg", "weights taken"),
        ("Standard deviation", formula, "√(Σ(x − 100 mg)² ÷ 9)", "2 mg", "weights taken"),
        ("Relative standard deviation", "standard deviation ÷ mean", "2 mg ÷ 100 mg", "0.02", source),
    ]


def test_the_deviation_that_decides_is_told_with_those_set_aside() -> None:
    """Two beyond 10 % are allowed, so that the third decides, and 10 % itself is not beyond."""
    near, double = results(RuleName.PH_EUR, *TWENTY)
    assert (near.passes, double.passes) == (True, True)
    formula, source = "abs(weight − mean) ÷ mean", "Ph. Eur. 2.9.5"
    assert as_printed(near.derivation) == [
        ("Mean of the weights", "Σx ÷ n", "2,000 mg ÷ 20", "100 mg", "weights taken"),
        ("Largest deviation, 2 set aside", formula, "abs(90 mg − 100 mg) ÷ 100 mg", "0.1", source),
    ]
    assert as_printed(double.derivation)[-1] == (
        "Largest deviation",
        formula,
        "abs(85 mg − 100 mg) ÷ 100 mg",
        "0.15",
        source,
    )


def test_a_yield_is_told_by_what_was_counted_and_weighed() -> None:
    """118 mg × 103 = 12,154 mg; 1 − 12,154 ÷ 12,360 = 0.0166…"""
    found = reconciled(a_reconciliation(), net_weights(*("118",) * 10))
    mean_net = "mean net weight × (good + rejected + samples)"
    assert as_printed(derive_yield(found, "formulation")) == [
        ("Yield", "(good + rejected + samples) ÷ made", "(101 + 1 + 1) ÷ 103", "1", "formulation"),
        ("Powder in capsules", mean_net, "118 mg × 103", "12,154 mg", "weights taken"),
        (
            "Powder loss",
            "1 − powder in capsules ÷ powder weighed",
            "1 − 12,154 mg ÷ 12,360 mg",
            "0.0166666666667",
            "formulation",
        ),
    ]


def test_each_loss_is_told_under_its_own_rule() -> None:
    found = reconciled(a_reconciliation(), net_weights(*("118",) * 10))
    ours, in_process = inspect_yield(found, the_limits(), named_rules(["dac-nrf-in-process"]))
    assert (ours.title, ours.source, ours.limit_text) == ("Powder loss", "formulation", "at most 3 %")
    assert (in_process.title, in_process.source) == ("Powder loss", "DAC/NRF in-process control")
    assert {line.source for line in in_process.derivation} == {"DAC/NRF in-process control", "weights taken"}


TITLES = {
    RuleName.NET_WEIGHT: ["Net weight of each"],
    RuleName.RELATIVE_STANDARD_DEVIATION: ["Relative standard deviation, net weights"],
    RuleName.WHO: ["Beyond 10 % of the mean, intact capsules"],
    RuleName.PH_EUR: ["Beyond 10 % of the mean, contents", "Beyond 20 % of the mean, contents"],
    RuleName.BRAZIL: [
        "Beyond 10 % of the mean, intact capsules",
        "Relative standard deviation, intact weights",
        "Theoretical content",
    ],
    RuleName.DAC_NRF: ["Relative standard deviation, net weights"],
}


@pytest.mark.parametrize("rule", TITLES)
def test_each_clause_has_its_title(rule: RuleName) -> None:
    nets = TWENTY if rule in {RuleName.WHO, RuleName.PH_EUR} else TEN
    assert [each.title for each in results(rule, *nets)] == TITLES[rule]


SENTENCES = [
    (
        RuleName.WHO,
        TWENTY,
        "2 of 20 intact capsules deviate more than 10 % from their mean of 148.0 mg; none may; "
        "weigh the contents of each.",
    ),
    (RuleName.PH_EUR, TWENTY, "2 of 20 contents deviate more than 10 % from their mean of 100.0 mg; at most 2 may."),
    (
        RuleName.PH_EUR,
        ("80", *TWENTY[1:]),
        "4 of 20 contents deviate more than 10 % from their mean of 99.5 mg; at most 2 may.",
    ),
    (
        RuleName.BRAZIL,
        ("145", *("120",) * 9),
        "1 of 10 intact capsules deviate more than 10 % from their mean of 170.5 mg; none may.",
    ),
    (RuleName.DAC_NRF, TEN, "The net weights scatter by 2.0 %; at most 5 % is accepted."),
]


@pytest.mark.parametrize(("rule", "nets", "sentence"), SENTENCES)
def test_each_clause_says_what_was_found_and_what_is_accepted(
    rule: RuleName, nets: tuple[str, ...], sentence: str
) -> None:
    """With their shells 85 and 115 lie 15 mg from 148, of which 10 % is 14.8. About 99.5 mg, 9.95 mg wide, lie neither
    80, 110, 85 nor 115."""
    assert results(rule, *nets)[0].sentence == sentence


def test_of_double_the_window_none_may_be_beyond() -> None:
    """One of 61 takes the mean to 98.05 mg, of which 20 % is 19.61."""
    said = "contents deviate more than 20 % from their mean of"
    assert [results(RuleName.PH_EUR, *nets)[1].sentence for nets in (TWENTY, ("61", *("100",) * 19))] == [
        f"0 of 20 {said} 100.0 mg; none may.",
        f"1 of 20 {said} 98.1 mg; none may.",
    ]


@pytest.mark.parametrize(("net", "share"), [("107.96", "89.97 %"), ("132.04", "110.03 %")])
def test_a_share_just_outside_is_not_told_as_its_limit(net: str, share: str) -> None:
    """107.96 ÷ 120 = 0.89966…, 132.04 ÷ 120 = 1.10033…"""
    (each,) = results(RuleName.NET_WEIGHT, *("120",) * 9, net, theory="120")
    assert (each.passes, each.figure_text) == (False, share)
    assert each.sentence == f"Capsule 10 holds {share}, outside 90 % to 110 % of the planned 120.0 mg."


def test_a_spread_just_above_its_limit_is_not_told_as_the_limit() -> None:
    """Two of 106.001, two of 93.999, six of 100: s = √(4 × 6.001² ÷ 9) = 4.000667."""
    nets = ("106.001", "93.999") * 2 + ("100",) * 6
    (spread,) = results(RuleName.RELATIVE_STANDARD_DEVIATION, *nets)
    assert (spread.passes, spread.sentence) == (
        False,
        "The net weights scatter by 4.001 %; at most 4 % is accepted.",
    )


def test_a_weight_below_the_mean_deviates_by_less_than_nothing() -> None:
    spread = Spread((Decimal(90), Decimal(110)))
    assert (spread.deviation(Decimal(90)), spread.deviation(Decimal(110))) == (Decimal("-0.1"), Decimal("0.1"))
