"""Steps and deviations on the page of their batch, and deviations at the bench's weighings; in finished strings."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import url_for

from compounder.domain.people.person import Person
from compounder.domain.record.decisions import is_named
from compounder.domain.record.deviations import Deviation, waiting
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.signatures import PHARMACISTS
from compounder.domain.wording import with_capital
from compounder.services.batches import BatchFile
from compounder.services.bench import Bench
from compounder.web.journal_page import format_moment
from compounder.web.steps_page import DONE_COLUMNS, done_rows, may_write
from compounder.web.tables import Cell, Row

DEVIATION_COLUMNS: Final = (
    ("Where", "strong"),
    ("What went otherwise", "text"),
    ("Who", "text"),
    ("When", "date"),
    ("Assessed", "text"),
)


def made_page(file: BatchFile, person: Person) -> Mapping[str, Any]:
    """What the page of a batch says of its steps and of what went otherwise."""
    is_open = file.standing.place.allows(EntryKind.STEP_DONE) and not file.undecided and not file.status_reason
    return {
        "made": {
            "columns": DONE_COLUMNS[:-1],
            "rows": [row[:-1] for row in done_rows(file.record, file.steps, file.deviations, may_write=False)],
            "count": len(file.steps.every),
            "may_go_on": is_open and not file.steps.is_whole,
            "deviation_columns": DEVIATION_COLUMNS,
            "deviations": list(_assessable(file, person)),
        }
    }


def deviation_rows(record: CompoundingRecord, deviations: tuple[Deviation, ...]) -> Iterator[Row]:
    """Every deviation, in the order of `DEVIATION_COLUMNS`."""
    zone = ZoneInfo(record.time_zone)
    for each in deviations:
        assessed = each.assessed
        yield (
            with_capital(each.happened.place),
            each.said,
            each.by,
            format_moment(each.at, zone),
            f"{assessed.by}, {format_moment(assessed.at, zone)}: {assessed.said}" if assessed else "Not assessed yet",
        )


def _assessable(file: BatchFile, person: Person) -> Iterator[Row]:
    """Every deviation; one that waits leads whoever may assess it there."""
    may_now = person.role in PHARMACISTS and file.standing.place.allows(EntryKind.DEVIATION_ASSESSED)
    for each, row in zip(file.deviations, deviation_rows(file.record, file.deviations), strict=True):
        if each.assessed is None and may_now and not is_named(person.name, [each.by]):
            href = url_for("deviations.assess", lot_number=file.record.lot_number, entry=each.number)
            yield (*row[:4], Cell(text="Assess it", href=href))
        else:
            yield row


def next_assessment(file: Bench, person: Person) -> Mapping[str, Any]:
    """What the page of a verified batch says comes next, where a deviation waits; otherwise nothing."""
    for each in waiting(file.deviations)[:1]:
        theirs = [one for one in waiting(file.deviations) if not is_named(person.name, [one.by])]
        href = url_for("deviations.assess", lot_number=file.record.lot_number, entry=theirs[0].number) if theirs else ""
        said = f"A pharmacist other than {each.by} assesses what went otherwise; then it is released."
        return {"said": said, "endpoint": "deviations.assess", "href": href, "button": "Assess the deviation"}
    return {}


def at_weighings(bench: Bench) -> Mapping[str, Any]:
    """What went otherwise at the weighings, and where more is written down."""
    here = tuple(each for each in bench.deviations if each.happened.line is not None)
    lot_number = bench.record.lot_number
    return {
        "deviation_columns": DEVIATION_COLUMNS,
        "deviations": list(deviation_rows(bench.record, here)),
        "deviation_links": [
            (with_capital(each.ingredient), url_for("deviations.at_weighing", lot_number=lot_number, line=line))
            for line, each in enumerate(bench.making.weighings)
            if may_write(bench)
        ],
    }


def deviation_facts(bench: Bench, deviation: Deviation) -> list[dict[str, str]]:
    """One deviation, as facts."""
    zone = ZoneInfo(bench.record.time_zone)
    happened = deviation.happened
    what = f"{happened.place}: {happened.what}" if happened.step is not None else happened.place
    return [
        {"label": "Where", "value": what, "kind": "wide"},
        {"label": "What went otherwise", "value": deviation.said, "kind": "wide"},
        {"label": "Written down by", "value": f"{deviation.by}, {format_moment(deviation.at, zone)}"},
    ]
