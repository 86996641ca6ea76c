"""The forms as one person fills them in: receiving the two lots, weighing capsules of them, the order; then the review.

The forms, the services and the rules are the program's own. A form reads what was typed; what it makes is handed to the
functions that its page calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from bench.pharmacy import BALANCE, DAY
from bench.slips.orders import ORDERS, Order
from bench.slips.reckoning import Texts
from compounder.database.lots import StoredLot, StoredMeasurement
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Finding, Severity
from compounder.domain.site import SiteSettings
from compounder.domain.stock.lots import IngredientLot, PackMeasurement
from compounder.domain.units import MassPerCapsule
from compounder.services.orders import OrderChoices, OrderFacts, OrderRequest, Preview, preview_of
from compounder.web.lot_forms import MeasureForm
from compounder.web.order_form import OrderForm
from compounder.web.readers import read_per_capsule
from compounder.web.receive_form import ReceiveForm

KEY = "slips-are-only-human-1"
MEASURED_ON = "2026-09-02"


class Met(IntEnum):
    """What a slip met, the strongest last."""

    PASSED = 0
    CAUTION = 1
    DECIDE = 2
    STOP = 3
    REFUSED = 4


@dataclass(frozen=True)
class Answer:
    """What the program said, by its code or its sentence, and at which step."""

    met: Met
    said: str = ""
    step: str = ""


PASSED = Answer(Met.PASSED)
SEVERITIES = {Severity.STOP: Met.STOP, Severity.DECIDE: Met.DECIDE, Severity.CAUTION: Met.CAUTION}


class Refused(Exception):
    """A form or a service did not go on."""

    def __init__(self, said: str, step: str) -> None:
        super().__init__(said)
        self.answer = Answer(Met.REFUSED, said, step)


def fields_of(texts: Texts, form: str) -> MultiDict[str, str]:
    """What is typed into one form."""
    typed = {name.removeprefix(f"{form}."): text for name, text in texts.items() if name.startswith(f"{form}.")}
    return MultiDict({**typed, "key": KEY})


def read(form: FlaskForm, step: str) -> None:
    """Refuses what the form complains of."""
    if not form.validate():
        raise Refused(_first(form.errors), step)


def _first(errors: Any) -> str:
    """The first sentence of a form's complaints, however deep."""
    while not isinstance(errors, str):
        errors = next((each for each in (errors.values() if isinstance(errors, Mapping) else errors) if each), "")
    return errors


def received(texts: Texts, jar: str) -> IngredientLot:
    """The lot by the form that receives it."""
    form = ReceiveForm(formdata=fields_of(texts, jar))
    read(form, "receiving")
    try:
        return form.lot()
    except CompoundingError as refusal:
        raise Refused(str(refusal), "receiving") from None


def measured(texts: Texts, jar: str, site: SiteSettings) -> PackMeasurement | None:
    """What was weighed of capsules filled with it alone, if they were."""
    typed = fields_of(texts, f"{jar}-capsules")
    if "filled_weights" not in typed:
        return None
    known = {"capsule_size": "3", "measured_on": MEASURED_ON, "balance": BALANCE.name}
    form = MeasureForm(formdata=MultiDict({**typed, **known}))
    form.offer(site, DAY)
    read(form, "weighing filled capsules")
    try:
        return form.measurement(site.empty_shells)
    except CompoundingError as refusal:
        raise Refused(str(refusal), "weighing filled capsules") from None


@dataclass(frozen=True)
class Shelf:
    """What the order form offers, and what its choices stand for: lots by our ids, which here are their numbers."""

    facts: OrderFacts
    choices: OrderChoices
    lots: Mapping[str, StoredLot]


def with_texts(stored: StoredLot, texts: Texts, jar: str, site: SiteSettings) -> StoredLot:
    """The lot as it would be kept had these texts been typed of it."""
    lot, made = received(texts, jar), measured(texts, jar, site)
    kept = (StoredMeasurement(measurement=made, pack_statistic=made.pack_statistic),) if made else ()
    return replace(stored, lot=lot, measurements=kept)


def requested(texts: Texts, shelf: Shelf) -> OrderRequest:
    """The request by the order form."""
    choices = shelf.choices
    formulation = choices.formulations[0]
    named = {"active_lot": _id(shelf, texts["order.active_lot"]), "filler_lot": _id(shelf, texts["order.filler_lot"])}
    chosen = {"formulation": f"{formulation.code} {formulation.version}", **named}
    form = OrderForm(formdata=MultiDict({**fields_of(texts, "order"), **chosen}))
    form.offer(choices, shelf.facts.settings.trituration_ratios)
    request = form.request()
    if request is None:
        raise Refused(_first(form.errors), "ordering")
    return request


def _id(shelf: Shelf, number: str) -> str:
    return shelf.lots[number].lot_id


@dataclass(frozen=True)
class WorkedOut:
    """An order as its page shows it, and what it rests on."""

    shown: Preview
    facts: OrderFacts


def work_out(texts: Texts, order: Order, shelf: Shelf) -> WorkedOut:
    """The order by what was typed; a lot of which nothing else was typed than it should be is as it was kept."""
    site, before = shelf.facts.settings, ORDERS[order.number - 1].texts
    active, filler = shelf.lots[texts["order.active_lot"]], shelf.lots[texts["order.filler_lot"]]
    if texts["order.active_lot"] == before["order.active_lot"] and _differs(texts, before, "drug"):
        active = with_texts(active, texts, "drug", site)
    if _differs(texts, before, "filler"):
        filler = with_texts(filler, texts, "filler", site)
    facts = replace(shelf.facts, active=active, filler=filler, asked_for=asked_for(order))
    try:
        return WorkedOut(preview_of(requested(texts, shelf), facts), facts)
    except CompoundingError as refusal:
        raise Refused(str(refusal), "ordering") from None


def asked_for(order: Order) -> tuple[MassPerCapsule, ...]:
    """What open prescriptions are short of."""
    return () if order.is_for_the_shelf else tuple(map(read_per_capsule, order.strengths))


def _differs(texts: Texts, before: Texts, jar: str) -> bool:
    return any(texts[name] != before.get(name) for name in texts if name.startswith(jar))


def answers(found: WorkedOut, usual: WorkedOut) -> tuple[Answer, ...]:
    """What each row met that the order without a slip does not meet."""
    known = {finding.code for plan in usual.shown.plans for finding in plan.findings}
    return tuple(answer_of(outcome, known) for outcome in found.shown.outcomes)


def answer_of(outcome: BatchPlan | CompoundingError, known: frozenset[str] | set[str] = frozenset()) -> Answer:
    """The strongest answer to one row beyond the codes that are known."""
    if isinstance(outcome, CompoundingError):
        return Answer(Met.REFUSED, str(outcome), "ordering")
    return strongest([finding for finding in outcome.findings if finding.code not in known], "ordering")


def strongest(findings: list[Finding], step: str) -> Answer:
    """The strongest of these findings; a note is no alarm."""
    alarms = [Answer(SEVERITIES[each.severity], each.code, step) for each in findings if each.severity in SEVERITIES]
    return max(alarms, key=lambda alarm: alarm.met, default=PASSED)
