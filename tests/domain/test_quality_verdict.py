"""The verdict on finished capsules: every named rule, and a decision asked for wherever one fails."""

from compounder.domain.findings import Severity
from compounder.domain.quality.inspection import named_rules
from compounder.domain.quality.results import RuleName
from compounder.domain.quality.verdict import Verdict, verdict_on
from compounder.domain.quality.yields import reconciled
from compounder.domain.units import mg_per_capsule, of, parse_mass
from tests.domain.inspections import NETS, a_reconciliation, inspected

STRENGTH = of(3, mg_per_capsule)
ONE_OUT = ("133", *NETS[1:])


def on(*nets: str, named: tuple[str, ...] = (), loss: str = "") -> Verdict:
    """The verdict on capsules that hold this much; with a count where so much powder was weighed."""
    found = inspected(*nets)
    count = reconciled(a_reconciliation(powder_weighed=parse_mass(loss)), found.weights) if loss else None
    return verdict_on(found, STRENGTH, named_rules(named), count)


def codes(verdict: Verdict) -> list[str]:
    """What is to be decided."""
    return [finding.code for finding in verdict.to_decide]


def test_capsules_that_pass_leave_nothing_to_decide() -> None:
    verdict = on(loss="12.4 g")
    assert [(each.rule, each.passes) for each in verdict.results] == [
        (RuleName.NET_WEIGHT, True),
        (RuleName.RELATIVE_STANDARD_DEVIATION, True),
        (RuleName.POWDER_LOSS, True),
    ]
    assert codes(verdict) == []
    assert [each.severity for each in verdict.findings] == [Severity.NOTE]


def test_a_rule_that_fails_is_to_be_decided_in_its_own_words() -> None:
    verdict = on(*ONE_OUT)
    assert codes(verdict) == ["net-weight-failed"]
    (finding,) = verdict.to_decide
    assert finding.message == "Capsule 1 holds 110.8 %, outside 90 % to 110 % of the planned 120.0 mg."


def test_a_rule_that_fails_in_two_clauses_is_decided_once() -> None:
    verdict = on("190", *NETS[1:], named=("brazil-formulario-nacional",))
    assert codes(verdict) == [
        "brazil-formulario-nacional-failed",
        "net-weight-failed",
        "relative-standard-deviation-failed",
    ]
    assert verdict.to_decide[0].message.count(".") > 2


def test_a_loss_is_decided_once_for_the_formulation_and_once_for_each_rule_named() -> None:
    assert codes(on(loss="13 g")) == ["powder-loss-above-limit"]
    assert codes(on(loss="13 g", named=("dac-nrf-in-process",))) == [
        "dac-nrf-in-process-failed",
        "powder-loss-above-limit",
    ]
