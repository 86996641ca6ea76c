"""The verdict on finished capsules: every named rule, and a decision asked for wherever one fails."""

from decimal import Decimal

from compounder.domain.findings import Severity, caution, decide, note
from compounder.domain.quality.inspection import named_rules
from compounder.domain.quality.results import RuleName
from compounder.domain.quality.verdict import Verdict, review_balance, review_left_out, verdict_on
from compounder.domain.quality.yields import reconciled
from compounder.domain.stock.equipment import PrescriptionBalance
from compounder.domain.units import mg_per_capsule, of, parse_mass
from tests.domain.inspections import NETS, a_reconciliation, inspected, net_weights, the_limits

STRENGTH = of(3, mg_per_capsule)
BELOW_MINIMUM = "capsule-below-minimum-weighable"
ONE_OUT = ("133", *NETS[1:])


def a_balance(sensitivity: str) -> PrescriptionBalance:
    """A prescription balance B1; its minimum at 1 % is a hundred times this."""
    return PrescriptionBalance(
        name="B1", readability=parse_mass("0.1 mg"), sensitivity_requirement=parse_mass(sensitivity)
    )


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


def test_a_capsule_lighter_than_its_balance_weighs_is_a_caution() -> None:
    """The lightest of the ten: 117.7 + 48 = 165.7 mg. A prescription balance of SR 1.657 mg weighs that at 1 %."""
    weights, tolerance = net_weights(*NETS), Decimal("0.01")
    assert list(review_balance(a_balance("1.657 mg"), weights, tolerance)) == []
    (finding,) = review_balance(a_balance("1.658 mg"), weights, tolerance)
    assert (finding.severity, finding.code) == (Severity.CAUTION, "capsule-below-minimum-weighable")
    assert finding.message == (
        "One capsule, 165.7 mg, is below B1's minimum, 165.8 mg; weigh the capsules on a finer balance."
    )


def test_a_record_prints_what_is_decided_and_what_is_looked_at_and_no_note() -> None:
    asked, seen, told = decide("net-weight-failed", "One."), caution(BELOW_MINIMUM, "Two."), note("said", "Three.")
    verdict = Verdict(results=(), findings=(told, asked, seen))
    assert (verdict.to_decide, verdict.to_print, verdict.of_balance) == ((asked,), (asked, seen), (seen,))


def test_a_named_rule_that_was_not_checked_is_decided_with_its_reason() -> None:
    limits = the_limits(rules=(RuleName.WHO, RuleName.PH_EUR))
    assert review_left_out(limits, (RuleName.WHO, RuleName.PH_EUR), "") == ()
    (finding,) = review_left_out(limits, (RuleName.PH_EUR,), "Twenty were not left")
    assert (finding.severity, finding.code) == (Severity.DECIDE, "named-rule-not-checked")
    assert finding.message == "The formulation names WHO Ph. Int. 5.2, which was not checked: Twenty were not left"
