"""SBI, the Sartorius Balance Interface: what one line says.

A line has 14 characters before CR LF: the sign, the number in nine (right-aligned), a space, the unit in three. With
identification six characters more stand before it: `N` for net, `G#`, `T`, `Stat` and others. The unit stands only
while the balance is at rest; without it the value moves. In place of a value stand `High` (also H, HH), `Low` (L, LL),
`Cal` (Cal.Int., Cal.Ext., C), `Err ###`, or APP.ERR, DIS.ERR, PRT.ERR.

No check character guards a line. Its columns do: where a character was lost or doubled they no longer fit, and the
line is refused. Digits in square brackets are marked as not verified and refused too: set the output to SBI.

Sources: Sartorius, Cubis MSE Operating Instructions, Data Interfaces, p. 69–71; Entris II, Interface Description
(10/2020), p. 2–5; Secura, Quintix, Practum, User Manual, 10.3; Master Series, p. 5–5, for the status codes.
"""

import re

from compounder.instruments.errors import (
    BalanceFault,
    Calibrating,
    LineRefused,
    NegativeWeight,
    NotANetWeight,
    Overload,
    Underload,
    UnreadableLine,
    Unstable,
)
from compounder.instruments.reading import BalanceReading, reading_of

ASK = b"\x1bP\r\n"
"""ESC P: print, as the balance's own key does."""

_WIDTH, _IDENTIFICATION = 14, 6
_NET = {"", "N"}
_STATUS = "Stat"
_SPECIAL: dict[str, type[LineRefused]] = {
    **dict.fromkeys(("High", "H", "HH"), Overload),
    **dict.fromkeys(("Low", "L", "LL"), Underload),
    **dict.fromkeys(("Cal", "Cal.", "C", "Cal.Int.", "Cal.Ext.", "Cal. Int.", "Cal. Ext."), Calibrating),
}
_FAULT = re.compile(r"(?:Err|ERR) *([0-9]{1,3})|((?:APP|DIS|PRT)\.ER{1,2})", re.ASCII)
_WEIGHT = re.compile(r"([+ -])([ 0-9.]{9}) (\S{1,3} *| {3})", re.ASCII)
_NUMBER = re.compile(r" *([0-9.]+)", re.ASCII)


def parse(line: str) -> BalanceReading:
    """The stable reading of a line, without its end; anything else is refused by name (`LineRefused`).

    >>> parse("N     +   123.56 g  ").text
    '123.56 g'
    """
    if len(line) not in (_WIDTH, _WIDTH + _IDENTIFICATION):
        raise UnreadableLine(line=line)
    identification, value = line[:-_WIDTH].rstrip(" "), line[-_WIDTH:]
    _refuse_special(value.strip(" "), line)
    weight = _WEIGHT.fullmatch(value)
    number = _NUMBER.fullmatch(weight[2]) if weight else None
    if weight is None or number is None or identification == _STATUS:
        raise UnreadableLine(line=line)
    sign, unit = weight[1], weight[3].rstrip(" ")
    if not unit:
        raise Unstable(line=line)
    if identification not in _NET:
        raise NotANetWeight(line=line, name=identification)
    if sign == "-":
        raise NegativeWeight(line=line)
    return reading_of(number[1], unit, line)


def _refuse_special(said: str, line: str) -> None:
    if refusal := _SPECIAL.get(said):
        raise refusal(line=line)
    if fault := _FAULT.fullmatch(said):
        raise BalanceFault(line=line, number=fault[1] or fault[2])
