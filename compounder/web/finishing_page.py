"""Finished capsules on their batch's page, in finished strings: results, chart, yield, decisions, earlier entries."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Person
from compounder.domain.quality.control_chart import control_chart, derive_chart
from compounder.domain.quality.pack_statistic import derive_filler_statistic
from compounder.domain.quality.results import told
from compounder.domain.quality.verdict import Verdict
from compounder.domain.quality.weight_rules import Inspected
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import Reconciliation, reconciled
from compounder.domain.record.decisions import is_named
from compounder.domain.record.finished import (
    DECIDED,
    FINISHING,
    CapsulesCounted,
    CapsulesWeighed,
    Entered,
    Finished,
    Said,
)
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.standing import HELD
from compounder.domain.units import MASS, MASS_PER_CAPSULE, format_rounded, format_shown, format_stock
from compounder.printing.control_chart import NARROW, weights_drawing
from compounder.services.assaying import may_be_assayed
from compounder.services.batches import BatchFile
from compounder.services.finishing import finished_in, inspected_of, may_finish
from compounder.services.finishing_statistic import shown_by
from compounder.web.assay_page import alarm, assay_section, earlier_assays
from compounder.web.cards import Step, as_steps
from compounder.web.finishing_forms import written
from compounder.web.journal_page import format_moment
from compounder.web.quality_rows import RESULT_COLUMNS, result_row
from compounder.web.tables import Row

EARLIER_COLUMNS: Final = (
    ("What", "strong"),
    ("Was", "text"),
    ("Who", "text"),
    ("When", "date"),
    ("Entered again because", "text"),
)
ANOTHER_PLAN: Final = "The batch has another plan now."


def finished_page(file: BatchFile, person: Person) -> Mapping[str, Any]:
    """The section of finished capsules on the page of a batch, as this person sees it."""
    finished, record = finished_in(file.entries), file.record
    return {
        "capsules": {
            **_results(file, finished),
            "waits": _waits_for(finished),
            "is_theirs": not is_named(person.name, finished.entered_by),
            "earlier_columns": EARLIER_COLUMNS,
            "earlier": list(_earlier(finished, ZoneInfo(record.time_zone))),
            "statistic": statistic_of(record, finished),
            "alarm": alarm(finished, file.standing, record.lot_number),
            "trends": list(_trends(record)),
            "may_be_taken": file.status not in HELD and not finished.waiting,
            "may_be_entered": may_finish(file.standing) and not file.undecided,
            "may_be_assayed": may_be_assayed(file.standing) and not file.undecided,
            "may_be_decided": file.status in DECIDED - FINISHING or (may_finish(file.standing) and not file.undecided),
        }
    }


def released_page(file: BatchFile) -> Mapping[str, Any]:
    """What the capsules come to, for whoever is about to release them; beside the signature there is less room."""
    return {"capsules": {**_results(file, finished_in(file.entries)), "columns": RESULT_COLUMNS[:-1]}}


def _results(file: BatchFile, finished: Finished) -> Mapping[str, Any]:
    """What was weighed, counted, assayed and decided, with what every rule comes to."""
    zone = ZoneInfo(file.record.time_zone)
    verdict, weighed, counted = finished.verdict, finished.weighed, finished.counted
    inspected = inspected_of(file.record, weighed.said.weights) if weighed else None
    assay = assay_section(finished, zone)
    return {
        "weighed": list(_weighed(weighed, zone)) if weighed else [],
        "counted": list(_counted(counted, weighed.said.weights, zone)) if weighed and counted else [],
        "columns": RESULT_COLUMNS,
        "rows": [result_row(each) for each in verdict.results] if verdict else [],
        "assay": assay,
        "findings": (*(verdict.findings if verdict else ()), *(assay.get("findings", ()))),
        "decisions": decisions_on(finished),
        "chart": weights_drawing(inspected, NARROW) if inspected else None,
        "steps": _steps(verdict, inspected),
    }


def _trends(record: CompoundingRecord) -> Iterator[Mapping[str, str]]:
    """Where these weights stand among those of other batches."""
    code, filler = record.formulation.code, record.order.filler.lot
    yield {"href": url_for("trends.of_formulation", code=code), "said": f"Trend of {code}"}
    if filler is not None:
        href = url_for("trends.of_filler_lot", lot_id=filler.lot_id)
        yield {"href": href, "said": f"Trend of filler lot {filler.lot_number}"}


def decisions_on(finished: Finished) -> list[dict[str, str]]:
    """Who decided on what stands now, and why: a line for each decision."""
    codes: dict[str, list[str]] = {}
    for finding in finished.to_decide:
        for each in finished.decisions_on(finding):
            codes.setdefault(f"{each.name}: {each.said.reason}", []).append(finding.code)
    return [{"label": ", ".join(of), "value": said, "kind": "wide"} for said, of in codes.items()]


def statistic_of(record: CompoundingRecord, finished: Finished) -> Mapping[str, Any]:
    """What the capsules say of the filler, beside what the plan went by; nothing where they say nothing."""
    try:
        measured = shown_by(record, finished)
        figure = measured and format_rounded(measured.pack_statistic, MASS_PER_CAPSULE, "0.01")
    except CompoundingError:  # weights that no pack statistic follows from: the page shows them without one
        return {}
    if measured is None or measured.mixture is None or record.order.filler.lot is None:
        return {}
    lines = derive_filler_statistic(measured.mixture.filled_with(measured.mean_net))
    planned = record.order.filler.pack_statistics.get(measured.capsule_size)
    went_by = f", planned with {format_rounded(planned, MASS_PER_CAPSULE, '0.01')}" if planned is not None else ""
    return {
        "said": f"These capsules show a pack statistic of {figure} for the filler{went_by}.",
        "lot": record.order.filler.lot.lot_number,
        "steps": as_steps(lines),
    }


def waits(finished: Finished) -> str:
    """How the sentence goes on that says what was entered."""
    return "; a pharmacist decides whether the batch goes on" if finished.waiting else ""


def _waits_for(finished: Finished) -> str:
    """Whose decision it waits for; empty where it waits for none."""
    others = " and ".join(finished.entered_by)
    return f"A pharmacist or owner other than {others} decides whether it goes on." if finished.waiting else ""


def _weighed(weighed: Entered[CapsulesWeighed], zone: ZoneInfo) -> Iterator[dict[str, str]]:
    weights = weighed.said.weights
    yield {"label": "Mean net weight", "value": format_rounded(weights.mean_net, MASS), "kind": "strong"}
    yield {"label": "Capsules weighed", "value": f"{weights.count}, {_shells(weights)}"}
    yield {"label": "Weighed by", "value": _who(weighed, zone)}
    if weighed.said.balance:
        yield {"label": "Balance", "value": weighed.said.balance}
    yield {"label": "Filled capsules, mg", "value": written(weights.filled), "kind": "hash"}
    if weights.empty_shells:
        yield {"label": "Empty shells, mg", "value": written(weights.empty_shells), "kind": "hash"}


def _counted(counted: Entered[CapsulesCounted], weights: CapsuleWeights, zone: ZoneInfo) -> Iterator[dict[str, str]]:
    count = counted.said.count
    yield {"label": "Good", "value": f"{count.good:,} of {count.made:,} made", "kind": "strong"}
    yield {"label": "Yield, accounted for", "value": told(reconciled(count, weights).counted), "kind": "strong"}
    yield {"label": "Rejected", "value": f"{count.rejected:,}"}
    yield {"label": "Samples", "value": f"{count.samples:,}"}
    yield {"label": "Powder weighed", "value": format_stock(count.powder_weighed)}
    yield {"label": "Powder left over", "value": format_stock(count.powder_left)}
    yield {"label": "Counted by", "value": _who(counted, zone)}


def _shells(weights: CapsuleWeights) -> str:
    """What was taken off each."""
    if weights.mean_empty_shell is None:
        return "each less its own shell"
    return f"each less {format_shown(weights.mean_empty_shell, MASS)} for the shell"


def _told(count: Reconciliation) -> str:
    """An earlier count, in a sentence."""
    counted = f"{count.good:,} good, {count.rejected:,} rejected, {count.samples:,} samples of {count.made:,} made"
    return f"{counted}; powder {format_stock(count.powder_weighed)}, {format_stock(count.powder_left)} left over"


def _who(entered: Entered[CapsulesWeighed] | Entered[CapsulesCounted], zone: ZoneInfo) -> str:
    return f"{entered.name}, {format_moment(entered.at, zone)}"


def _steps(verdict: Verdict | None, inspected: Inspected | None) -> tuple[Step, ...]:
    """How every figure came about; a line that two rules share stands once."""
    lines = dict.fromkeys(line for result in verdict.results for line in result.derivation) if verdict else {}
    if inspected:
        lines |= dict.fromkeys(derive_chart(control_chart(inspected.shares)))
    return as_steps(lines)


def _earlier(finished: Finished, zone: ZoneInfo) -> Iterator[Row]:
    """What was entered before and holds no more, the oldest first; it stays readable."""
    for weighed, why in _replaced(finished.every_weighed, holds=finished.weighed is not None):
        weights = weighed.said.weights
        balance = f", on {weighed.said.balance}" if weighed.said.balance else ""
        was = f"{written(weights.filled)} mg, {_shells(weights)}{balance}"
        yield ("Weights", was, weighed.name, format_moment(weighed.at, zone), why)
    for counted, why in _replaced(finished.every_counted, holds=finished.counted is not None):
        yield ("Count", _told(counted.said.count), counted.name, format_moment(counted.at, zone), why)
    yield from earlier_assays(finished, zone)


def _replaced(entered: Sequence[Entered[Said]], *, holds: bool) -> Iterator[tuple[Entered[Said], str]]:
    """What holds no more, and why: the reason of what came after it, or that the plan is another one."""
    reasons: list[str] = [each.said.reason or ANOTHER_PLAN for each in entered[1:]]
    return zip(entered, reasons if holds else [*reasons, ANOTHER_PLAN], strict=False)
