"""Corrections of a lot, for the tests: what its papers really say, and who says so."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from compounder.database import lots
from compounder.database.engine import Connection
from compounder.domain.stock.amendments import FieldChange, LotAmendment
from compounder.domain.stock.lots import IngredientLot
from compounder.services.lot_corrections import Amending, amend_lot, shown_as
from tests.services.orders import ANNA, MORNING, SITE, Bench


def as_it_is(lot: IngredientLot) -> LotAmendment:
    """A correction that changes nothing."""
    names = ("maker", "grade", "lot_number", "expires_on", "certificate_number", "cas_number", "certificate")
    return LotAmendment(**{name: getattr(lot, name) for name in names})


def amending(connection: Connection, lot_id: str, *, key: str = "first", **changes: Any) -> Amending:
    """What Anna corrects of the lot that she sees now; `water` and the like are of its certificate."""
    lot = lots.load(connection, SITE, lot_id).lot
    figures: dict[str, Any] = {name: Decimal(changes.pop(name)) for name in ("assay", "water") if name in changes}
    if lot.certificate and figures:
        changes["certificate"] = replace(lot.certificate, **figures)
    return Amending(
        site=SITE,
        lot_id=lot_id,
        amendment=replace(as_it_is(lot), **changes),
        reason="Read wrongly from the certificate",
        shown_sha256=shown_as(lot),
        one_time_key=key,
        actor=ANNA,
        at=MORNING,
    )


def amend(bench: Bench, lot_id: str, **changes: Any) -> tuple[FieldChange, ...]:
    """What Anna corrected."""
    with bench.database.writing() as writing:
        return amend_lot(writing, amending(writing, lot_id, **changes))
