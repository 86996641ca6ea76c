"""Assays of a bench's capsules: what a laboratory found, and who enters it."""

from datetime import date
from decimal import Decimal

from compounder.domain.people.person import Person
from compounder.domain.quality.laboratory import LaboratoryReport
from compounder.domain.record.finished import Finished
from compounder.services.assaying import assay_capsules
from tests.services.finishing import finishing
from tests.services.orders import DAY, Bench
from tests.services.signing import TOM

E11 = ("98.2", "101.4", "99.7", "102.3", "97.5", "100.8", "99.1", "103.0", "98.9", "100.1")
SCATTERED = ("92", "108", "93", "107", "92", "108", "93", "107", "100", "110")
TWENTY = ("99", "101") * 10
WILD = ("60", "140") * 10


def a_report(number: str = "L-7", dated: date = DAY) -> LaboratoryReport:
    """What the laboratory sent."""
    return LaboratoryReport(laboratory="Example Laboratories", number=number, dated=dated)


def assay(
    bench: Bench,
    number: str,
    *percents: str,
    person: Person = TOM,
    reason: str = "",
    report: LaboratoryReport | None = None,
) -> Finished:
    """Tom enters what a laboratory found in ten capsules, or in thirty."""
    contents = tuple(Decimal(each) / 100 for each in percents or E11)
    with bench.database.writing() as writing:
        return assay_capsules(writing, finishing(number, person, reason), report or a_report(), contents)
