"""The inspection of finished capsules on a worksheet: boxes to fill in by hand, or what was entered on the screen."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from compounder.domain.findings import Finding
from compounder.domain.formulary.formulation import QualityLimits
from compounder.domain.quality.results import QualityResult, RuleName
from compounder.domain.quality.spread import Spread
from compounder.domain.quality.weight_rules import SOURCES, Inspected
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.record.finished import CapsulesCounted, CapsulesWeighed, Entered, Finished
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    digits,
    format_limits,
    format_rounded,
    magnitude,
    mg,
    of,
    percent_text,
)
from compounder.printing.control_chart import NARROW, weights_drawing
from compounder.printing.inspection_document import Inspection, PrintedFinding, PrintedResult
from compounder.printing.letterhead import moment

_OVER_WEIGHT: Final = (
    "Weight shows the fill, not the content: below 25 mg it cannot claim content uniformity (USP <905>)."
)
AnyEntered: TypeAlias = Entered[CapsulesWeighed] | Entered[CapsulesCounted]


def inspection_of(record: CompoundingRecord, finished: Finished) -> Inspection:
    """The inspection of a batch, with what was entered of its capsules."""
    blank = _to_fill_in(record)
    return _filled_in(blank, record, finished, finished.weighed) if finished.weighed else blank


def _to_fill_in(record: CompoundingRecord) -> Inspection:
    quality, fill = record.formulation.quality, record.plan.fill_per_capsule
    window = format_limits(record.net_weight_from, record.net_weight_to, MASS_PER_CAPSULE)
    return Inspection(
        instruction=f"Net weight of {quality.capsules_to_weigh} capsules, mg. Each {window} "
        f"({percent_text(quality.net_weight_from)} to {percent_text(quality.net_weight_to)} % of "
        f"{format_rounded(fill, MASS_PER_CAPSULE)}).{_named(quality)}",
        capsules=_numbers(quality.capsules_to_weigh),
        results=_results(quality),
        remark=_OVER_WEIGHT,
    )


def _named(quality: QualityLimits) -> str:
    """The pharmacopoeias' rules that the formulation names beside its own limits."""
    return f" Held also to {', '.join(SOURCES[rule] for rule in quality.rules)}." if quality.rules else ""


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))


def _results(quality: QualityLimits) -> tuple[str, ...]:
    return (
        "Mean empty shell, mg",
        "Mean net, mg",
        f"RSD, at most {percent_text(quality.relative_standard_deviation)} %",
        f"Powder loss, at most {percent_text(quality.powder_loss)} %",
        "Good",
        "Rejected",
        "Samples",
        "Total made",
    )


def _filled_in(
    blank: Inspection, record: CompoundingRecord, finished: Finished, weighed: Entered[CapsulesWeighed]
) -> Inspection:
    """The same with what was weighed, counted and decided."""
    weights, verdict = weighed.said.weights, (finished.verdict or weighed.said.verdict)
    theory = Inspected(weights=weights, theory=record.plan.fill_per_capsule, limits=record.formulation.quality)
    return replace(
        blank,
        capsules=_numbers(weights.count),
        taken=_nets(weights),
        found=(*_of_weights(weights), *_of_results(verdict.results), *_of_count(finished.counted)),
        entered=tuple(_entered(record, finished)),
        verdicts=tuple(printed_result(result, "fails") for result in verdict.results),
        findings=tuple(printed_finding(finding, finished) for finding in verdict.to_print),
        chart=weights_drawing(theory, NARROW),
    )


def _of_weights(weights: CapsuleWeights) -> tuple[str, str]:
    shells = Spread(tuple(magnitude(shell, MASS) for shell in weights.shells))
    return format_rounded(of(shells.mean, mg), MASS), format_rounded(weights.mean_net, MASS)


def _of_results(results: tuple[QualityResult, ...]) -> Iterator[str]:
    """Spread and loss, as their rules found them."""
    figures = {result.rule: result.figure_text for result in results}
    for rule in (RuleName.RELATIVE_STANDARD_DEVIATION, RuleName.POWDER_LOSS):
        yield figures.get(rule, "")


def _of_count(counted: Entered[CapsulesCounted] | None) -> tuple[str, ...]:
    if counted is None:
        return ("", "", "", "")
    count = counted.said.count
    return tuple(f"{number:,}" for number in (count.good, count.rejected, count.samples, count.made))


def _entered(record: CompoundingRecord, finished: Finished) -> Iterator[str]:
    """Who entered what, when, and why again; the weights and counts before it stay readable."""
    every: list[AnyEntered] = [*finished.every_weighed, *finished.every_counted]
    for each in sorted(every, key=lambda each: each.number):
        again = f", again: {each.said.reason}" if each.said.reason else ""
        said = f"{_did(each.said)} {moment(each.at, record)}{_on(each.said)} by {each.name}{again}"
        yield said if each in (finished.weighed, finished.counted) else f"{said} ({_was(each.said)})"


def _did(said: CapsulesWeighed | CapsulesCounted) -> str:
    return "Weighed" if isinstance(said, CapsulesWeighed) else "Counted"


def _on(said: CapsulesWeighed | CapsulesCounted) -> str:
    """The balance, where it was asked for."""
    return f" on {said.balance}" if isinstance(said, CapsulesWeighed) and said.balance else ""


def _was(said: CapsulesWeighed | CapsulesCounted) -> str:
    """What does not hold any more."""
    match said:
        case CapsulesWeighed(weights=weights):
            return f"net {' '.join(_nets(weights))} mg; holds no more"
        case CapsulesCounted(count=count):
            return f"{count.good} good, {count.rejected} rejected, {count.samples} samples; holds no more"


def _nets(weights: CapsuleWeights) -> tuple[str, ...]:
    """Net weights in mg, each with as many decimals as the finest of them."""
    places = max(len(digits(net).partition(".")[2]) for net in weights.net.figures)
    return tuple(f"{net:.{places}f}" for net in weights.net.figures)


def printed_result(result: QualityResult, otherwise: str) -> PrintedResult:
    """One rule's clause; `otherwise` is what it is called that does not pass."""
    return PrintedResult(
        rule=f"{result.title} ({result.source})",
        figure=result.figure_text,
        limit=result.limit_text,
        verdict="passes" if result.passes else otherwise,
        sentence=result.sentence,
    )


def printed_finding(finding: Finding, finished: Finished) -> PrintedFinding:
    """A finding of the capsules, and who decided on it."""
    decided = [f"{each.name}: {each.said.reason}" for each in finished.decisions_on(finding)]
    first, *others = decided or [": "]
    name, _, reason = first.partition(": ")
    return PrintedFinding(
        severity=finding.severity.value.capitalize(),
        message=finding.message,
        decided_by=name,
        reason=reason,
        also_decided=tuple(others),
    )
