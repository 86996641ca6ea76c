"""Weights of finished capsules: what they are net of shells, and what every rule makes of them."""

from decimal import Decimal
from fractions import Fraction
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.codec.converter import read, write
from compounder.domain.errors import CompoundingError, MissingKey, NotAccepted, OutOfBounds
from compounder.domain.quality.errors import (
    LighterThanItsShell,
    NothingInTheCapsules,
    ShellsDoNotMatch,
    WrongNumberWeighed,
)
from compounder.domain.quality.inspection import (
    FORMULATION_RULES,
    inspect_weights,
    named_rules,
)
from compounder.domain.quality.results import QualityResult, RuleName, told
from compounder.domain.quality.spread import Spread
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.units import mg, of, parse_mass
from tests.domain.inspections import NETS, SHELL, a_reconciliation, inspected, net_weights, readings

TWENTY = NETS + NETS
weights = st.decimals(min_value="60", max_value="400", places=1).map(str)
tens = st.lists(weights, min_size=10, max_size=10)
twenties = st.lists(weights, min_size=20, max_size=20)


def results(rule: RuleName, *nets: str, theory: str = "120") -> list[QualityResult]:
    """What one rule comes to, clause by clause."""
    return list(inspect_weights(inspected(*nets, theory=theory), [rule]))


def result(rule: RuleName, *nets: str, theory: str = "120") -> QualityResult:
    (only,) = results(rule, *nets, theory=theory)
    return only


def with_one(net: str, usual: str = "120", count: int = 10) -> tuple[str, ...]:
    """Capsules that all hold the same, but the last."""
    return (*(usual,) * (count - 1), net)


def test_e12_weights_tell_their_mean_and_how_they_spread() -> None:
    texts = ("248.2", "251.7", "249.8", "250.5", "252.1", "248.9", "251.3", "249.6", "250.8", "251.0")
    spread = Spread(tuple(map(Decimal, texts)))
    assert spread.mean == Decimal("250.39")
    assert f"{spread.standard_deviation:.4f}" == "1.2476"
    assert f"{spread.relative_standard_deviation:.3%}" == "0.498%"


def test_net_weights_are_without_the_mean_shell() -> None:
    found = CapsuleWeights(filled=readings(("168.4", "169.1")), mean_empty_shell=parse_mass("48.2 mg"))
    assert found.net_weights == (parse_mass("120.2 mg"), parse_mass("120.9 mg"))
    assert found.mean_net == parse_mass("120.55 mg")


def test_net_weights_are_without_each_own_shell() -> None:
    found = CapsuleWeights(filled=readings(("168.4", "169.1")), empty_shells=readings(("47.9", "48.6")))
    assert found.net_weights == (parse_mass("120.5 mg"), parse_mass("120.5 mg"))


def test_a_balance_may_show_grams() -> None:
    found = CapsuleWeights(filled=(parse_mass("0.1684 g"),) * 2, mean_empty_shell=parse_mass("0.048 g"))
    assert found.net_weights[0] == parse_mass("120.4 mg")


def test_the_formulations_rules_are_always_named_and_a_pharmacopoeias_beside_them() -> None:
    assert named_rules(()) == FORMULATION_RULES
    assert named_rules(["ph-eur-2-9-5", "who-5-2"]) == (*FORMULATION_RULES, RuleName.WHO, RuleName.PH_EUR)
    with pytest.raises(NotAccepted):
        named_rules(["ph-eur"])


def test_ten_good_capsules_pass_the_formulations_rules() -> None:
    found = inspect_weights(inspected(), FORMULATION_RULES)
    assert [each.passes for each in found] == [True, True]
    assert found[0].sentence == "Every capsule holds 90 % to 110 % of the planned 120.0 mg."
    assert (found[0].figure_text, found[0].limit_text) == ("101.9 %", "90 % to 110 %")
    assert found[1].sentence == "The net weights scatter by 1.1 %; at most 4 % is accepted."


@pytest.mark.parametrize(("net", "passes"), [("107.9", False), ("108", True), ("132", True), ("132.1", False)])
def test_each_capsule_holds_90_to_110_percent_of_theory(net: str, passes: bool) -> None:
    assert result(RuleName.NET_WEIGHT, *with_one(net)).passes is passes


def test_the_capsules_that_are_outside_are_named() -> None:
    one = result(RuleName.NET_WEIGHT, *with_one("134.2"))
    assert one.sentence == "Capsule 10 holds 111.8 %, outside 90 % to 110 % of the planned 120.0 mg."
    three = result(RuleName.NET_WEIGHT, "90", "120", "134", *with_one("135", count=7))
    assert three.sentence == (
        "Capsules 1, 3 and 10 are outside 90 % to 110 % of the planned 120.0 mg; farthest is 1, with 75.0 %."
    )


def test_a_figure_is_never_rounded_across_its_limit() -> None:
    found = result(RuleName.NET_WEIGHT, *with_one("132.04"))
    assert (found.passes, found.figure_text) == (False, "110.03 %")
    assert told(Decimal("0.04"), Decimal("0.04")) == "4.0 %"
    assert told(Decimal("0.0399999"), Decimal("0.04")) == "3.99999 %"


def test_a_spread_of_exactly_the_limit_passes() -> None:
    """Mean 100, Σ(x − mean)² = 4 × 9, 36 ÷ 9 = 2²."""
    spread = Spread(tuple(map(Decimal, ("100", "100", "103", "97", "100", "103", "97", "100", "100", "100"))))
    assert (spread.mean, spread.standard_deviation) == (Decimal(100), Decimal(2))
    assert spread.scatters_at_most(Decimal("0.02"))
    assert not spread.scatters_at_most(Decimal("0.0199999999999999"))


@pytest.mark.parametrize(("net", "passes"), [("137.7", True), ("137.8", False)])
def test_who_wants_each_of_twenty_intact_within_ten_percent_of_the_mean(net: str, passes: bool) -> None:
    """Nineteen of 168 mg with their shells: the twentieth passes to 1.1 × 3,192 ÷ (20 − 1.1) = 185.78 mg."""
    found = result(RuleName.WHO, *with_one(net, count=20))
    assert found.passes is passes
    assert found.sentence.endswith("none may." if passes else "none may; weigh the contents of each.")


def test_ph_eur_allows_two_beyond_the_window_and_none_beyond_double() -> None:
    two = results(RuleName.PH_EUR, *("120",) * 18, "105", "138")
    assert [each.passes for each in two] == [True, True]
    assert two[0].sentence.startswith("2 of 20 contents deviate more than 10 % from their mean of 120.")
    three = results(RuleName.PH_EUR, *("120",) * 17, "105", "138", "139")
    assert [each.passes for each in three] == [False, True]
    far = results(RuleName.PH_EUR, *("120",) * 19, "90")
    assert [each.passes for each in far] == [True, False]


def test_from_300_mg_on_the_window_is_narrower() -> None:
    light = results(RuleName.PH_EUR, *("299.9",) * 20)
    heavy = results(RuleName.PH_EUR, *("300",) * 20)
    assert [each.most for each in light] == [Decimal("0.1"), Decimal("0.2")]
    assert [each.most for each in heavy] == [Decimal("0.075"), Decimal("0.15")]


def test_brazil_looks_at_intact_capsules_their_spread_and_the_theoretical_content() -> None:
    near, spread, content = results(RuleName.BRAZIL, *with_one("133"))
    assert [near.passes, spread.passes, content.passes] == [True, True, False]
    assert near.most == Decimal("0.1")
    assert spread.title == "Relative standard deviation, intact weights"
    assert content.figure == Decimal(133) / 120


@pytest.mark.parametrize(("rule", "count"), [(RuleName.WHO, 10), (RuleName.PH_EUR, 19), (RuleName.BRAZIL, 20)])
def test_a_rule_with_another_number_of_capsules_is_refused_by_name(rule: RuleName, count: int) -> None:
    with pytest.raises(WrongNumberWeighed) as refused:
        results(rule, *("120",) * count)
    assert (refused.value.units, refused.value.code) == (count, "wrong-number-weighed")


def test_fewer_than_the_formulation_asks_for_are_refused() -> None:
    with pytest.raises(WrongNumberWeighed, match="at least 10 units; 9 were given"):
        results(RuleName.NET_WEIGHT, *("120",) * 9)


def test_every_figure_comes_with_its_derivation() -> None:
    found = inspect_weights(inspected(*TWENTY), [*FORMULATION_RULES, RuleName.WHO, RuleName.PH_EUR, RuleName.DAC_NRF])
    for each in found:
        assert Decimal(each.derivation[-1].result) == pytest.approx(each.figure, rel=Decimal("1e-11"))
        assert each.derivation[-1].source == each.source
    first = found[0].derivation[0]
    assert (first.numbers, first.result) == ("170.3 mg − 48 mg", "122.3 mg")


REFUSED: dict[str, tuple[dict[str, object], type[CompoundingError]]] = {
    "no shell": ({"filled": readings(["168", "169"])}, MissingKey),
    "one shell of two": ({"filled": readings(["168", "169"]), "empty_shells": readings(["48"])}, ShellsDoNotMatch),
    "both kinds of shell": (
        {"filled": readings(["168"] * 2), "empty_shells": readings(["48"] * 2), "mean_empty_shell": parse_mass(SHELL)},
        ShellsDoNotMatch,
    ),
    "lighter than its own shell": (
        {"filled": readings(["168", "47.9"]), "empty_shells": readings(["48", "48"])},
        LighterThanItsShell,
    ),
    "half a shell": ({"filled": readings(["168", "23.9"]), "mean_empty_shell": parse_mass(SHELL)}, LighterThanItsShell),
    "all empty": ({"filled": readings(["48"] * 2), "mean_empty_shell": parse_mass(SHELL)}, NothingInTheCapsules),
    "one capsule": ({"filled": readings(["168"]), "mean_empty_shell": parse_mass(SHELL)}, OutOfBounds),
}


@pytest.mark.parametrize("name", REFUSED)
def test_weights_that_cannot_be_are_refused_by_name(name: str) -> None:
    given_weights, refusal = REFUSED[name]
    with pytest.raises(refusal):
        CapsuleWeights(**given_weights)  # type: ignore[arg-type]  # the table holds each field's own kind


def test_a_refusal_names_the_capsule_its_weight_and_its_shell() -> None:
    with pytest.raises(LighterThanItsShell) as refused:
        CapsuleWeights(filled=readings(["168", "47.9"]), empty_shells=readings(["48", "48"]))
    assert str(refused.value) == "Capsule 2 weighs 47.9 mg, its shell 48 mg; weigh both again."


@pytest.mark.parametrize(
    "found",
    [
        net_weights(*NETS),
        CapsuleWeights(filled=readings(("168.40", "169.1")), empty_shells=readings(("47.90", "48.6"))),
        a_reconciliation(),
    ],
)
def test_what_was_found_is_a_document_and_back(found: object) -> None:
    assert read(write(found), type(found)) == found


def test_a_document_keeps_the_balances_digits() -> None:
    found = CapsuleWeights(filled=readings(("168.40", "169.1")), mean_empty_shell=parse_mass(SHELL))
    assert write(found) == {"filled": ["168.40 mg", "169.1 mg"], "mean_empty_shell": "48 mg", "empty_shells": []}


@given(twenties)
def test_every_rule_agrees_with_fractions(nets: list[str]) -> None:
    """The rules again, from the pharmacopoeias' words, in fractions and the standard library's statistics."""
    exact = [Fraction(net) for net in nets]
    middle, whole = mean(exact), mean(exact) + 48
    window = Fraction(1, 10) if middle < 300 else Fraction(3, 40)
    beyond = [abs(net - middle) > window * middle for net in exact]
    double = [abs(net - middle) > 2 * window * middle for net in exact]
    variance = sum((net - middle) ** 2 for net in exact) / 19
    rules = [RuleName.PH_EUR, RuleName.WHO, RuleName.DAC_NRF, RuleName.NET_WEIGHT, RuleName.RELATIVE_STANDARD_DEVIATION]
    assert [each.passes for each in inspect_weights(inspected(*nets), rules)] == [
        sum(beyond) <= 2,
        not any(double),
        all(abs(net + 48 - whole) * 10 <= whole for net in exact),
        variance <= (middle / 20) ** 2,
        all(108 <= net <= 132 for net in exact),
        variance * 625 <= middle**2,
    ]


@given(tens)
def test_brazils_rule_agrees_with_fractions(nets: list[str]) -> None:
    intact = [Fraction(net) + 48 for net in nets]
    middle = mean(intact)
    window = Fraction(1, 10) if middle < 300 else Fraction(3, 40)
    variance = sum((weight - middle) ** 2 for weight in intact) / 9
    assert [each.passes for each in results(RuleName.BRAZIL, *nets)] == [
        all(abs(weight - middle) <= window * middle for weight in intact),
        variance <= (middle / 25) ** 2,
        all(108 <= weight - 48 <= 132 for weight in intact),
    ]


@given(st.one_of(tens, twenties))
def test_what_passes_is_within_its_limit_as_shown(nets: list[str]) -> None:
    names = [RuleName.NET_WEIGHT, RuleName.RELATIVE_STANDARD_DEVIATION, RuleName.DAC_NRF]
    for each in inspect_weights(inspected(*nets), names):
        shown = Decimal(each.figure_text.removesuffix(" %")) / 100
        assert each.passes is ((each.least is None or each.least <= shown) and shown <= each.most)


@given(tens)
def test_mean_and_spread_agree_with_the_standard_library(nets: list[str]) -> None:
    spread = net_weights(*nets).net
    figures = [Decimal(net) for net in nets]
    assert spread.mean == mean(figures)
    assert spread.standard_deviation == pytest.approx(stdev(figures), rel=Decimal("1e-24"))


def test_the_mean_net_weight_is_a_mass() -> None:
    assert net_weights(*NETS).mean_net == of(Decimal("120.2"), mg)
