"""One version of a protocol as a document, in finished strings, and its line in the list."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.care.protocol import Protocol, TitrationStep
from compounder.domain.units import MASS, format_dose
from compounder.services.protocols import ProtocolFile, StoredProtocol
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.protocol_forms import written_step
from compounder.web.tables import Cell, Row

PROTOCOL_COLUMNS = (
    ("Name", "strong"),
    ("Code", "quiet"),
    ("Doses", "text"),
    ("Highest", "told"),
    ("Rests on", "text"),
    ("Version", "text"),
    ("Status", "status"),
)
VERSION_COLUMNS = (("Version", "lot"), ("Whose", "text"), ("Status", "status"), ("Reason for the version", "text"))
STEP_COLUMNS = (("Dose a day", "strong"), ("Days", "number"))
_OPEN_DAYS = "as each course says"


def protocol_cells(stored: StoredProtocol) -> Row:
    """The cells of one protocol, in the order of `PROTOCOL_COLUMNS`."""
    protocol = stored.protocol
    first, last = (format_dose(step.dose, MASS) for step in (protocol.steps[0], protocol.steps[-1]))
    count = len(protocol.steps)
    return (
        Cell(text=protocol.name, href=url_for("protocols.show", code=protocol.code)),
        protocol.code,
        f"{first} to {last} in {count} steps" if count > 1 else first,
        format_dose(protocol.maximum, MASS),
        protocol.reference,
        f"version {protocol.version}, {_whose(stored)}",
        _status(stored),
    )


def protocol_page(file: ProtocolFile, zone: ZoneInfo) -> Mapping[str, Any]:
    """Everything the page of a version shows."""
    shown, newest = file.shown.protocol, file.newest
    return {
        "protocol": shown,
        "status": _status(newest),
        "is_retired": newest.is_retired,
        "standing": _standing(file),
        "facts": list(_facts(shown)),
        "step_columns": STEP_COLUMNS,
        "steps": list(_steps(shown.steps)),
        "changes": list(_changes(file)),
        "version_columns": VERSION_COLUMNS,
        "versions": [_version(stored, newest) for stored in file.versions],
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, zone),
    }


def _whose(stored: StoredProtocol) -> str:
    return "brought by the program" if stored.is_of_the_package else "the site's own"


def _status(stored: StoredProtocol) -> Cell:
    return Cell(text="retired", tone="over") if stored.is_retired else Cell(text="offered", tone="done")


def _standing(file: ProtocolFile) -> str:
    """What new courses follow, where it is not the version shown."""
    newest = file.newest
    if newest.is_retired:
        return f"Retired: {newest.protocol.reason}. No new course follows it; revise it to offer it again."
    if newest is not file.shown:
        return f"New courses follow version {newest.protocol.version}."
    return ""


def _facts(protocol: Protocol) -> Iterator[dict[str, str]]:
    yield {"label": "Highest dose a day", "value": format_dose(protocol.maximum, MASS), "kind": "strong"}
    yield {"label": "Taken", "value": protocol.time_of_day.value}
    yield {"label": "Rests on", "value": protocol.reference, "kind": "wide"}
    yield {"label": "Reason for this version", "value": protocol.reason, "kind": "wide"}


def _steps(steps: Sequence[TitrationStep]) -> Iterator[Row]:
    *before, last = steps
    for step in before:
        yield format_dose(step.dose, MASS), f"{step.days:,}" if step.days else _OPEN_DAYS
    yield format_dose(last.dose, MASS), "lasts on"


def _version(stored: StoredProtocol, newest: StoredProtocol) -> Row:
    protocol = stored.protocol
    address = url_for("protocols.show", code=protocol.code, version=protocol.version)
    is_over = stored is not newest and not stored.is_retired
    status = Cell(text="offered before", tone="over") if is_over else _status(stored)
    return Cell(text=str(protocol.version), href=address), _whose(stored), status, protocol.reason


def _changes(file: ProtocolFile) -> Iterator[str]:
    """What differs from the version before, in words."""
    if file.before is None:
        return
    was, now = _said(file.before.protocol), _said(file.shown.protocol)
    for label, text in now.items():
        if text != was[label]:
            yield f"{label}: {text}, was {was[label]}."


def _said(protocol: Protocol) -> Mapping[str, str]:
    return {
        "Name": protocol.name,
        "Steps": "; ".join(map(written_step, protocol.steps)),
        "Highest dose": format_dose(protocol.maximum, MASS),
        "Taken": protocol.time_of_day.value,
        "Reference": protocol.reference,
    }
