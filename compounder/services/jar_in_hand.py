"""The jar in the hand: whether what was scanned, or typed from it, is the lot that the plan weighs from."""

from datetime import date

from compounder.database import lots
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.domain.calendar import format_day
from compounder.services.scanning import scanned_lot
from compounder.services.weighing_errors import OtherExpiry, WrongLot


def require_jar(connection: Connection, site: str, read: str, jar: StoredLot, ingredient: str, today: date) -> None:
    """Refuses with `WrongLot` any jar but the plan's, by its name, and with `OtherExpiry` one whose code says so."""
    scan = scanned_lot(read, today=today)
    number = scan.lot_number
    if number.upper() != jar.lot.lot_number.upper():
        found = lots.numbered(connection, site, number)
        raise WrongLot(
            read=number,
            found=" or ".join(dict.fromkeys(f"{each.substance} of {each.maker}" for each in found)),
            wanted=f"lot {jar.lot.lot_number}, {ingredient} of {jar.lot.maker}",
        )
    if scan.expires_on is not None and scan.expires_on != jar.lot.expires_on:
        known = lots.numbered(connection, site, jar.lot.lot_number)
        raise OtherExpiry(
            lot_number=jar.lot.lot_number,
            scanned=format_day(scan.expires_on),
            recorded=format_day(jar.lot.expires_on),
            is_another_delivery=any(each.expires_on == scan.expires_on for each in known),
        )
