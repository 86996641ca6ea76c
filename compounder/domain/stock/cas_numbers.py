"""The CAS number that a certificate prints: it tells a base from its salt, whose certificates look alike.

Its last digit checks the others, so that a slip of the keys is told from another powder. A hydrate's certificate prints
its own number or that of the anhydrous substance. Source: CAS, Check Digit Verification of CAS Registry Numbers.
"""

import re
from typing import Final

from compounder.domain.errors import CompoundingError, as_read
from compounder.domain.stock.substances import SUBSTANCES, Substance

NONE_PRINTED: Final = "none"
"""What is written where a certificate prints no CAS number."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{1,6}-[0-9]{2}-[0-9]", re.ASCII)


class NotACasNumber(CompoundingError):
    """Not written like a CAS number, or with a digit that its last one does not bear out."""

    code = "not-a-cas-number"
    title = "Not a CAS number"
    read: str
    field_name: str = "cas_number"

    def __str__(self) -> str:
        wanted = f"copy it from the certificate again, or write {NONE_PRINTED} where it prints none"
        return f"{as_read(self.read)} is no CAS number; {wanted}."


class OfAnotherSubstance(CompoundingError):
    """A CAS number that is not the chosen substance's. `named` is whose it is, as far as it is known here."""

    code = "of-another-substance"
    title = "Another substance"
    read: str
    named: str
    chosen: str
    field_name: str = "cas_number"

    def __str__(self) -> str:
        found = f"{self.read} is {self.named}, and {self.chosen} is chosen"
        return f"{found}. Look at the certificate, and choose what it names."


def read_cas_number(text: str) -> str:
    """The number as the certificate prints it, or `none`; refuses with `NotACasNumber` any other text.

    >>> read_cas_number("7732-18-5"), read_cas_number("None")
    ('7732-18-5', 'none')
    """
    if text.lower() == NONE_PRINTED:
        return NONE_PRINTED
    if not _NUMBER.fullmatch(text) or text[-1] != _check_digit(text[:-1]):
        raise NotACasNumber(read=text)
    return text


def _check_digit(stem: str) -> str:
    """Each digit times its place from the right, added up; the last digit of the sum."""
    places = enumerate(reversed(stem.replace("-", "")), start=1)
    return str(sum(place * int(digit) for place, digit in places) % 10)


def require_printed_for(substance: Substance, number: str) -> None:
    """Refuses with `OfAnotherSubstance` a number that no certificate of this substance prints."""
    if number == NONE_PRINTED:
        return
    found = next((each for each in SUBSTANCES.values() if each.cas_number == number), None)
    is_its_own = found == substance if found else not substance.cas_number
    is_without_its_water = found is not None and found == substance.anhydrous
    if not (is_its_own or is_without_its_water):
        named = found.name if found else "another substance"
        raise OfAnotherSubstance(read=number, named=named, chosen=substance.name)
