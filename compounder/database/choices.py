"""What an order may be made from: the newest approved version of each formulation, and lots neither used up nor
rejected."""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from compounder.database import formulations, lots
from compounder.database.formulations import StoredFormulation
from compounder.database.lots import StoredLot
from compounder.database.schema import FormulationTable, LotTable
from compounder.domain.stock.lots import LotStatus

_MOST_LOTS: Final = 200
_NEVER_OFFERED: Final = (LotStatus.USED_UP.value, LotStatus.REJECTED.value)
_USABLE: Final = (
    select(LotTable.id)
    .where(LotTable.site == bindparam("site"), LotTable.status.not_in(_NEVER_OFFERED))
    .order_by(LotTable.status, LotTable.expires_on, LotTable.id)
    .limit(_MOST_LOTS)
)
_CODES: Final = (
    select(FormulationTable.code)
    .where(FormulationTable.site == bindparam("site"), FormulationTable.approved_at.is_not(None))
    .group_by(FormulationTable.code)
    .order_by(FormulationTable.code)
)


def usable_lots(connection: Connection, site: str) -> tuple[StoredLot, ...]:
    """Lots in use before quarantined ones, the earliest expiry first."""
    numbers = connection.scalars(_USABLE, {"site": site}).all()
    return lots.load_each(connection, site, [str(number) for number in numbers])


def approved_formulations(connection: Connection, site: str) -> tuple[StoredFormulation, ...]:
    """The newest approved version of each formulation, by code."""
    codes = connection.scalars(_CODES, {"site": site}).all()
    found = (formulations.latest_approved(connection, site, code) for code in codes)
    return tuple(stored for stored in found if stored)
