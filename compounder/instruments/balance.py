"""Stable readings out of a conversation with a balance.

A balance that streams is read as it comes to rest: a reading that stands on, line after line, is given once. After the
value moved, after a silence, or with other digits it is given again, so that ten capsules of one weight are ten
readings, and so are two presses of the balance's print key. Whether it was seen to move in between is said of each: a
balance that repeats its line without end tells nothing of what lies on it next.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Final

from compounder.instruments import mt_sics, sbi
from compounder.instruments.connection import Connection, Told
from compounder.instruments.errors import (
    BalanceSilent,
    LineRefused,
    NegativeWeight,
    Overload,
    Underload,
    Unstable,
)
from compounder.instruments.ports import SerialSettings
from compounder.instruments.protocols import PARSERS, Parse
from compounder.instruments.reading import BalanceReading

_MOVING: Final = (Unstable, Overload, Underload, NegativeWeight)
"""What a balance says on its way from one weight to another."""
SILENCES = 10
"""How many times a balance may leave a question unanswered before somebody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceProtocol:
    """How a maker's balances speak. `ask` makes it send; where it then goes on sending, `hush` ends that."""

    parse: Parse
    ask: bytes
    hush: bytes
    settings: SerialSettings

    @property
    def streams(self) -> bool:
        """Whether it goes on sending once it was asked."""
        return bool(self.hush)


PROTOCOLS = {
    # Factory setting of the Host interface: 9600 baud, 8 bits, no parity, Xon/Xoff (AT, XPR and XSR balances).
    "mt-sics": BalanceProtocol(
        parse=PARSERS["mt-sics"],
        ask=mt_sics.ASK,
        hush=mt_sics.HUSH,
        settings=SerialSettings(baud=9_600, bits=8, parity="none", has_xon_xoff=True),
    ),
    # Factory setting of Cubis, Secura, Quintix and Entris II. Older balances: 1200 baud, 7 bits, odd (Master, CP).
    "sbi": BalanceProtocol(
        parse=PARSERS["sbi"],
        ask=sbi.ASK,
        hush=b"",
        settings=SerialSettings(baud=9_600, bits=8, parity="odd", has_xon_xoff=False),
    ),
}


Readings = Generator[BalanceReading, None, None]


def readings_asked_for(balance: Connection, protocol: BalanceProtocol, *, told: Told) -> Readings:
    """Stable readings of a balance that is asked whenever it is silent; `told` hears why a line is none."""
    try:
        yield from _at_rest(_answers(balance, protocol.ask, told), protocol, told)
    finally:
        balance.say(protocol.hush)


def readings_sent(balance: Connection, protocol: BalanceProtocol, *, told: Told) -> Readings:
    """Stable readings of a balance that sends by itself, at its print key or automatically."""
    yield from _at_rest(iter(balance.line, object()), protocol, told)


def _answers(balance: Connection, ask: bytes, told: Told) -> Iterator[str | None]:
    """Lines as they come. A silence is answered by asking again: at the start, and after the balance was off."""
    silences = 0
    while True:
        line = balance.line()
        silences = silences + 1 if line is None else 0
        if line is None:
            balance.say(ask)
        if silences == SILENCES:
            told(BalanceSilent(port=balance.name))
        yield line


def _at_rest(lines: Iterator[str | None], protocol: BalanceProtocol, told: Told) -> Iterator[BalanceReading]:
    before, last, has_moved = "", "", False
    for line in lines:
        read = None if line is None else _read(line, protocol, told)
        if isinstance(read, BalanceReading) and read.text != before:
            yield replace(read, has_moved=has_moved or read.text != (last or read.text))
            last, has_moved = read.text, False
        before = read.text if isinstance(read, BalanceReading) else ""
        has_moved = has_moved or isinstance(read, _MOVING)


def _read(line: str, protocol: BalanceProtocol, told: Told) -> BalanceReading | LineRefused:
    try:
        return protocol.parse(line)
    except LineRefused as refusal:
        told(refusal)
        return refusal
