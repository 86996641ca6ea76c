"""Whether an order goes from its form to the release as it should, and not otherwise: in the scratch pharmacy."""

from dataclasses import replace
from functools import partial
from typing import Final

from compounder.checking.checks import Check, Failed, Ground, Part, require_refused
from compounder.checking.scratch import STRENGTHS
from compounder.domain.record.decisions import SamePerson
from compounder.domain.record.readings import NotTared, ReadingOutsideWindow, ReadTwiceDifferently
from compounder.domain.record.standing import StatusForbids
from compounder.domain.units import READING, format_reading, parse_quantity, quantity_text
from compounder.instruments import mt_sics, sbi
from compounder.instruments.errors import LineRefused
from compounder.instruments.scan_errors import WrongCheckCharacter
from compounder.services.errors import ResultChanged
from compounder.services.example_people import PHARMACIST, TECHNICIAN
from compounder.services.storing import store_order
from compounder.services.weighing_errors import WrongLot

_STABLE: Final = {"S S     158.30 mg": "158.30 mg", "S S      0.250 g": "0.250 g"}
_MOVING: Final = ("S D     158.30 mg", "S S     158.30", "S I", "S +")


def _order(ground: Ground) -> str:
    scratch = ground.scratch
    other = replace(scratch.storing, shown_sha256="0" * 64, one_time_key="another form")
    with scratch.database.writing() as writing:
        require_refused(ResultChanged, lambda: store_order(writing, other))
    stored = scratch.store(scratch.storing)
    again = scratch.store(scratch.storing)
    if len(stored) != len(STRENGTHS) or stored != again:
        raise Failed(f"{len(STRENGTHS)} strengths sent twice made batches {', '.join([*stored, *again])}.")
    return f"Batches {' and '.join(stored)}, once; a result that was not shown was refused."


def _weighing(ground: Ground) -> str:
    scratch = ground.scratch
    right = scratch.next_weighing(scratch.planned)
    misread = f"{scratch.planned[:8]}9{scratch.planned[9:]}"
    doubled = quantity_text(2 * parse_quantity(right.reading, READING), READING)
    require_refused(WrongLot, lambda: scratch.keep(replace(right, lot="EXAMPLE-MCC-1")))
    require_refused(WrongCheckCharacter, lambda: scratch.keep(replace(right, lot=misread)))
    require_refused(NotTared, lambda: scratch.keep(replace(right, tared=right.reading)))
    require_refused(ReadTwiceDifferently, lambda: scratch.keep(replace(right, again=doubled)))
    require_refused(ReadingOutsideWindow, lambda: scratch.keep(replace(right, reading=doubled, again=doubled)))
    made = scratch.bench(scratch.weighed).making
    weighed = ", ".join(format_reading(taken.reading) for taken in made.taken if taken)
    refused = "another jar, a misread code, a vessel not tared, two readings and twice the mass"
    return f"{weighed} weighed; {refused} were refused."


def _balances(_: Ground) -> str:
    for line, figure in _STABLE.items():
        read = quantity_text(mt_sics.parse(line).reading, READING)
        if read != figure:
            raise Failed(f"“{line}” was read as {read}.")
    for line in _MOVING:
        for protocol in (mt_sics, sbi):
            require_refused(LineRefused, partial(protocol.parse, line))
    return f"{len(_STABLE)} stable lines were read, {len(_MOVING)} others refused."


def _second_person(ground: Ground) -> str:
    scratch = ground.scratch
    require_refused(StatusForbids, lambda: scratch.release(scratch.finished))
    require_refused(SamePerson, lambda: scratch.verify(TECHNICIAN))
    differing = scratch.verify(PHARMACIST, strength="15 mg")
    if differing != ["Strength"]:
        raise Failed(f"15 mg was entered for {STRENGTHS[0]}, and told were: {', '.join(differing) or 'none'}.")
    return f"Verified batch {scratch.verified}; its maker and a figure ten times too large were refused."


def _release(ground: Ground) -> str:
    scratch = ground.scratch
    status = scratch.bench(scratch.released).standing.status
    if status.value != "released":
        raise Failed(f"The batch stands as {status.value}.")
    require_refused(StatusForbids, lambda: scratch.release(scratch.released))
    return f"Batch {scratch.released} is released, signed by {PHARMACIST.name}, once."


MAKING: Final = (
    Check(
        number="OQ5",
        part=Part.OPERATION,
        requirement="An order is stored as it was shown, and once",
        hazards=("A7", "E2"),
        test="An order of two strengths is sent twice, and once with another result than the one shown.",
        run=_order,
    ),
    Check(
        number="OQ6",
        part=Part.OPERATION,
        requirement="Only the right powder in the right mass is weighed",
        hazards=("B1", "B2", "B5", "B9", "B10"),
        test="Each powder is weighed at the bench, and before it wrongly: jar, code, vessel, readings, mass.",
        run=_weighing,
    ),
    Check(
        number="OQ7",
        part=Part.OPERATION,
        requirement="Of a balance only a stable reading with its unit counts",
        hazards=("B6",),
        test="Lines as balances send them (MT-SICS, SBI) are read.",
        run=_balances,
    ),
    Check(
        number="OQ8",
        part=Part.OPERATION,
        requirement="A second person verifies, by figures of their own",
        hazards=("A8", "C4"),
        test="Its maker tries, then the pharmacist with a figure wrong, then with all right; before it, a release.",
        run=_second_person,
    ),
    Check(
        number="OQ9",
        part=Part.OPERATION,
        requirement="A pharmacist releases what was verified",
        hazards=("C1", "C4"),
        test="The batch, its steps ticked and ten capsules weighed and counted, is released and signed.",
        run=_release,
    ),
)
