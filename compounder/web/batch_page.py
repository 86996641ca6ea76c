"""One batch's page in finished strings, from its stored record."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.calendar import format_day
from compounder.domain.people.person import Person
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.making import Making
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.record.standing import HELD
from compounder.domain.stock.lots import LotFacts
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, format_reading, format_rounded, shown
from compounder.domain.wording import with_capital
from compounder.services.batches import BatchFile, EarlierPlan
from compounder.services.bench import Bench
from compounder.web.cards import planned
from compounder.web.deviations_page import DEVIATION_COLUMNS, deviation_rows, next_assessment
from compounder.web.journal_page import format_moment
from compounder.web.recovered import RECOVERED_COLUMNS, recovered_rows
from compounder.web.sent_lines import sent_lines
from compounder.web.tables import TONES, Cell, Row

COMPONENT_COLUMNS = (
    ("Ingredient", "strong"),
    ("Weigh", "figure"),
    ("Accept", "range"),
    ("Balance", "told"),
    ("Lot, maker", "told"),
    ("Expires", "date"),
    ("Potency", "number"),
)
WEIGHED_COLUMN = ("Weighed", "figure")
SIGNATURE_COLUMNS = (("Meaning", "strong"), ("Who", "text"), ("When", "date"), ("Reason", "text"), ("Holds", "text"))
AMENDMENT_COLUMNS = (
    ("What", "strong"),
    ("Was", "told"),
    ("Is", "told"),
    ("Why", "told"),
    ("Who", "told"),
    ("When", "date"),
)
CORRECTIONS = {
    EntryKind.BATCH_AMENDED: ("corrections.amend", "Amend the record"),
    EntryKind.BATCH_QUARANTINED: ("corrections.quarantine", "Hold back"),
    EntryKind.BATCH_FREED: ("corrections.free", "Free it"),
    EntryKind.BATCH_REJECTED: ("corrections.reject", "Reject"),
    EntryKind.BATCH_RECALLED: ("corrections.recall", "Recall"),
    EntryKind.BATCH_VOIDED: ("corrections.void", "Void this batch"),
}


def batch_page(stored: BatchFile, person: Person) -> Mapping[str, Any]:
    """Everything the page of a batch shows this person beside its journal and its papers."""
    record, made = stored.record, stored.making
    return {
        "batch": {
            "lot_number": record.lot_number,
            "preparation": record.formulation.label.preparation,
            "strength": format_dose(record.plan.strength),
            "status": stored.status.value,
            "tone": TONES[stored.status],
            "said": _said(stored),
        },
        "next_step": next_step(stored, person),
        "facts": [*_facts(record), *_content(made)],
        **_weighed(record, made),
        **sent_lines(made, ZoneInfo(record.time_zone)),
        "at_the_bench": stored.standing.place.allows(EntryKind.BATCH_WEIGHED) and not stored.undecided,
        "decisions": decisions_of(stored),
        **_vouched(stored),
        "records": [
            {"label": "Record, SHA-256", "value": stored.record_sha256, "kind": "hash"},
            _plan_hash(record),
            {"label": "Planned by", "value": f"{record.stored_by} with Compounder {record.program_version}"},
            *_replaced_plans(record),
        ],
        "card": planned(record.plan),
        "corrections": [said for act, said in CORRECTIONS.items() if stored.standing.place.allows(act)],
        "has_labels": stored.status not in HELD and not stored.status_reason and not stored.undecided,
        "has_worksheet": not stored.undecided and (stored.status in HELD or not stored.status_reason),
    }


def _weighed(record: CompoundingRecord, made: Making) -> Mapping[str, Any]:
    """What is weighed; what was at the bench; and how the plan was revised to that."""
    return {
        "component_columns": (*COMPONENT_COLUMNS, WEIGHED_COLUMN) if made.is_begun else COMPONENT_COLUMNS,
        "components": [*_with_weights(record, made)] if made.is_begun else [*_components(record)],
        "recovered_columns": RECOVERED_COLUMNS,
        "recovered": list(recovered_rows(record, made)),
    }


def _vouched(stored: BatchFile) -> Mapping[str, Any]:
    """Who signed, and what was put right."""
    return {
        "signature_columns": SIGNATURE_COLUMNS,
        "signatures": signature_rows(stored),
        "amendment_columns": AMENDMENT_COLUMNS,
        "amendments": amendment_rows(stored),
    }


def release_page(stored: BatchFile) -> Mapping[str, Any]:
    """What somebody looks at before they release it: what it is, what was found and decided, who signed."""
    return {
        "facts": [*_facts(stored.record), *_content(stored.making)],
        "card": planned(stored.record.plan),
        "decisions": decisions_of(stored),
        "deviation_columns": DEVIATION_COLUMNS,
        "deviations": list(deviation_rows(stored.record, stored.deviations)),
        **_vouched(stored),
    }


def _said(stored: BatchFile) -> str:
    """Why a batch is held back or given up, or why a planned one cannot be made; nothing of one that stands."""
    if not stored.status_reason:
        return ""
    if stored.status in HELD:
        return f"{with_capital(stored.status.value)}: {stored.status_reason}"
    return f"It cannot be made from its trituration as that turned out. {stored.status_reason} Void it and order again."


def next_step(stored: Bench, person: Person) -> Mapping[str, str]:
    """What somebody does next: a sentence, and for whom may do it where it is done and its button."""
    record, lot_number = stored.record, stored.record.lot_number
    made_by = " and ".join(dict.fromkeys(stored.standing.makers)) or record.stored_by
    is_open = stored.status in (BatchStatus.PLANNED, BatchStatus.IN_MAKING)
    if stored.undecided and is_open:
        said = "A second person decides too, a pharmacist or owner; before that no paper is printed."
        return _step(said, "checks.decide", "Share the decision", lot_number, is_theirs=person.name != record.stored_by)
    if stored.status is BatchStatus.IN_MAKING and not stored.making.is_whole:
        return _step("The rest is weighed at the bench.", "bench.weigh", "Go on weighing", lot_number, is_theirs=True)
    if is_open and stored.steps.was_begun and not stored.steps.is_whole:
        return _step("The rest of its steps is done at the bench.", "steps.tick", "Go on", lot_number, is_theirs=True)
    if is_open and not stored.status_reason:
        said = f"Somebody other than {made_by} verifies it: enters its figures without seeing them."
        return _step(said, "checks.verify", "Verify", lot_number, is_theirs=person.name not in stored.standing.makers)
    if stored.status is BatchStatus.VERIFIED:
        release = _step("A pharmacist releases it.", "checks.release", "Release", lot_number, is_theirs=True)
        return next_assessment(stored, person) or release
    return {}


def _step(said: str, endpoint: str, button: str, lot_number: str, *, is_theirs: bool) -> Mapping[str, str]:
    href = url_for(endpoint, lot_number=lot_number) if is_theirs else ""
    return {"said": said, "endpoint": endpoint, "href": href, "button": button}


def signature_rows(stored: BatchFile) -> list[Row]:
    """Every signature, in the order of `SIGNATURE_COLUMNS`: what it means, who, when, and whether it holds."""
    zone = ZoneInfo(stored.record.time_zone)
    return [
        (
            with_capital(each.signed.meaning.value),
            f"{each.signed.name}, {each.signed.role}" if each.signed.role else each.signed.name,
            format_moment(each.signed.at, zone),
            each.signed.reason,
            each.problem or ("Valid." if each.signed.covers else "Valid, of the record before it was changed."),
        )
        for each in stored.signatures
    ]


def amendment_rows(stored: BatchFile) -> list[Row]:
    """Every amendment, in the order of `AMENDMENT_COLUMNS`: the old value beside the new."""
    zone = ZoneInfo(stored.record.time_zone)
    return [
        (with_capital(each.title), each.shown[0], each.shown[1], each.reason, each.name, format_moment(each.at, zone))
        for each in stored.standing.amendments
    ]


def plan_page(earlier: EarlierPlan) -> Mapping[str, Any]:
    """Everything the page of a plan shows that another one replaced."""
    record = earlier.record
    return {
        "lot_number": record.lot_number,
        "title": f"{record.formulation.label.preparation} {format_dose(record.plan.strength)}",
        "standing": f"Plan {record.plan_number} of {earlier.newest}, replaced",
        "facts": list(_facts(record)),
        "component_columns": COMPONENT_COLUMNS,
        "components": list(_components(record)),
        "decisions": _decisions(record),
        "records": [_plan_hash(record)],
        "card": planned(record.plan),
    }


def decisions_of(stored: BatchFile) -> list[dict[str, str]]:
    """What was decided, by the first person and by the second."""
    shared = [
        {"label": f"{', '.join(each.codes)}, second person", "value": f"{each.name}: {each.reason}", "kind": "wide"}
        for each in stored.standing.shared
    ]
    return [*_decisions(stored.record), *shared]


def _decisions(record: CompoundingRecord) -> list[dict[str, str]]:
    return [
        {"label": decision.code, "value": f"{decision.name}: {decision.reason}", "kind": "wide"}
        for decision in record.decisions
    ]


def _plan_hash(record: CompoundingRecord) -> dict[str, str]:
    return {"label": f"Plan {record.plan_number}, SHA-256", "value": record.plan_sha256, "kind": "hash"}


def _replaced_plans(record: CompoundingRecord) -> Iterator[dict[str, str]]:
    for number in range(1, record.plan_number):
        href = url_for("batches.plan", lot_number=record.lot_number, number=number)
        yield {"label": "Replaced", "value": f"Plan {number}", "href": href}


def _facts(record: CompoundingRecord) -> Iterator[dict[str, str]]:
    plan, formulation = record.plan, record.formulation
    yield {"label": "Beyond-use date", "value": format_day(plan.beyond_use_date), "kind": "strong"}
    yield {"label": "Compounded on", "value": format_day(record.order.compounded_on), "kind": "strong"}
    yield {"label": "Capsules", "value": f"{plan.capsules_to_make:,} to make, {plan.capsules_ordered:,} ordered"}
    yield {"label": "Fill per capsule", "value": format_rounded(plan.fill_per_capsule, MASS_PER_CAPSULE)}
    yield {"label": "Capsule size", "value": plan.capsule_size or "as the fill allows"}
    yield {
        "label": "Formulation",
        "value": f"{formulation.code}, version {formulation.version}",
        "href": url_for("formulations.show", code=formulation.code, version=formulation.version),
    }
    yield {
        "label": "Order",
        "value": record.order_number,
        "href": url_for("orders.show", order_number=record.order_number),
    }
    yield {"label": "Beyond-use date set by", "value": plan.beyond_use_limit, "kind": "wide"}


def _components(record: CompoundingRecord) -> Iterator[Row]:
    for weighing in record.plan.weighings:
        lot, expires_on, potency = _jar(record, weighing)
        yield (
            with_capital(weighing.ingredient),
            format_reading(weighing.to_weigh),
            f"{format_reading(weighing.accept_from)} to {format_reading(weighing.accept_to)}",
            weighing.balance,
            lot,
            format_day(expires_on),
            potency,
        )


def _with_weights(record: CompoundingRecord, made: Making) -> Iterator[Row]:
    """What is weighed, and what was weighed at the bench."""
    for row, taken in zip(_components(record), made.taken, strict=True):
        yield (*row, format_reading(taken.reading) if taken else "")


def _content(made: Making) -> Iterator[dict[str, str]]:
    """What each capsule holds by the masses as weighed."""
    if made.content:
        said = f"{made.content.actual_shown} per capsule, {made.content.said}"
        yield {"label": "Content as weighed", "value": said}


def _jar(record: CompoundingRecord, weighing: Weighing) -> tuple[str | Cell, date, str]:
    """What a mass is weighed from: its lot, how long it may be used, and the potency of drug powder."""
    order, potency = record.order, shown(record.plan.potency)
    match weighing.role:
        case Role.ALIQUOT:
            return _trituration(record, weighing.trituration or "")
        case Role.ACTIVE:
            return _lot(order.active.lot), order.active.expires_on, potency
        case Role.NEXT_ACTIVE if order.next_active:
            return _lot(order.next_active.powder.lot), order.next_active.powder.expires_on, ""
        case _:
            return _lot(order.filler.lot), order.filler.expires_on, ""


def _trituration(record: CompoundingRecord, name: str) -> tuple[str | Cell, date, str]:
    """A trituration of the same order, by its plan's name or by our lot number, or one that was in stock."""
    for used in record.triturations:
        if name in (used.plan.name, used.lot_number):
            return _made_here(used.lot_number), used.beyond_use_date, ""
    return _made_here(name), record.plan.beyond_use_date, ""


def _made_here(lot_number: str) -> Cell:
    return Cell(text=f"{lot_number}, made here", href=url_for("triturations.show", lot_number=lot_number))


def _lot(lot: LotFacts | None) -> str | Cell:
    if lot is None:
        return ""
    return Cell(text=f"{lot.lot_number}, {lot.maker}", href=url_for("lots.show", lot_id=lot.lot_id))
