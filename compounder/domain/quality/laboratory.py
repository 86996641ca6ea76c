"""A laboratory's report on single capsules, and what a person must see in it.

Ten units that do not pass are no verdict yet: twenty more are assayed. Either way a batch does not go on by itself.
Source of the two stages: USP <905>.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from compounder.domain.bounds import require_day, require_text
from compounder.domain.findings import Finding, decide
from compounder.domain.quality.content import ContentUniformity, ContentVerdict

LONGEST_NAME: Final = 200
LONGEST_NUMBER: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryReport:
    """Whose figures they are: the laboratory, the number of its report, and the day it is dated."""

    laboratory: str
    number: str
    dated: date

    def __post_init__(self) -> None:
        require_text(self.laboratory, LONGEST_NAME, "laboratory")
        require_text(self.number, LONGEST_NUMBER, "number")
        require_day(self.dated, "dated")


def review_assay(found: ContentUniformity) -> tuple[Finding, ...]:
    """What a person decides on: an assay that fails, or one whose twenty more units are not there yet."""
    return tuple(_not_passed(found))


def _not_passed(found: ContentUniformity) -> Iterator[Finding]:
    first, *second = found.results
    match found.verdict:
        case ContentVerdict.FAILS:
            yield decide("assay-failed", " ".join(each.sentence for each in second if not each.passes))
        case ContentVerdict.ASSAY_TWENTY_MORE:
            yield decide("assay-twenty-more", first.sentence)
        case ContentVerdict.PASSES:
            return
