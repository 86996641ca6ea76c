"""Numbers and codes in GS1's language: which product, usable until when, of which lot, and which bottle.

A product number (GTIN) in fourteen digits is 0, the pharmacy's company prefix, an item reference and a check digit; the
longer the prefix, the fewer items it has room for. A pharmacy without a prefix invents no GTIN. Prefixes that GS1 gives
to no company (restricted numbers, coupons, GTIN-8, serials and books) are refused.

Source: GS1 General Specifications, 1.4 (GS1 prefixes), 2.1 (GTIN), 3 (application identifiers), 7.9 (check digits).
"""

import re
from datetime import date
from typing import Final

from compounder.domain.errors import NotAccepted

_PREFIX: Final = re.compile(r"[0-9]{7,10}", re.ASCII)
_NO_COMPANYS: Final = ("02", "04", "05", "2", "96", "977", "978", "979", "98", "99", "0000000")
_DIGITS_OF_AN_ITEM: Final = 12


def require_company_prefix(prefix: str) -> None:
    """Refuses with `NotAccepted` what is no GS1 company prefix of seven to ten digits."""
    if not _PREFIX.fullmatch(prefix) or prefix.startswith(_NO_COMPANYS):
        accepted = "a GS1 company prefix of 7 to 10 digits, as GS1 gave it to the pharmacy,"
        raise NotAccepted(read=prefix, accepted=accepted, field_name="gs1_prefix")


def most_items(prefix: str) -> int:
    """The highest item reference under a prefix.

    >>> most_items("9521234")
    99999
    """
    return int(10 ** (_DIGITS_OF_AN_ITEM - len(prefix)) - 1)


def gtin(prefix: str, reference: int) -> str:
    """The product number of an item in fourteen digits, the last its check digit.

    >>> gtin("9521234", 1)
    '09521234000013'
    """
    stem = f"0{prefix}{reference:0{_DIGITS_OF_AN_ITEM - len(prefix)}d}"
    return f"{stem}{_check_digit(stem)}"


def _check_digit(stem: str) -> int:
    """From the right, digits count three times and once by turns; the check digit makes the sum a multiple of ten."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(stem)))
    return -total % 10


def element_string(gtin: str, use_by: date, lot_number: str, serial_number: str = "") -> str:
    """Product (01), last day of use (17), lot (10) and, of a bottle, its number (21), as people write them.

    >>> element_string("09521234000013", date(2027, 11, 20), "261121A0078")
    '(01)09521234000013(17)271120(10)261121A0078'
    """
    serial = f"(21){serial_number}" if serial_number else ""
    return f"(01){gtin}(17){use_by:%y%m%d}(10){lot_number}{serial}"
