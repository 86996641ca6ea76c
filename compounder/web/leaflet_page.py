"""The leaflet's words, part by part with how easily each is read, in finished strings."""

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.care.leaflet_words import AS_BROUGHT, LeafletApproval, LeafletPart, LeafletWords, grade_of
from compounder.domain.care.readability import HARD
from compounder.printing.leaflet_texts import BROUGHT, worded
from compounder.services.leaflets import LeafletFile
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells, format_moment
from compounder.web.tables import Cell, Row

VERSION_COLUMNS: Final = (("Version", "lot"), ("Approval", "status"), ("Approved by", "text"), ("Reason", "text"))


def leaflet_page(file: LeafletFile, shown: LeafletWords, zone: ZoneInfo) -> Mapping[str, Any]:
    """Everything the page of a version shows."""
    approved = {each.words.version for each in file.versions if each.approval} | {AS_BROUGHT.version}
    return {
        "version": shown.version,
        "reason": shown.reason,
        "status": _status(file, shown, is_approved=shown.version in approved),
        "is_approved": shown.version in approved,
        "standing": _standing(file, shown),
        "parts": [_part(shown, part) for part in LeafletPart],
        "whole": graded("\n".join(shown.texts.get(part, BROUGHT[part]) for part in LeafletPart)),
        "version_columns": VERSION_COLUMNS,
        "versions": [_version(file, words, zone) for words in _every(file)],
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, zone),
    }


def graded(text: str) -> Mapping[str, str]:
    """How many years of school a text asks for; a caution where a child of twelve does not read it with ease."""
    grade = grade_of(text)
    said = f"Reads at grade {max(grade, 0):.1f}"
    return {"said": said, "caution": f"{said}, harder than a twelve-year-old reads with ease." if grade > HARD else ""}


def _part(words: LeafletWords, part: LeafletPart) -> Mapping[str, Any]:
    text = words.texts.get(part)
    return {
        "section": worded(words, part),
        "is_own": text is not None,
        "grade": graded(BROUGHT[part] if text is None else text),
    }


def _status(file: LeafletFile, words: LeafletWords, *, is_approved: bool) -> Cell:
    if words.version == file.in_use.version:
        return Cell(text="printed now", tone="done")
    return Cell(text="approved before", tone="over") if is_approved else Cell(text="to be approved", tone="open")


def _standing(file: LeafletFile, shown: LeafletWords) -> str:
    in_use = file.in_use.version
    return "" if shown.version == in_use else f"Leaflets are printed with version {in_use}."


def _every(file: LeafletFile) -> tuple[LeafletWords, ...]:
    return (*(each.words for each in file.versions), AS_BROUGHT)


def _version(file: LeafletFile, words: LeafletWords, zone: ZoneInfo) -> Row:
    approval = next((each.approval for each in file.versions if each.words.version == words.version), None)
    is_brought = words.version == AS_BROUGHT.version
    status = _status(file, words, is_approved=approval is not None or is_brought)
    who = "brought by the program" if is_brought else _who(approval, zone)
    address = url_for("leaflet.show", version=words.version)
    return Cell(text=str(words.version), href=address), status, who, words.reason


def _who(approval: LeafletApproval | None, zone: ZoneInfo) -> str:
    return f"{approval.name}, {format_moment(approval.at, zone)}" if approval else ""
