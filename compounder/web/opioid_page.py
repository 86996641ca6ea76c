"""The list of opioids and one of its names, in finished strings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.services.opioids import ListedOpioid, OpioidFile, OpioidList
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells, format_moment
from compounder.web.tables import Cell, Row

OPIOID_COLUMNS: Final = (
    ("Name", "strong"),
    ("ATC code", "figure"),
    ("Days without it", "told"),
    ("Reference", "text"),
    ("Whose", "text"),
    ("Status", "status"),
)


def opioid_cells(listed: ListedOpioid) -> Row:
    """The cells of one name, in the order of `OPIOID_COLUMNS`."""
    opioid = listed.opioid
    return (
        Cell(text=opioid.name, href=url_for("opioids.show", code=opioid.code)),
        opioid.atc,
        opioid.washout,
        opioid.reference or "none yet",
        _whose(listed),
        _status(listed),
    )


def sentence_of(every: OpioidList, found: Sequence[ListedOpioid], shown: str) -> str:
    """What is shown: `List version 1, to be verified: 292 names`."""
    count = len(found)
    return f"List version {every.version:,}, {shown}: {count:,} {'name' if count == 1 else 'names'}"


def to_be_verified(every: OpioidList) -> str:
    """How many names wait for somebody who looks them up; empty where none does."""
    count = sum(each.is_to_be_verified and not each.is_withdrawn for each in every.names.values())
    return f"{count:,} of {len(every.opioids):,} names are to be verified: no reference was read yet." if count else ""


def opioid_page(file: OpioidFile, zone: ZoneInfo) -> Mapping[str, Any]:
    """Everything the page of a name shows."""
    listed = file.listed
    return {
        "opioid": listed.opioid,
        "version": listed.said.version,
        "status": _status(listed),
        "is_withdrawn": listed.is_withdrawn,
        "facts": list(_facts(listed, zone)),
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, zone),
    }


def _whose(listed: ListedOpioid) -> str:
    if not listed.is_of_the_package:
        return "the site's own"
    return "changed here" if listed.said.version > 1 else "brought by the program"


def _status(listed: ListedOpioid) -> Cell:
    if listed.is_withdrawn:
        return Cell(text="withdrawn", tone="over")
    if listed.is_to_be_verified:
        return Cell(text="to be verified", tone="open")
    return Cell(text="verified" if listed.verified_at else "has a reference", tone="done")


def _facts(listed: ListedOpioid, zone: ZoneInfo) -> Iterator[dict[str, str]]:
    opioid = listed.opioid
    yield {"label": "Days without it before the first dose", "value": opioid.washout, "kind": "strong"}
    yield {"label": "ATC code", "value": opioid.atc}
    yield {"label": "Acts", "value": opioid.acting.value}
    yield {"label": "Whose", "value": _whose(listed)}
    if listed.verified_at:
        yield {"label": "Verified", "value": f"{listed.verified_by}, {format_moment(listed.verified_at, zone)}"}
    yield {"label": "Reference", "value": opioid.reference or "none yet", "kind": "wide"}
