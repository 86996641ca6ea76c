"""A laboratory's assay on a worksheet: its report, what each capsule holds, and how the acceptance value came about."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from compounder.domain.batch.derivation_lines import DerivationLine as WorkedOut
from compounder.domain.calendar import format_day
from compounder.domain.quality.content import FIRST_STAGE, SECOND_STAGE, ContentVerdict
from compounder.domain.record.finished import CapsulesAssayed, Entered, Finished
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.units import percent_text
from compounder.printing.derivations import printed_derivation
from compounder.printing.documents import DerivationLine, PrintedAssay
from compounder.printing.inspecting import printed_finding, printed_result
from compounder.printing.letterhead import moment

_VERDICTS: Final = {
    ContentVerdict.PASSES: "Passes",
    ContentVerdict.ASSAY_TWENTY_MORE: "Assay 20 more",
    ContentVerdict.FAILS: "Fails",
}


def assay_of(record: CompoundingRecord, finished: Finished) -> PrintedAssay | None:
    """The assay that holds, and those before it; None where no laboratory has reported."""
    if finished.assayed is None:
        return None
    said = finished.assayed.said
    first, *second = said.uniformity.results
    of_all = chain.from_iterable(each.derivation for each in second)
    return PrintedAssay(
        verdict=f"{_VERDICTS[said.uniformity.verdict]}: acceptance value {said.acceptance_value}",
        contents=tuple(map(percent_text, said.assay.contents)),
        results=(printed_result(first, "assay 20 more"), *(printed_result(each, "fails") for each in second)),
        derivation=(*_of(FIRST_STAGE, first.derivation), *_of(SECOND_STAGE, of_all)),
        findings=tuple(printed_finding(finding, finished) for finding in said.findings),
        entered=tuple(_entered(record, finished)),
    )


def _of(units: int, lines: Iterable[WorkedOut]) -> Iterator[DerivationLine]:
    """The lines of one stage, each with how many units it is of."""
    return (replace(line, label=f"{line.label}, {units} units") for line in printed_derivation(lines))


def _entered(record: CompoundingRecord, finished: Finished) -> Iterator[str]:
    """Whose report, who entered it when, and why again; the figures before stay readable."""
    for each in finished.every_assayed:
        report = (
            f"{each.said.report.laboratory}, report {each.said.report.number}, {format_day(each.said.report.dated)}"
        )
        again = f", again: {each.said.reason}" if each.said.reason else ""
        was = "" if each is finished.assayed else f" ({_was(each)}; holds no more)"
        yield f"{report}; entered {moment(each.at, record)} by {each.name}{again}{was}"


def _was(assayed: Entered[CapsulesAssayed]) -> str:
    return f"{' '.join(map(percent_text, assayed.said.assay.contents))} %"
