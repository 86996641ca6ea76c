"""MT-SICS, the command set of Mettler-Toledo's balances: what one line says.

A weight is `S`, a space, its status, a space, the number in ten characters (right-aligned, point and minus sign among
them), a space, the unit. Status `S` is stable, `D` moves; `M` and `N` are the same below the balance's own minimum
weight. `S I` is not executable now, `S +` overload, `S -` underload, `S L` a wrong parameter. `ES`, `ET` and `EL` are
errors of syntax, transmission and logic. The answers to S, SI, SIR, SR, SU and SIU all have this form.

No check character guards a line. The ten columns do: where a digit was lost or doubled they no longer fit, and the
line is refused.

Sources: Mettler-Toledo, Reference Manual MT-SICS Interface Commands (11780711; XPR/XSR 30324923), 2.2.1 Format of
responses with weight value, 2.3 Error messages; Operating Instructions AT/MS/ML balances, "Basic information on data
interchange with the balance".
"""

import re

from compounder.instruments.errors import (
    BalanceBusy,
    BalanceFault,
    BelowItsMinimum,
    CommandNotUnderstood,
    LineRefused,
    NegativeWeight,
    Overload,
    Underload,
    UnitMissing,
    UnreadableLine,
    Unstable,
)
from compounder.instruments.reading import BalanceReading, reading_of

ASK = b"SIR\r\n"
"""Send the weight at once, stable or not, and go on sending (level 0)."""
HUSH = b"SI\r\n"
"""Ends SIR: any later weight command takes its place."""

_ANSWERS: dict[str, type[LineRefused]] = {
    "S I": BalanceBusy,
    "S +": Overload,
    "S -": Underload,
    "S L": CommandNotUnderstood,
    "ES": CommandNotUnderstood,
    "ET": CommandNotUnderstood,
    "EL": CommandNotUnderstood,
}
_MOVING = {"D", "N"}
_FAULT = re.compile(r"S S +Error +(\S{1,8})", re.ASCII)
_WEIGHT = re.compile(r"S ([SDMN]) ([ 0-9.-]{10})(?: (\S*) *)?", re.ASCII)
_NUMBER = re.compile(r" *(-?)([0-9.]+)", re.ASCII)


def parse(line: str) -> BalanceReading:
    """The stable reading of a line, without its end; anything else is refused by name (`LineRefused`).

    >>> parse("S S     100.00 g").text
    '100.00 g'
    """
    if refusal := _ANSWERS.get(line):
        raise refusal(line=line)
    if fault := _FAULT.fullmatch(line):
        raise BalanceFault(line=line, number=fault[1])
    weight = _WEIGHT.fullmatch(line)
    number = _NUMBER.fullmatch(weight[2]) if weight else None
    if weight is None or number is None:
        raise UnreadableLine(line=line)
    status, unit = weight[1], weight[3]
    if status != "S":
        raise Unstable(line=line) if status in _MOVING else BelowItsMinimum(line=line)
    if not unit:
        raise UnitMissing(line=line)
    if number[1]:
        raise NegativeWeight(line=line)
    return reading_of(number[2], unit, line)
