"""Our lot numbers: YYMMDD + site letter + daily number + check character (ISO 7064 MOD 37,36), with no hyphen.

One series for batches and triturations. The check character catches a wrong character and swapped neighbours.
"""

from datetime import date

from stdnum.iso7064 import mod_37_36

from compounder.domain.calendar import format_day
from compounder.services.errors import DayIsFull

LENGTH = 11
MOST_A_DAY = 999


def lot_number(day: date, site_letter: str, number: int) -> str:
    """The lot number of the `number`th batch of a day; refuses a thousandth with `DayIsFull`.

    >>> from datetime import date
    >>> lot_number(date(2026, 11, 21), "A", 7)
    '261121A0078'
    """
    if number > MOST_A_DAY:
        raise DayIsFull(day=format_day(day))
    stem = f"{day:%y%m%d}{site_letter}{number:03d}"
    return f"{stem}{mod_37_36.calc_check_digit(stem)}"


def is_lot_number(text: str) -> bool:
    """Whether `text` has the form of our lot numbers and its check character agrees."""
    return len(text) == LENGTH and text.isascii() and text.isalnum() and mod_37_36.is_valid(text)
