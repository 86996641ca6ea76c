"""The lot that a scan names, or a person who typed it; and its expiry, where the code says one."""

from dataclasses import dataclass
from datetime import date

from compounder.instruments.scan_errors import ScanRefused, UnreadableScan, WrongCheckCharacter
from compounder.instruments.scans import MakersPack, has_our_form, is_surely_a_code, read_scan
from compounder.services.lot_numbers import is_lot_number


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedLot:
    """A lot number; `expires_on` is None where nothing but that was read. `serial_number` is empty where the code has
    none; on a bottle of ours it is the bottle's number."""

    lot_number: str
    expires_on: date | None = None
    serial_number: str = ""


def scanned_lot(text: str, *, today: date) -> ScannedLot:
    """The lot that the text names; refuses with `ScanRefused` what names none."""
    try:
        scan = read_scan(text, is_ours=is_lot_number, today=today)
        if scan.lot_number is None:
            raise UnreadableScan(read=text)
    except ScanRefused as refusal:
        raise refusal.at("/lot") from None
    if not isinstance(scan, MakersPack):
        return ScannedLot(lot_number=scan.lot_number)
    serial_number = scan.serial_number or ""
    return ScannedLot(lot_number=scan.lot_number, expires_on=scan.expires_on, serial_number=serial_number)


def makers_lot(text: str, *, today: date) -> ScannedLot:
    """The same of a pack that comes in: whatever its maker calls the lot, also what looks like a number of ours."""
    try:
        return scanned_lot(text, today=today)
    except WrongCheckCharacter:
        return ScannedLot(lot_number=text)


def sought_lot(text: str, *, today: date) -> str:
    """What to look for: of a scanned code the lot number in it, of any other text the text as it stands.

    Refuses with `ScanRefused` a code that names no lot, or has a wrong check digit.

    >>> sought_lot("010952123400001317271120" + "10261121A0078", today=date(2026, 11, 21))
    '261121A0078'
    """
    return scanned_lot(text, today=today).lot_number if is_surely_a_code(text) else text


def misread(text: str) -> str:
    """That the text has the form of our lot numbers and was misread, in a sentence; nothing of any other text.

    >>> misread("261121A0078"), misread("261121A0087")
    ('', 'The check character of lot number "261121A0087" is wrong; scan it again.')
    """
    return str(WrongCheckCharacter(read=text)) if has_our_form(text) and not is_lot_number(text) else ""
