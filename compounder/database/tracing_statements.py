"""The statements of a trace, made once for each kind of beginning: joins along indexes from a lot to its patients."""

from functools import cache
from typing import Any, Final

from sqlalchemy import Subquery, bindparam, case, exists, func, null, select, tuple_, union
from sqlalchemy.orm import aliased

from compounder.database.schema import (
    BatchIngredientTable,
    BatchTable,
    BatchTriturationTable,
    BottleTable,
    CapsuleMovementTable,
    CapsuleStockTable,
    PatientTable,
    PrescriptionTable,
    RecallContactTable,
    TriturationIngredientTable,
    TriturationTable,
)
from compounder.database.types import AnySelect, Identity
from compounder.domain.care.recall import REACHED
from compounder.domain.care.shelf import CapsuleMovementKind
from compounder.domain.care.trace import OriginKind

_moved: Final = CapsuleMovementTable
IS_DISPENSED: Final = _moved.kind == CapsuleMovementKind.DISPENSED.value
_IS_RETURNED: Final = _moved.kind == CapsuleMovementKind.RETURNED.value
_OUT: Final = func.sum(case((IS_DISPENSED, -_moved.capsules), else_=0))
_BACK: Final = func.sum(case((_IS_RETURNED, _moved.capsules), else_=0))
_GIVEN_BEFORE: Final = BottleTable.journal_number < bindparam("before")
_IN_LOT: Final = BatchIngredientTable.ingredient_lot_id == bindparam("lot_id")
BATCH: Final = (
    BatchTable.id,
    BatchTable.lot_number,
    BatchTable.strength,
    BatchTable.capsules,
    BatchTable.compounded_on,
    BatchTable.beyond_use_date,
    BatchTable.status,
)
TRITURATION: Final = select(
    TriturationTable.id,
    TriturationTable.lot_number,
    TriturationTable.ratio,
    TriturationTable.status,
    TriturationTable.compounded_on,
    TriturationTable.made_from_id,
    TriturationTable.ingredient_lot_id,
)


@cache
def reach(kind: OriginKind) -> Subquery:
    """The batches that something went into, and how much of it where that is known; none where it is a bottle."""
    if kind is OriginKind.LOT:
        return select(BatchIngredientTable.batch_id, BatchIngredientTable.mass_ng).where(_IN_LOT).subquery("reach")
    if kind is OriginKind.TRITURATION:
        planned = select(BatchTriturationTable.batch_id).where(
            BatchTriturationTable.trituration_id == bindparam("trituration_id")
        )
        drawing = union(planned, select(BatchIngredientTable.batch_id).where(_IN_LOT)).subquery()
        return select(drawing.c.batch_id, null().label("mass_ng")).subquery("reach")
    itself = select(BatchTable.id.label("batch_id"), null().label("mass_ng"))
    return itself.where(BatchTable.id == bindparam("batch_id")).subquery("reach")


def _given(kind: OriginKind, *columns: Any) -> AnySelect:
    """These columns of every movement between the batches reached and a bottle, with the bottle and whom it is for."""
    asked = select(*columns)
    if kind is OriginKind.BOTTLE:
        asked = asked.select_from(_moved).where(_moved.bottle_id == bindparam("bottle_id"))
    else:
        within = reach(kind)
        asked = asked.select_from(within).join(_moved, _moved.batch_id == within.c.batch_id)
    return (
        asked.join(BottleTable, BottleTable.id == _moved.bottle_id)
        .join(PrescriptionTable, PrescriptionTable.id == BottleTable.prescription_id)
        .where(_GIVEN_BEFORE)
    )


@cache
def batches_of(kind: OriginKind) -> AnySelect:
    """A page of the batches, the newest first."""
    within = reach(kind)
    return (
        select(*BATCH, CapsuleStockTable.capsules.label("on_shelf"), within.c.mass_ng)
        .select_from(within)
        .join(BatchTable, BatchTable.id == within.c.batch_id)
        .join(CapsuleStockTable, CapsuleStockTable.batch_id == within.c.batch_id, isouter=True)
        .where(within.c.batch_id < bindparam("after"))
        .order_by(within.c.batch_id.desc())
        .limit(bindparam("limit"))
    )


def _of_bottles(kind: OriginKind) -> AnySelect:
    """Every bottle, with whom it is for."""
    back = aliased(CapsuleMovementTable)
    returned = (
        select(func.coalesce(func.sum(back.capsules), 0))
        .where(back.batch_id == _moved.batch_id, back.bottle_id == _moved.bottle_id)
        .where(back.kind == CapsuleMovementKind.RETURNED.value)
        .scalar_subquery()
    )
    columns = (
        BottleTable.id,
        BottleTable.number,
        _moved.batch_id,
        BatchTable.lot_number,
        BatchTable.preparation,
        BottleTable.strength,
        (-_moved.capsules).label("capsules"),
        returned.label("returned"),
        BottleTable.dispensed_on,
        PrescriptionTable.number.label("prescription"),
        PatientTable.identifier.label("patient"),
        PatientTable.id.label("patient_id"),
    )
    return (
        _given(kind, *columns)
        .join(BatchTable, BatchTable.id == _moved.batch_id)
        .join(PatientTable, PatientTable.id == PrescriptionTable.patient_id)
        .where(IS_DISPENSED)
    )


@cache
def bottles_of(kind: OriginKind) -> AnySelect:
    """A page of the bottles, walked batch by batch, so that a page is found without sorting all of them."""
    walked = _moved.batch_id if kind is OriginKind.BOTTLE else reach(kind).c.batch_id
    after = tuple_(bindparam("after", type_=Identity), bindparam("after_bottle", type_=Identity))
    return (
        _of_bottles(kind)
        .where(walked <= bindparam("after"), tuple_(walked, _moved.bottle_id) < after)
        .order_by(walked.desc(), _moved.bottle_id.desc())
        .limit(bindparam("limit"))
    )


@cache
def bottles_for(kind: OriginKind) -> AnySelect:
    """The bottles of some patients."""
    theirs = PrescriptionTable.patient_id.in_(bindparam("patients", expanding=True))
    return _of_bottles(kind).where(theirs).order_by(BottleTable.id)


@cache
def patients_of(kind: OriginKind) -> AnySelect:
    """Whom it was given to: bottles, capsules given and brought back of each, and whether they are erased. With the id
    of a recall as `waiting`, only those who were not told of it."""
    is_erased = PatientTable.erased_at.is_not(None)
    told = exists().where(
        RecallContactTable.recall_id == bindparam("waiting"),
        RecallContactTable.patient_id == PatientTable.id,
        RecallContactTable.answer.in_([answer.value for answer in REACHED]),
    )
    columns = (
        PatientTable.id,
        PatientTable.identifier,
        is_erased,
        func.count(_moved.bottle_id.distinct()),
        _OUT,
        _BACK,
    )
    return (
        _given(kind, *columns)
        .join(PatientTable, PatientTable.id == PrescriptionTable.patient_id)
        .where(PatientTable.id > bindparam("after"), ~told)
        .group_by(PatientTable.id, PatientTable.identifier, PatientTable.erased_at)
        .order_by(PatientTable.id)
        .limit(bindparam("limit"))
    )


@cache
def given_totals(kind: OriginKind) -> AnySelect:
    """Bottles, patients, capsules given and brought back."""
    bottles, patients = _moved.bottle_id.distinct(), PrescriptionTable.patient_id.distinct()
    return _given(kind, func.count(bottles), func.count(patients), func.coalesce(_OUT, 0), func.coalesce(_BACK, 0))


@cache
def made_totals(kind: OriginKind) -> AnySelect:
    """Batches, and the capsules of them that are on the shelf."""
    within = reach(kind)
    return (
        select(func.count(within.c.batch_id), func.coalesce(func.sum(CapsuleStockTable.capsules), 0))
        .select_from(within)
        .join(CapsuleStockTable, CapsuleStockTable.batch_id == within.c.batch_id, isouter=True)
    )


def _later() -> AnySelect:
    """Every trituration that was planned to start from this one, or from one that was."""
    own = select(TriturationTable.id).where(TriturationTable.made_from_id == bindparam("trituration_id"))
    chain = own.cte("chain", recursive=True)
    following = select(TriturationTable.id).join(chain, TriturationTable.made_from_id == chain.c.id)
    return select(chain.union(following).c.id)


_HOLDING: Final = select(TriturationIngredientTable.trituration_id).where(
    TriturationIngredientTable.ingredient_lot_id == bindparam("lot_id")
)
HOLDING_LOT: Final = TRITURATION.where(TriturationTable.id.in_(_HOLDING)).order_by(TriturationTable.id.desc())
MADE_OF_TRITURATION: Final = TRITURATION.where(
    TriturationTable.id.in_(_later()) | TriturationTable.id.in_(_HOLDING)
).order_by(TriturationTable.id.desc())
THROUGH: Final = union(
    select(BatchTriturationTable.batch_id, BatchTriturationTable.trituration_id).where(
        BatchTriturationTable.batch_id.in_(bindparam("ids", expanding=True))
    ),
    select(BatchIngredientTable.batch_id, TriturationTable.id)
    .join(TriturationTable, TriturationTable.ingredient_lot_id == BatchIngredientTable.ingredient_lot_id)
    .where(BatchIngredientTable.batch_id.in_(bindparam("ids", expanding=True))),
)
FILLED: Final = (
    select(_moved.batch_id, func.count().label("bottles"))
    .where(_moved.batch_id.in_(bindparam("ids", expanding=True)), IS_DISPENSED)
    .group_by(_moved.batch_id)
)
