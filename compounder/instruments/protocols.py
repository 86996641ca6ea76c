"""Every protocol that is read here, by its name: a line becomes a reading, or is refused."""

from collections.abc import Callable, Mapping
from typing import Final

from compounder.instruments import mt_sics, sbi
from compounder.instruments.reading import BalanceReading

Parse = Callable[[str], BalanceReading]
PARSERS: Final[Mapping[str, Parse]] = {"mt-sics": mt_sics.parse, "sbi": sbi.parse}
