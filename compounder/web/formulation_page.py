"""One version of a formulation as a document, in finished strings, and its line in the list."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.formulary.formulation import Approval
from compounder.domain.units import format_dose
from compounder.services.formulations import FormulationFile, FormulationLine, FormulationVersion
from compounder.services.signatures import CheckedSignature
from compounder.web.formulation_forms import RevisionForm, written
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells, format_moment
from compounder.web.tables import Cell, Row

FORMULATION_COLUMNS = (
    ("Code", "lot"),
    ("Name", "text"),
    ("In use", "strong"),
    ("Newest", "strong"),
    ("Approval of the newest", "status"),
)
VERSION_COLUMNS = (
    ("Version", "lot"),
    ("Approval", "status"),
    ("Approved by", "text"),
    ("Reason for the version", "text"),
)
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Strengths": ("strength_basis", "strength_range", "usual_strengths"),
    "Capsules and filler": (
        "dosage_form",
        "capsule_sizes",
        "filler",
        "filler_grade",
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
        "rules",
    ),
    "Storage and container": ("storage", "container"),
    "Label": ("label_preparation", "label_form", "label_storage", "label_statement"),
}
WIDE = frozenset(
    {
        "usual_strengths",
        "beyond_use_reference",
        "beyond_use_basis",
        "description",
        "rules",
        "storage",
        "container",
    }
)
LISTS = {"usual_strengths": "; ", "rules": "; ", "strength_sets": "\n", "steps": "\n", "references": "\n"}
"""Fields that are lists, with what stands between: of these, what came and went is told apart."""
STRONG = frozenset({"strength_range", "beyond_use"})
PERCENT = ", %"


def formulation_cells(line: FormulationLine) -> Row:
    """The cells of one formulation, in the order of `FORMULATION_COLUMNS`."""
    formulation = line.newest.formulation
    code = Cell(text=formulation.code, href=url_for("formulations.show", code=formulation.code))
    in_use = f"version {line.in_use}" if line.in_use else "none yet"
    approval = _approval_cell(line.newest, line.in_use)
    return (code, formulation.name, in_use, f"version {formulation.version}", approval)


def formulation_page(file: FormulationFile, zone: ZoneInfo) -> Mapping[str, Any]:
    """Everything the page of a version shows."""
    shown = file.shown.formulation
    in_use = file.in_use.formulation.version if file.in_use else None
    return {
        "formulation": shown,
        "approval": _approval_cell(file.shown, in_use),
        "approved": list(_approval(file.shown.approval, file.signature, zone)) if file.shown.approval else [],
        "standing": _standing(file, in_use),
        "sections": [(title, list(_facts(names, written(shown)))) for title, names in SECTIONS.items()],
        "sets": [
            {"label": one.name, "value": ", ".join(map(format_dose, one.strengths)), "kind": "wide"}
            for one in shown.strength_sets
        ],
        "changes": list(_changes(file)),
        "version_columns": VERSION_COLUMNS,
        "versions": [_version(stored, in_use, zone) for stored in file.versions],
        "sha256": file.shown.sha256,
        "is_newest": shown.version == file.versions[0].formulation.version,
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, zone),
    }


def _approval_cell(stored: FormulationVersion, in_use: int | None) -> Cell:
    """Whether batches are made by it."""
    if not stored.is_approved:
        return Cell(text="to be approved", tone="open")
    is_in_use = stored.formulation.version == in_use
    return Cell(text="in use", tone="done") if is_in_use else Cell(text="approved before", tone="over")


def _standing(file: FormulationFile, in_use: int | None) -> str:
    """Which version batches are made by, where it is not the one shown."""
    if in_use is None:
        return "No version is approved yet: no batch is made until one is."
    if in_use == file.shown.formulation.version:
        return ""
    until = "" if file.shown.is_approved else " until this one is approved"
    return f"Batches are made by version {in_use}{until}."


def _approval(approval: Approval, signature: CheckedSignature | None, zone: ZoneInfo) -> Iterator[dict[str, str]]:
    role = signature.signed.role if signature else ""
    yield {"label": "Approved by", "value": f"{approval.name}, {role}" if role else f"{approval.name} (typed name)"}
    yield {"label": "On", "value": format_moment(approval.at, zone)}
    if signature and signature.signed.signature:
        yield {"label": "Signature", "value": signature.problem or "Valid."}
    if approval.reason:
        yield {"label": "Reason for the approval", "value": approval.reason, "kind": "wide"}


def _label(name: str) -> str:
    label: str = getattr(RevisionForm, name).args[0]
    return label.removesuffix(PERCENT)


def _said(name: str, text: str) -> str:
    """A field as a document says it: percentages with their sign, lists in a line, the first choice named."""
    label: str = getattr(RevisionForm, name).args[0]
    if name == "capsule_sizes":
        first, *others = text.split()
        return ", ".join([f"{first} (first choice)", *others])
    return f"{text} %" if label.endswith(PERCENT) else text.replace("\n", " · ")


def _facts(names: tuple[str, ...], texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name in names:
        if texts[name]:
            kind = "wide" if name in WIDE else "strong" if name in STRONG else ""
            yield {"label": _label(name), "value": _said(name, texts[name]), "kind": kind}


def _changes(file: FormulationFile) -> Iterator[str]:
    """What differs from the version before, in words."""
    if file.before is None:
        return
    now, earlier = written(file.shown.formulation), written(file.before.formulation)
    for name, text in now.items():
        if text != earlier[name]:
            yield f"{_label(name)}: {_difference(name, earlier[name], text)}"


def _difference(name: str, was: str, text: str) -> str:
    if name not in LISTS:
        return f"{_said(name, text) if text else 'nothing'}, was {_said(name, was) if was else 'nothing'}."
    before, after = (each.split(LISTS[name]) if each else [] for each in (was, text))
    came = [f"“{line}” is new" for line in after if line not in before]
    went = [f"“{line}” is gone" for line in before if line not in after]
    return "; ".join(came + went or ["in another order"]) + "."


def _version(stored: FormulationVersion, in_use: int | None, zone: ZoneInfo) -> Row:
    formulation, approval = stored.formulation, stored.approval
    address = url_for("formulations.show", code=formulation.code, version=formulation.version)
    who = f"{approval.name}, {format_day(approval.at.astimezone(zone).date())}" if approval else ""
    return (Cell(text=str(formulation.version), href=address), _approval_cell(stored, in_use), who, formulation.reason)
