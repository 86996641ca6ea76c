"""The example's finished capsules: what each batch weighed and yielded, and what a laboratory found in three."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from compounder.database.engine import Connection
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.quality.laboratory import LaboratoryReport
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import Reconciliation
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.stock.shells import EMPTY_SHELLS, CapsuleSize
from compounder.domain.units import MASS, MASS_PER_CAPSULE, READING, magnitude, mg, of, parse_mass, parse_quantity
from compounder.services.assaying import assay_capsules
from compounder.services.example_people import PHARMACIST, SITE, TECHNICIAN, morning
from compounder.services.finishing import Finishing, count_capsules, weigh_capsules

OFF_BY: Final = tuple(map(Decimal, ("-1.6", "0.9", "0.3", "-0.4", "2.1", "-0.8", "1.2", "-1.9", "0.6", "-0.2")))
"""How far ten capsules are off the batch's own mean, in mg."""
DRIFT: Final = tuple(map(Decimal, ("0.2", "-0.6", "0.9", "-0.1", "0.5", "-1.1", "0.4", "1.3", "-0.3", "0.7", "-0.8")))
"""How far batches are off what was planned, one after the other, in mg."""
SHELL: Final = EMPTY_SHELLS[CapsuleSize.THREE]
A_TENTH: Final = Decimal("0.1")
LABORATORY: Final = "Example Laboratories"
WITHIN: Final = ("98.2", "101.4", "99.7", "102.3", "97.5", "100.8", "99.1", "103.0", "98.9", "100.1")
SCATTERED: Final = ("92.4", "107.8", "93.1", "106.9", "92.0", "108.3", "93.6", "107.2", "100.4", "109.5")
TWENTY_MORE: Final = ("99.2", "100.9", "98.8", "101.3", "99.6") * 4


def finish_capsules(connection: Connection, record: CompoundingRecord, day: date, turn: int) -> None:
    """What the technician weighs and counts of a batch before it is released; `turn` is the batch's in the example."""
    finishing = Finishing(site=SITE, lot_number=record.lot_number, person=TECHNICIAN, at=morning(day))
    weigh_capsules(connection, finishing, _weights(record.plan, turn), balance=record.order.balances[0].name)
    count_capsules(connection, finishing, _count(record.plan))


def assay_three(connection: Connection, numbers: Sequence[str], day: date) -> None:
    """What a laboratory found in three batches: one passes, one is saved by twenty more, one waits for them."""
    passing, saved, waiting = numbers
    _assay(connection, passing, day, WITHIN)
    _assay(connection, saved, day, SCATTERED)
    _assay(connection, saved, day + timedelta(days=9), (*SCATTERED, *TWENTY_MORE))
    _assay(connection, waiting, day, SCATTERED)


def _weights(plan: BatchPlan, turn: int) -> CapsuleWeights:
    """Ten capsules about the planned fill, each batch a little off it."""
    fill = magnitude(plan.fill_per_capsule, MASS_PER_CAPSULE) + magnitude(SHELL, MASS) + DRIFT[turn % len(DRIFT)]
    wider = 1 + A_TENTH * (turn % 4)
    filled = tuple((fill + off * wider).quantize(A_TENTH) for off in OFF_BY[turn % 10 :] + OFF_BY[: turn % 10])
    return CapsuleWeights(
        filled=tuple(parse_quantity(f"{weight} mg", READING) for weight in filled), mean_empty_shell=SHELL
    )


def _count(plan: BatchPlan) -> Reconciliation:
    """All capsules accounted for, of what the plan weighs."""
    return Reconciliation(
        made=plan.capsules_to_make,
        good=plan.capsules_to_make - 2,
        rejected=1,
        samples=1,
        powder_weighed=sum((weighing.to_weigh.to(mg) for weighing in plan.weighings), start=of(0, mg)),
        powder_left=parse_mass("20 mg"),
    )


def _assay(connection: Connection, lot_number: str, day: date, contents: Sequence[str]) -> None:
    report = LaboratoryReport(laboratory=LABORATORY, number=f"EX-{day:%y%m}-{len(contents)}", dated=day)
    finishing = Finishing(site=SITE, lot_number=lot_number, person=PHARMACIST, at=morning(day))
    assay_capsules(connection, finishing, report, tuple(Decimal(content).scaleb(-2) for content in contents))
