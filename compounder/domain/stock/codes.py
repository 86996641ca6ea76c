"""The one code system whose codes stand in what other programs read: UNII, for substances. No other code is given.

Source: FDA Global Substance Registration System; the system's name is that of HL7 FHIR R4B, "Using UNII". What has no
code here is told in words alone.
"""

from typing import Final

from compounder.domain.stock.substances import Substance

UNII: Final = "http://fdasis.nlm.nih.gov"


def codes_of(substance: Substance) -> tuple[tuple[str, str], ...]:
    """The system and the code of a substance; nothing of one that has none.

    >>> from compounder.domain.stock.substances import NALTREXONE
    >>> codes_of(NALTREXONE)
    (('http://fdasis.nlm.nih.gov', '5S6W795CQM'),)
    """
    return ((UNII, substance.unii),) if substance.unii else ()
