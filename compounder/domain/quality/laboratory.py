"""A laboratory's report on single capsules, and what a person must see in it.

Ten units that do not pass are no verdict yet: twenty more are assayed. Either way a batch does not go on by itself.
Source of the two stages: USP <905>.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from compounder.domain.bounds import require_day, require_text
from compounder.domain.findings import Finding, decide
from compounder.domain.quality.content import FIRST_STAGE, ContentUniformity, ContentVerdict
from compounder.domain.quality.errors import NotInPercent
from compounder.domain.quality.results import told
from compounder.domain.units import Percent, percent_text

LONGEST_NAME: Final = 200
LONGEST_NUMBER: Final = 60
LEAST_MEAN: Final = Decimal("0.1")


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


def require_in_percent(contents: Sequence[Percent]) -> None:
    """Refuses with `NotInPercent` a mean below 10 % of the label claim, of the first ten units or of those after: it
    comes of shares typed as percent, 0.98 for 98, and is no content that a batch made here can have."""
    for field_name, units in (("first", contents[:FIRST_STAGE]), ("more", contents[FIRST_STAGE:])):
        if units and (mean := sum(units, Decimal(0)) / len(units)) < LEAST_MEAN:
            raise NotInPercent(
                mean=told(mean, LEAST_MEAN), least=f"{percent_text(LEAST_MEAN)} %", field_name=field_name
            )


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
