"""The pages of a bottle, before it is filled and as it was dispensed, in finished strings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.care.patients import Patient
from compounder.domain.findings import Finding
from compounder.domain.site import SiteSettings
from compounder.domain.units import format_dose
from compounder.printing.directions import bottle_directions
from compounder.services.dispensing import BottlePreview
from compounder.services.returning import BottleFile, StoredBottle
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.patient_page import who_it_is
from compounder.web.tables import TONES, Cell, Row

TAKEN_COLUMNS: Final = (("Batch", "lot"), ("Capsules", "number"), ("Beyond-use date", "date"))
FILLED_COLUMNS: Final = (("Batch", "lot"), ("Capsules", "number"), ("Came back", "number"), ("Status", "status"))
DECISION_COLUMNS: Final = (("Question", "strong"), ("What was decided", "text"), ("With whom", "text"))
BOTTLE_COLUMNS: Final = (
    ("Bottle", "lot"),
    ("Strength", "strong"),
    ("Capsules", "number"),
    ("Dispensed on", "date"),
    ("Beyond-use date", "date"),
)


def bottle_card(shown: BottlePreview) -> Mapping[str, Any]:
    """What would be taken from which batch."""
    return {
        "late": _late(shown) if shown.is_late else "",
        "head": f"{shown.request.capsules:,} capsules of {format_dose(shown.request.strength)}",
        "ends": f"Last dose on {format_day(shown.last_dose_on)}; use by {format_day(shown.beyond_use_date)}",
        "columns": TAKEN_COLUMNS,
        "rows": [
            (_batch(each.lot_number), f"{each.capsules:,}", format_day(each.beyond_use_date)) for each in shown.taken
        ],
    }


def _late(shown: BottlePreview) -> str:
    """What the calendar says of a bottle that is given out after its first day."""
    days = (shown.on - shown.due_on).days
    ago = "yesterday" if days == 1 else f"{days:,} days ago"
    return f"Its first dose was due on {format_day(shown.due_on)}, {ago}."


def finding_of(finding: Finding) -> Mapping[str, str]:
    """A question as the page shows it."""
    return {"severity": finding.severity.value, "code": finding.code, "message": finding.message}


def health_of(patient: Patient) -> list[dict[str, str]]:
    """What the patient's row says, to be read out and asked for."""
    lines = (("Medicines", patient.medicines), ("Allergies", patient.allergies), ("Conditions", patient.conditions))
    return [{"label": label, "value": ", ".join(said) or "none written down", "kind": "wide"} for label, said in lines]


def bottle_page(file: BottleFile, settings: SiteSettings) -> Mapping[str, Any]:
    """Everything the page of a bottle shows."""
    stored = file.stored
    return {
        "number": stored.number,
        "who": who_it_is(file.seen),
        "is_named": file.seen.patient is not None,
        "is_out": any(part.capsules > part.returned for part in stored.filled_from),
        "facts": list(_facts(file)),
        "filled_columns": FILLED_COLUMNS,
        "filled": [
            (
                _batch(part.lot_number),
                f"{part.capsules:,}",
                f"{part.returned:,}",
                Cell(text=part.status, tone=TONES[part.status]),
            )
            for part in stored.filled_from
        ],
        "held": " and ".join(f"{each.lot_number} is {each.status}" for each in file.held),
        "decision_columns": DECISION_COLUMNS,
        "decisions": [
            (each["code"].replace("-", " "), each["reason"], each["decided_with"]) for each in file.decisions
        ],
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, settings.zone),
    }


def _facts(file: BottleFile) -> Iterator[dict[str, str]]:
    stored, prescription = file.stored, file.prescription
    yield {"label": "Strength", "value": format_dose(stored.strength), "kind": "strong"}
    yield {"label": "Capsules", "value": f"{stored.capsules:,}", "kind": "strong"}
    yield {"label": "Dispensed on", "value": format_day(stored.dispensed_on)}
    yield {"label": "Beyond-use date", "value": format_day(stored.beyond_use_date)}
    href = url_for("prescriptions.show", number=prescription.number)
    yield {"label": "Prescription", "value": prescription.number, "href": href}
    yield {"label": "Prescriber", "value": prescription.prescriber}
    if file.kept_dates_of:
        due = format_day(date.fromisoformat(file.kept_dates_of))
        yield {"label": "Given out late", "value": f"due on {due}; the dates were kept"}
    if file.opioid_list_version:
        yield {"label": "Opioids looked for", "value": f"list version {file.opioid_list_version:,}"}
    directions = bottle_directions(prescription.course, stored.strength, before=stored.before, capsules=stored.capsules)
    yield {"label": "Directions", "value": directions, "kind": "wide"}


def bottle_cells(stored: Sequence[StoredBottle]) -> list[Row]:
    """A prescription's bottles, as rows of `BOTTLE_COLUMNS`."""
    return [
        (
            Cell(text=each.number, href=url_for("dispensing.bottle", number=each.number)),
            format_dose(each.strength),
            f"{each.capsules:,}",
            format_day(each.dispensed_on),
            format_day(each.beyond_use_date),
        )
        for each in stored
    ]


def _batch(lot_number: str) -> Cell:
    return Cell(text=lot_number, href=url_for("batches.show", lot_number=lot_number))
