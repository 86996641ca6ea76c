"""The package and the second reckoning give the same answers to the same random orders."""

import os
import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError
from compounder.services.calculations import calculate
from tests.oracle.orders import Refused, mass
from tests.oracle.random_orders import an_order
from tests.oracle.reckoning import Reckoned, reckon
from tests.oracle.sources import differences, tablets_to_crush
from tests.oracle.weighings import Weighed

PARTS = 20
ORDERS = 500 if not os.environ.get("COMPOUNDER_LONG") else 50_000
CLOSE = Fraction(1, 10**12)
KINDS = {"trituration", "source", "next_active"}


@pytest.mark.parametrize("part", range(PARTS))
def test_two_reckonings_agree_on_random_orders(part: int) -> None:
    chance, seen = random.Random(part), Counter[str]()
    for _ in range(ORDERS):
        order = an_order(chance)
        ours = answer(order)
        theirs = second_answer(order, ours)
        if isinstance(theirs, set):
            assert ours == theirs, order
            seen.update(theirs)
        else:
            assert isinstance(ours, dict), (ours, order)
            assert list(differences(order, ours["triturations"])) == [], order
            found = [difference(order, *pair) for pair in zip(ours["batches"], theirs, strict=True)]
            assert found == [None] * len(theirs), order
            seen["answered"] += 1
            seen.update({f"{key} used" for key in ("triturations",) if ours[key]} | KINDS & order.keys())
    assert seen["answered"] > ORDERS / 3, seen
    assert min(seen[kind] for kind in ("triturations used", *KINDS)) > 0, seen


def answer(order: dict[str, Any]) -> dict[str, Any] | set[str]:
    """What the package says: the answer's document, or the codes of its refusals."""
    try:
        return dict(calculate(order))
    except CompoundingError as refusal:
        return {part.code for part in refusal.errors()}


def second_answer(order: dict[str, Any], ours: dict[str, Any] | set[str]) -> list[Reckoned] | set[str]:
    """What the second reckoning says, of the triturations that the answer gives."""
    try:
        return reckon(order, ours["triturations"] if isinstance(ours, dict) else ())
    except Refused as refusal:
        return refusal.codes


def difference(order: dict[str, Any], ours: dict[str, Any], theirs: Reckoned) -> str | None:
    """The first figure in which the two differ, or none."""
    figures = {
        "capsules_to_make": ours["capsules_to_make"] == theirs.to_make,
        "capsule_size": ours["capsule_size"] == theirs.size,
        "potency": is_close(Fraction(ours["potency"]), theirs.potency),
        "active_per_capsule": is_close(mass(ours["active_per_capsule"]), theirs.active),
        "filler_per_capsule": is_close(mass(ours["filler_per_capsule"]), theirs.filler),
        "fill_per_capsule": is_close(mass(ours["fill_per_capsule"]), theirs.active + theirs.filler),
        "weighings": are_same_weighings(ours["weighings"], theirs.weighings),
        "tablets": are_same_tablets(order, ours["weighings"]),
        "uncertainty": is_close(Fraction(ours["uncertainty"]["percent"]) ** 2, 40_000 * theirs.squares),
        "beyond_use_date": ours["beyond_use_date"] == theirs.beyond_use.isoformat(),
        "findings": Counter(finding["code"] for finding in ours["findings"]) == +without_nothing(theirs.findings),
    }
    return next((f"{name}: {ours} {theirs}" for name, agrees in figures.items() if not agrees), None)


def without_nothing(findings: Counter[str]) -> Counter[str]:
    """The codes, the empty one left out."""
    return Counter({code: times for code, times in findings.items() if code})


def is_close(ours: Fraction, theirs: Fraction) -> bool:
    """Whether they are equal to twelve significant digits."""
    return abs(ours - theirs) <= CLOSE * abs(theirs)


def are_same_weighings(ours: list[dict[str, Any]], theirs: tuple[Weighed, ...]) -> bool:
    """As many, and each the same."""
    return len(ours) == len(theirs) and all(map(is_same_weighing, ours, theirs))


def are_same_tablets(order: dict[str, Any], ours: list[dict[str, Any]]) -> bool:
    """As many crushed for each weighing of drug, and none for anything else."""
    crushed = (tablets_to_crush(order, mass(each["exact"])) if each["role"] == "active" else None for each in ours)
    return [each["tablets"] for each in ours] == list(crushed)


def is_same_weighing(ours: dict[str, Any], theirs: Weighed) -> bool:
    """The same exact mass, and the very same reading on the same balance."""
    residual = mass(ours["residual"])
    return (
        is_close(mass(ours["exact"]), theirs.exact)
        and mass(ours["to_weigh"]) == theirs.to_weigh
        and abs(residual - (theirs.to_weigh - theirs.exact)) <= CLOSE * theirs.exact
        and ours["balance"] == theirs.balance
        and is_close(mass(ours["minimum_weighable"]), theirs.minimum)
    )
