"""Something to trace: a trituration, batches that draw on it, and bottles that were filled from one of them."""

from dataclasses import dataclass
from pathlib import Path

from compounder.domain.care.trace import Branch, Folded, Origin, OriginKind, TracedBottle
from compounder.domain.people.person import Role
from compounder.services.tracing import Place, Trace, trace
from tests.services.care import a_course, a_request, added, prescribed
from tests.services.dispensing import a_bottle, dispensed, dispensing
from tests.services.orders import SITE, Bench
from tests.services.signing import release, verified
from tests.services.triturations import SHARED, as_planned, make, numbers_of

OTHER = "Max Mustermann"


@dataclass(frozen=True)
class Spread:
    """Where the lots of a bench went: our lot numbers, two bottles of the second batch, and their patients."""

    trituration: str
    batches: tuple[str, str]
    bottles: tuple[str, str]
    patients: tuple[str, str]


def spread(bench: Bench, keys: Path) -> Spread:
    """One trituration for two batches of 0.5 and 1.5 mg; the second is released, and dispensed to two patients."""
    (made,), ours = numbers_of(bench, bench.order("0.5 mg", "1.5 mg", capsules=100, **SHARED))
    make(bench, made, as_planned(bench, made))
    verified(bench.database, ours[1], keys)
    release(bench.database, ours[1], keys)
    people = (added(bench), added(bench, key="other", name=OTHER, medicines=(), conditions=(), allergies=()))
    bottles = tuple(_dispensed(bench, patient) for patient in people)
    return Spread(made, (ours[0], ours[1]), (bottles[0], bottles[1]), people)


def _dispensed(bench: Bench, patient: str) -> str:
    request = a_request(patient, order=a_course(fill_with="1.5 mg"))
    number = prescribed(bench, request, key=patient)
    return dispensed(bench, dispensing(bench, a_bottle(number, 30), key=patient))


def traced(
    bench: Bench, kind: OriginKind, name: str, role: Role = Role.PHARMACIST, place: Place | None = None
) -> Trace:
    """Both ways from something."""
    with bench.database.reading() as reading:
        return trace(reading, SITE, Origin(kind=kind, name=name), role, place or Place())


def outline(branches: tuple[Branch | Folded, ...], depth: int = 0) -> list[str]:
    """A tree as indented lines."""
    lines: list[str] = []
    for branch in branches:
        if isinstance(branch, Folded):
            lines.append(f"{'  ' * depth}{branch.count} more {branch.what}")
        else:
            fact = branch.fact
            name = fact.number if isinstance(fact, TracedBottle) else fact.lot_number
            lines += [f"{'  ' * depth}{name}", *outline(branch.branches, depth + 1)]
    return lines
