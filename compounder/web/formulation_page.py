"""One version of a formulation as a document, in finished strings, and its line in the list."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.formulary.formulation import Approval
from compounder.services.formulations import FormulationFile, FormulationVersion
from compounder.web.formulation_forms import RevisionForm, written
from compounder.web.tables import Cell, Row

FORMULATION_COLUMNS = (("Code", "lot"), ("Name", "text"), ("Version", "number"), ("Approval", "status"))
VERSION_COLUMNS = (
    ("Version", "lot"),
    ("Approval", "status"),
    ("Approved by", "text"),
    ("Reason for the version", "text"),
)
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Strengths": ("strength_basis", "strength_from", "strength_to", "usual_strengths", "strength_sets"),
    "Capsules and filler": (
        "dosage_form",
        "filler",
        "filler_grade",
        "capsule_sizes",
        "minimum_filler_fraction",
        "extra_capsules",
        "active_overage",
        "weighing_tolerance",
    ),
    "Beyond-use date": ("beyond_use", "study_days", "beyond_use_reference", "beyond_use_basis"),
    "Quality": (
        "capsules_weighed",
        "net_weight_from",
        "net_weight_to",
        "relative_standard_deviation",
        "powder_loss",
        "description",
    ),
    "Keeping and label": (
        "storage",
        "container",
        "label_preparation",
        "label_form",
        "label_storage",
        "label_statement",
    ),
}
WIDE = frozenset({"usual_strengths", "strength_sets", "beyond_use_reference", "beyond_use_basis", "description"})


def approval_cell(stored: FormulationVersion) -> Cell:
    """Whether batches may be made by it."""
    return Cell(text="approved", tone="done") if stored.approval else Cell(text="to be approved", tone="open")


def formulation_cells(stored: FormulationVersion) -> Row:
    """The cells of one formulation, in the order of `FORMULATION_COLUMNS`."""
    formulation = stored.formulation
    code = Cell(text=formulation.code, href=url_for("formulations.show", code=formulation.code))
    return (code, formulation.name, str(formulation.version), approval_cell(stored))


def formulation_page(file: FormulationFile, zone: ZoneInfo) -> Mapping[str, Any]:
    """Everything the page of a version shows."""
    shown = file.shown.formulation
    texts = written(shown)
    return {
        "formulation": shown,
        "approval": approval_cell(file.shown),
        "approved": list(_approval(file.shown.approval, zone)) if file.shown.approval else [],
        "sections": [(title, list(_facts(names, texts))) for title, names in SECTIONS.items()],
        "changes": list(_changes(file)),
        "version_columns": VERSION_COLUMNS,
        "versions": [_version(stored, zone) for stored in file.versions],
        "sha256": file.shown.sha256,
        "is_newest": shown.version == file.versions[0].formulation.version,
    }


def _label(name: str) -> str:
    label: str = getattr(RevisionForm, name).args[0] if getattr(RevisionForm, name).args else name
    return label


def _facts(names: tuple[str, ...], texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name in names:
        if texts[name]:
            kind = "wide" if name in WIDE else ""
            yield {"label": _label(name), "value": texts[name].replace("\n", "; "), "kind": kind}


def _approval(approval: Approval, zone: ZoneInfo) -> Iterator[dict[str, str]]:
    yield {"label": "Approved by", "value": approval.name, "kind": "strong"}
    yield {"label": "On", "value": format_day(approval.at.astimezone(zone).date())}
    if approval.reason:
        yield {"label": "Reason", "value": approval.reason, "kind": "wide"}


def _changes(file: FormulationFile) -> Iterator[str]:
    """What differs from the version before, in words."""
    if file.before is None:
        return
    now, earlier = written(file.shown.formulation), written(file.before.formulation)
    for name, text in now.items():
        if text != earlier[name]:
            was, now_is = (value.replace("\n", "; ") or "nothing" for value in (earlier[name], text))
            yield f"{_label(name)}: {now_is} (was {was})"


def _version(stored: FormulationVersion, zone: ZoneInfo) -> Row:
    formulation, approval = stored.formulation, stored.approval
    address = url_for("formulations.show", code=formulation.code, version=formulation.version)
    who = f"{approval.name}, {format_day(approval.at.astimezone(zone).date())}" if approval else ""
    return (Cell(text=str(formulation.version), href=address), approval_cell(stored), who, formulation.reason)
