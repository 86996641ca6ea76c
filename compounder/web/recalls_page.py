"""The pages of recalls, in finished strings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.care.recall import HARM, REACHED, Contact, HeldBack, Notice, RecallStatus
from compounder.domain.site import SiteSettings
from compounder.services.recall_files import PAGE, Affected, RecallFile, StoredRecall
from compounder.services.recall_letters import AT_ONCE
from compounder.services.recalling import RecallPreview
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.recall_forms import ANSWERS, SOURCES, WAYS
from compounder.web.tables import Cell, Row
from compounder.web.trace_words import of_number
from compounder.web.tracing_page import sentence

TONES: Final = {RecallStatus.OPEN: "open", RecallStatus.CLOSED: "over"}
RECALL_COLUMNS: Final = (
    ("Recall", "lot"),
    ("Of", "text"),
    ("Class", "text"),
    ("Started on", "date"),
    ("Patients", "number"),
    ("Status", "status"),
)
AFFECTED_COLUMNS: Final = (
    ("Patient", "strong"),
    ("Bottles", "text"),
    ("Capsules", "number"),
    ("Came back", "number"),
    ("Told", "told"),
    ("Next", "deed"),
)
PRESCRIBER_COLUMNS: Final = (("Prescriber", "strong"), ("Patients", "number"), ("Told", "told"))
LEFT_COLUMNS: Final = (("Not held back", "strong"), ("Why", "text"))
_MOST_NAMED: Final = 200


def recall_cells(stored: StoredRecall) -> Row:
    """The cells of one recall, in the order of `RECALL_COLUMNS`."""
    started = stored.started
    return (
        Cell(text=stored.number, href=url_for("recalls.show", number=stored.number)),
        started.called,
        f"class {started.notice.recall_class}",
        format_day(started.started_on),
        f"{started.patients:,}",
        Cell(text=stored.status, tone=TONES[stored.status]),
    )


def preview_page(shown: RecallPreview) -> Mapping[str, Any]:
    """What a recall would do, before it is started."""
    return {
        "called": shown.called,
        "reaches": sentence(shown.totals, shown.origin.kind),
        "held": list(_held(shown.held)),
        "held_capsules": f"{shown.held_capsules:,}",
        "left_columns": LEFT_COLUMNS,
        "left": _left(shown.held),
        "kind": shown.origin.kind.value,
        "name": shown.origin.name,
    }


def recall_page(file: RecallFile, settings: SiteSettings, *, only_waiting: bool) -> Mapping[str, Any]:
    """Everything the page of a recall shows."""
    stored, started = file.stored, file.stored.started
    return {
        "number": stored.number,
        "called": started.called,
        "status": stored.status,
        "tone": TONES[stored.status],
        "is_open": stored.status is RecallStatus.OPEN,
        "effect": str(file.effect),
        "at_once": AT_ONCE if file.effect.patients > AT_ONCE else 0,
        "trace": url_for("tracing.show", kind=started.origin.kind.value, name=started.origin.name),
        "facts": list(_facts(started.notice, format_day(started.started_on))),
        "held": list(_held(started.held)),
        "left_columns": LEFT_COLUMNS,
        "left": _left(started.held),
        "affected_columns": AFFECTED_COLUMNS,
        "affected": [affected_cells(each, stored) for each in file.affected],
        "only_waiting": only_waiting,
        "older": _older(file, only_waiting=only_waiting),
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, settings.zone),
    }


def _facts(notice: Notice, started_on: str) -> Iterator[dict[str, str]]:
    yield {"label": "Class", "value": f"{notice.recall_class}: {HARM[notice.recall_class]}", "kind": "wide"}
    yield {"label": "Started on", "value": started_on}
    by = SOURCES[notice.source]
    yield {"label": "Found by", "value": f"{by}, {notice.reference}" if notice.reference else by}
    yield {"label": "Reason", "value": notice.reason, "kind": "wide"}
    yield {"label": "What patients are told", "value": notice.told, "kind": "wide"}


def _held(held: HeldBack) -> Iterator[dict[str, str]]:
    """What is held back, a line a kind: how much, and which."""
    if held.lots:
        yield {"said": "The lot", "numbers": ""}
    for what, numbers in (("triturations", held.triturations), ("batches", held.batches)):
        if numbers:
            yield {"said": f"{len(numbers):,} {of_number(what, len(numbers))}", "numbers": _named(numbers)}


def _left(held: HeldBack) -> list[Row]:
    """What is not held back, and why."""
    return [(_named(names), why) for why, names in held.left.items()]


def _named(names: Sequence[str]) -> str:
    """Names beside each other; of very many the first."""
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"


def affected_cells(each: Affected, stored: StoredRecall) -> Row:
    """The cells of one patient, in the order of `AFFECTED_COLUMNS`."""
    identifier = each.reached.identifier
    name = each.patient.name if each.patient else identifier
    href = url_for("recalls.contact", number=stored.number, identifier=identifier)
    is_told = any(said.answer in REACHED for said in each.contacts)
    deed = Cell(text="Told again" if is_told else "Write down", href=href)
    return (
        Cell(text=name, href=url_for("patients.show", identifier=identifier)),
        ", ".join(dict.fromkeys(f"{bottle.number} ({bottle.strength})" for bottle in each.bottles)),
        f"{each.reached.capsules:,}",
        f"{each.reached.returned:,}",
        said_of(each.contacts, is_erased=each.reached.is_erased),
        deed if stored.status is RecallStatus.OPEN and not each.reached.is_erased else "",
    )


def said_of(contacts: Sequence[Contact], *, is_erased: bool = False) -> str:
    """How somebody was told last, and how often they were sought."""
    if not contacts:
        return "erased" if is_erased else "not yet"
    last = contacts[-1]
    before = f" ({len(contacts)} entries)" if len(contacts) > 1 else ""
    return f"{format_day(last.told_on)} {WAYS[last.way]}: {ANSWERS[last.answer]}{before}"


def _older(file: RecallFile, *, only_waiting: bool) -> str | None:
    """The next page of the patients; None where there is no more."""
    if len(file.affected) < PAGE:
        return None
    after, number = file.affected[-1].reached.patient_id, file.stored.number
    shown = "waiting" if only_waiting else None
    return url_for("recalls.show", number=number, after=after, show=shown, _anchor="patients")


def prescriber_cells(
    affected: Mapping[str, Sequence[Affected]], contacts: Mapping[str, Sequence[Contact]]
) -> list[Row]:
    """The prescribers, as rows of `PRESCRIBER_COLUMNS`."""
    return [(name, f"{len(theirs):,}", said_of(contacts.get(name, ()))) for name, theirs in affected.items()]
