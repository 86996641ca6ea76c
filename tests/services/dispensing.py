"""Bottles of a bench: a patient with a prescription, what is asked for, looked at, dispensed and brought back."""

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from compounder.database.engine import open_database
from compounder.database.schema import BatchTable
from compounder.domain.care.prescriptions import PrescriptionStatus
from compounder.domain.care.safety import SafetyDecision
from compounder.domain.people.person import Person, Role
from compounder.domain.units import MASS_PER_CAPSULE, parse_quantity
from compounder.services.dispensing import BottlePreview, BottleRequest, Dispensing, dispense, preview_bottle
from compounder.services.prescriptions import prescription_file
from compounder.services.returning import BottleFile, Returning, bottle_file, return_capsules
from compounder.settings import Settings
from tests.services.care import a_course, a_request, added, prescribed, prescribed_there
from tests.services.orders import DAY, SITE, Bench
from tests.services.shelf import released
from tests.services.signing import CLARA, NOON, release, verified

STRENGTH = parse_quantity("1.5 mg", MASS_PER_CAPSULE)
ASKED = SafetyDecision(code="liver-disease", reason="Values are watched monthly", decided_with="Dr. Ada Example")


def ready(bench: Bench, keys: Path, **patient: Any) -> tuple[str, str]:
    """A released batch of 103 capsules of 1.5 mg, and a prescription of 84 of them."""
    lot_number = released(bench, keys)
    return lot_number, prescribed(bench, a_request(added(bench, **patient), order=a_course(fill_with="1.5 mg")))


def a_bottle(prescription: str, capsules: int = 84, **changes: Any) -> BottleRequest:
    """A bottle of 1.5 mg for somebody without a liver disease."""
    usual: dict[str, Any] = {
        "strength": STRENGTH,
        "of_several": False,
        "has_liver_disease": False,
        "is_hypersensitive": False,
    }
    return BottleRequest(prescription=prescription, capsules=capsules, **{**usual, **changes})


def previewed(bench: Bench, request: BottleRequest, on: date = DAY) -> BottlePreview:
    """What is shown before."""
    with bench.database.reading() as reading:
        return preview_bottle(reading, SITE, request, on)


def dispensing(
    bench: Bench, request: BottleRequest, *decisions: SafetyDecision, person: Person = CLARA, key: str = "bottle"
) -> Dispensing:
    """What a pharmacist does who looked at it."""
    shown = previewed(bench, request).sha256
    return Dispensing(
        site=SITE, request=request, decisions=decisions, shown_sha256=shown, one_time_key=key, person=person, at=NOON
    )


def dispensed(bench: Bench, act: Dispensing) -> str:
    """The number of the bottle."""
    with bench.database.writing() as writing:
        return dispense(writing, act)


def bottle(bench: Bench, number: str) -> BottleFile:
    """One bottle's file."""
    with bench.database.reading() as reading:
        return bottle_file(reading, SITE, number, Role.PHARMACIST)


def status(bench: Bench, number: str) -> PrescriptionStatus:
    """Where a prescription stands."""
    with bench.database.reading() as reading:
        return prescription_file(reading, SITE, number, Role.PHARMACIST).stored.status


def codes(shown: BottlePreview) -> Sequence[str]:
    """What is to be decided on."""
    return [finding.code for finding in shown.findings]


def returned(bench: Bench, number: str, **changes: Any) -> None:
    """Capsules come back."""
    lot_number = bottle(bench, number).stored.filled_from[0].lot_number
    usual: dict[str, Any] = {"lot_number": lot_number, "capsules": 10, "reason": "Course ended", "one_time_key": "back"}
    with bench.database.writing() as writing:
        return_capsules(writing, Returning(site=SITE, number=number, person=CLARA, at=NOON, **{**usual, **changes}))


def released_there(where: Settings) -> str:
    """Our lot number of the batch of 3 mg, verified and released."""
    with closing(open_database(where.database_url)) as database:
        with database.reading() as reading:
            asked = select(BatchTable.lot_number).where(BatchTable.strength == "3 mg")
            lot_number: str = reading.execute(asked).scalar_one()
        verified(database, lot_number, where.keys)
        release(database, lot_number, where.keys)
    return lot_number


def dispensed_there(where: Settings) -> None:
    """A bottle of the batch of 3 mg, of which two capsules came back, and the prescription that asked for more."""
    released_there(where)
    _, prescription = prescribed_there(where)
    with closing(open_database(where.database_url)) as database:
        bench = Bench(database, "", "")
        request = a_bottle(prescription, 14, strength=parse_quantity("3 mg", MASS_PER_CAPSULE))
        returned(bench, dispensed(bench, dispensing(bench, request)), capsules=2)
