"""A laboratory's assay on the page of its batch, in finished strings: what was found, what it comes to, what to do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.quality.content import FIRST_STAGE, ContentVerdict
from compounder.domain.record.finished import CapsulesAssayed, Entered, Finished
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.standing import Standing
from compounder.web.cards import as_steps
from compounder.web.finishing_forms import written_contents
from compounder.web.journal_page import format_moment
from compounder.web.quality_rows import result_row
from compounder.web.tables import Cell, Row

VERDICTS: Final[Mapping[ContentVerdict, str]] = {
    ContentVerdict.PASSES: "The assay passes.",
    ContentVerdict.ASSAY_TWENTY_MORE: "Assay 20 more: ten units that do not pass are no verdict yet.",
    ContentVerdict.FAILS: "The assay fails.",
}
MORE: Final = Cell(text="assay 20 more", tone="open")
LOUD: Final = frozenset({BatchStatus.RELEASED, BatchStatus.QUARANTINED})
"""Where a batch is, or was, out of the house."""
ONLY_MORE: Final = "Twenty more units came."


def assay_section(finished: Finished, zone: ZoneInfo) -> Mapping[str, Any]:
    """What the page says of the assay that holds; nothing where none was entered."""
    if finished.assayed is None:
        return {}
    said = finished.assayed.said
    first, *second = said.uniformity.results
    return {
        "verdict": VERDICTS[said.uniformity.verdict],
        "findings": said.findings,
        "facts": list(_facts(finished.assayed, zone)),
        "rows": [result_row(first, MORE), *map(result_row, second)],
        "stages": [{"title": each.title, "steps": as_steps(each.derivation)} for each in (first, *second)],
    }


def earlier_assays(finished: Finished, zone: ZoneInfo) -> Iterator[Row]:
    """What was assayed before and holds no more, the oldest first."""
    for assayed, after in zip(finished.every_assayed, finished.every_assayed[1:], strict=False):
        report = assayed.said.report
        was = f"{report.laboratory}, {report.number}: {written_contents(assayed.said.assay.contents)} %"
        yield ("Assay", was, assayed.name, format_moment(assayed.at, zone), after.said.reason or ONLY_MORE)


def alarm(finished: Finished, standing: Standing, lot_number: str) -> Mapping[str, Any]:
    """What is said first of a batch that was released and whose assay does not pass; nothing of any other."""
    found = finished.assayed.said.findings if finished.assayed else ()
    if not found or standing.status not in LOUD or not standing.place.was_released:
        return {}
    is_decided = not any(finding in finished.waiting for finding in found)
    return {
        "findings": found,
        "said": _to_do(standing.status, is_decided=is_decided),
        "ways": () if is_decided else list(_ways(standing, lot_number)),
    }


def _to_do(status: BatchStatus, *, is_decided: bool) -> str:
    if is_decided:
        return "A pharmacist has decided on it; the reason stands with the finished capsules."
    if status is BatchStatus.QUARANTINED:
        return "Recall it, or a pharmacist decides, with a reason, that it may be freed."
    return "Hold it back now or recall it; or a pharmacist decides, with a reason, that it stays released."


def _ways(standing: Standing, lot_number: str) -> Iterator[Mapping[str, str]]:
    ways: Sequence[tuple[EntryKind, str, str]] = (
        (EntryKind.BATCH_QUARANTINED, "corrections.quarantine", "Hold back"),
        (EntryKind.BATCH_RECALLED, "corrections.recall", "Recall"),
    )
    for act, endpoint, said in ways:
        if standing.place.allows(act):
            yield {"endpoint": endpoint, "href": url_for(endpoint, lot_number=lot_number), "said": said}


def _facts(assayed: Entered[CapsulesAssayed], zone: ZoneInfo) -> Iterator[dict[str, str]]:
    said = assayed.said
    yield {"label": "Acceptance value", "value": said.acceptance_value, "kind": "strong"}
    yield {"label": "Capsules assayed", "value": f"{len(said.assay.contents)}"}
    yield {"label": "Laboratory", "value": said.report.laboratory}
    yield {"label": "Report", "value": f"{said.report.number}, {format_day(said.report.dated)}"}
    yield {"label": "Entered by", "value": f"{assayed.name}, {format_moment(assayed.at, zone)}"}
    contents = said.assay.contents
    yield {"label": "First ten, % of label claim", "value": written_contents(contents[:FIRST_STAGE]), "kind": "hash"}
    if contents[FIRST_STAGE:]:
        more = written_contents(contents[FIRST_STAGE:])
        yield {"label": "Twenty more, % of label claim", "value": more, "kind": "hash"}
