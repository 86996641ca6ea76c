"""The pharmacopoeias' rules that a formulation names: in its document, in what is weighed, in what is left out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.codec.documents import canonical, digest, from_stored
from compounder.domain.formulary.errors import RulesDisagree
from compounder.domain.formulary.formulation import Formulation, QualityLimits
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.quality.results import PHARMACOPOEIAS, UNITS_ASKED, RuleName, units_for
from compounder.domain.quality.verdict import left_out, review_left_out
from tests.domain.inspections import the_limits
from tests.domain.refused import refused

AS_FIRST_STORED = "e96018fbaa2e22aac4826b9dcd8c4d340960500de0eb16aca039f2113ce3725b"
"""The hash of the first formulation before any could name rules."""


def test_a_formulation_that_names_no_rule_is_the_document_it_was() -> None:
    document = canonical(first_formulation(1))
    assert digest(document) == AS_FIRST_STORED
    assert from_stored(document, Formulation).quality.rules == ()


def test_the_rules_that_are_named_stand_in_the_document() -> None:
    limits = the_limits(rules=(RuleName.PH_EUR, RuleName.DAC_NRF))
    assert '"rules":["ph-eur-2-9-5","dac-nrf-in-process"]' in canonical(limits)
    assert from_stored(canonical(limits), QualityLimits) == limits


@pytest.mark.parametrize(
    ("rules", "weighed", "asked"),
    [
        ((), 10, 10),
        ((), 12, 12),
        ((RuleName.PH_EUR,), 10, 20),
        ((RuleName.DAC_NRF,), 10, 10),
        ((RuleName.DAC_NRF,), 11, 20),
        ((RuleName.WHO, RuleName.DAC_NRF), 10, 20),
    ],
)
def test_as_many_capsules_are_weighed_as_every_rule_asks_for(
    rules: tuple[RuleName, ...], weighed: int, asked: int
) -> None:
    assert the_limits(rules=rules, capsules_weighed=weighed).capsules_to_weigh == asked


@pytest.mark.parametrize(
    ("rules", "weighed"), [((RuleName.PH_EUR, RuleName.BRAZIL), 10), ((RuleName.BRAZIL,), 11), ((RuleName.WHO,), 30)]
)
def test_rules_that_no_number_of_capsules_satisfies_are_refused(rules: tuple[RuleName, ...], weighed: int) -> None:
    with pytest.raises(RulesDisagree, match=f"No number of capsules from {weighed} on suits {', '.join(rules)};"):
        the_limits(rules=rules, capsules_weighed=weighed)


@pytest.mark.parametrize("rules", [(RuleName.NET_WEIGHT,), (RuleName.CONTENT,), (RuleName.WHO, RuleName.WHO)])
def test_only_a_pharmacopoeias_rule_is_named_and_once(rules: tuple[RuleName, ...]) -> None:
    accepted = "who-5-2 or ph-eur-2-9-5 or brazil-formulario-nacional or dac-nrf-in-process"
    said = f'"{rules[0]}" was read; {accepted} is accepted.'
    assert refused(the_limits(), rules=rules) == ("rules", said)


@given(st.sets(st.sampled_from(PHARMACOPOEIAS)), st.integers(1, 30))
def test_the_number_found_suits_every_rule_and_no_smaller_does(rules: set[RuleName], least: int) -> None:
    suits = [n for n in range(least, 31) if all(n in UNITS_ASKED[rule] for rule in rules)]
    assert units_for(rules, least) == (min(suits) if suits else 0)


def test_a_named_rule_that_is_not_checked_is_to_be_decided_on() -> None:
    limits = replace(the_limits(), rules=(RuleName.PH_EUR, RuleName.DAC_NRF))
    checked = (RuleName.NET_WEIGHT, RuleName.DAC_NRF)
    assert left_out(limits, checked) == (RuleName.PH_EUR,)
    (finding,) = review_left_out(limits, checked, "Only ten were left")
    assert finding.code == "named-rule-not-checked"
    assert finding.message == "The formulation names Ph. Eur. 2.9.5, which was not checked: Only ten were left"
    assert review_left_out(limits, PHARMACOPOEIAS, "") == ()
