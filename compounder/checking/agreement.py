"""The program's answer to an order held against the second reckoning's: the same refusals, or the same figures."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

from compounder.checking.oracle.orders import Refused, mass
from compounder.checking.oracle.reckoning import Reckoned, reckon
from compounder.checking.oracle.sources import differences, tablets_to_crush
from compounder.checking.oracle.weighings import Weighed
from compounder.domain.errors import CompoundingError
from compounder.services.calculations import calculate

ANSWERED: Final = "answered"
KINDS: Final = frozenset({"trituration", "source", "next_active"})
"""The keys of an order that is not weighed simply from one lot of powder."""
_CLOSE: Final = Fraction(1, 10**12)

Document: TypeAlias = dict[str, Any]
Codes: TypeAlias = Set[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """Where two answers differ, empty where they agree; and what was met: `answered` and how, or codes."""

    difference: str
    met: Codes


def compared_order(order: Document) -> Compared:
    """The two answers to one order."""
    ours = _answer(order)
    theirs = _second_answer(order, ours)
    if isinstance(ours, dict) and isinstance(theirs, Sequence):
        met = {ANSWERED} | ({"triturations used"} if ours["triturations"] else set()) | (KINDS & order.keys())
        return Compared("; ".join(_differences(order, ours, theirs)), met)
    return compared_otherwise(ours, theirs)


def compared_otherwise(ours: object, theirs: object) -> Compared:
    """Two answers of which one at least is the codes of refusals."""
    difference = "" if ours == theirs else f"{_said(ours)} by the program, {_said(theirs)} by the second reckoning"
    return Compared(difference, ours if isinstance(ours, Set) else {ANSWERED})


def _said(answer: object) -> str:
    return f"refused ({', '.join(sorted(answer))})" if isinstance(answer, Set) else ANSWERED


def is_close(ours: Fraction, theirs: Fraction) -> bool:
    """Whether they are equal to twelve significant digits."""
    return abs(ours - theirs) <= _CLOSE * abs(theirs)


def _answer(order: Document) -> Document | Codes:
    """What the program says: the answer's document, or the codes of its refusals."""
    try:
        return dict(calculate(order))
    except CompoundingError as refusal:
        return {part.code for part in refusal.errors()}


def _second_answer(order: Document, ours: Document | Codes) -> Sequence[Reckoned] | Codes:
    """What the second reckoning says, of the triturations that the answer gives."""
    try:
        return reckon(order, ours["triturations"] if isinstance(ours, dict) else ())
    except Refused as refusal:
        return refusal.codes


def _differences(order: Document, ours: Document, theirs: Sequence[Reckoned]) -> Iterator[str]:
    yield from differences(order, ours["triturations"])
    for batch, reckoned in zip(ours["batches"], theirs, strict=True):
        agrees = _agreement(order, batch, reckoned)
        yield from (f"{name} of {batch['strength']}" for name, does_agree in agrees.items() if not does_agree)


def _agreement(order: Document, ours: Document, theirs: Reckoned) -> dict[str, bool]:
    """Each figure of a batch, and whether the two agree in it."""
    return {
        "capsules_to_make": ours["capsules_to_make"] == theirs.to_make,
        "capsule_size": ours["capsule_size"] == theirs.size,
        "potency": is_close(Fraction(ours["potency"]), theirs.potency),
        "active_per_capsule": is_close(mass(ours["active_per_capsule"]), theirs.active),
        "filler_per_capsule": is_close(mass(ours["filler_per_capsule"]), theirs.filler),
        "fill_per_capsule": is_close(mass(ours["fill_per_capsule"]), theirs.active + theirs.filler),
        "weighings": _are_same_weighings(ours["weighings"], theirs.weighings),
        "tablets": _are_same_tablets(order, ours["weighings"]),
        "uncertainty": is_close(Fraction(ours["uncertainty"]["percent"]) ** 2, 40_000 * theirs.squares),
        "beyond_use_date": ours["beyond_use_date"] == theirs.beyond_use.isoformat(),
        "findings": Counter(finding["code"] for finding in ours["findings"]) == _without_nothing(theirs.findings),
    }


def _without_nothing(findings: Counter[str]) -> Counter[str]:
    """The codes, the empty one left out."""
    return Counter({code: times for code, times in findings.items() if code})


def _are_same_weighings(ours: Sequence[Document], theirs: Sequence[Weighed]) -> bool:
    """As many, and each the same."""
    return len(ours) == len(theirs) and all(map(_is_same_weighing, ours, theirs))


def _are_same_tablets(order: Document, ours: Sequence[Document]) -> bool:
    """As many crushed for each weighing of drug, and none for anything else."""
    crushed = (tablets_to_crush(order, mass(each["exact"])) if each["role"] == "active" else None for each in ours)
    return [each["tablets"] for each in ours] == list(crushed)


def _is_same_weighing(ours: Document, theirs: Weighed) -> bool:
    """The same exact mass, and the very same reading on the same balance."""
    residual = mass(ours["residual"])
    return (
        is_close(mass(ours["exact"]), theirs.exact)
        and mass(ours["to_weigh"]) == theirs.to_weigh
        and abs(residual - (theirs.to_weigh - theirs.exact)) <= _CLOSE * theirs.exact
        and ours["balance"] == theirs.balance
        and is_close(mass(ours["minimum_weighable"]), theirs.minimum)
    )
