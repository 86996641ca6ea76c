"""A site with people in it, and what they type to prove who they are."""

from datetime import datetime, timedelta

import pyotp
import pytest

from compounder.database import sessions
from compounder.domain.people.person import Person
from compounder.domain.people.sign_in import WrongPassword
from compounder.services import people
from compounder.services.acting import Acting
from compounder.services.second_factor import secret_of
from compounder.services.signing_in import Place, Proof, sign_in, signed_in
from tests.services.orders import MORNING, SITE
from tests.services.people import ANNA, OLGA, PASSWORD

ACT = Acting(site=SITE, actor=OLGA.actor, at=MORNING)
NEW = "another four words"


def proof(person: Person = ANNA, password: str = PASSWORD, code: str = "") -> Proof:
    return Proof(sign_in_name=person.sign_in_name, password=password, code=code)


def after(**span: float) -> datetime:
    return MORNING + timedelta(**span)


def who(place: Place, token: str, at: datetime) -> str | None:
    """The printed name of whose session it is."""
    found = signed_in(place, token, at=at)
    return found.person.name if found else None


def fail(place: Place, times: int, at: datetime, person: Person = ANNA) -> None:
    """So many wrong passwords in a row, the last one at this moment; all but it are only counted."""
    with place.database.writing() as writing:
        for _ in range(times - 1):
            sessions.count_failure(writing, SITE, person.sign_in_name, at=at - timedelta(minutes=5))
    with pytest.raises(WrongPassword):
        sign_in(place, proof(person, "wrong"), at=at)


def code(place: Place, at: datetime, number: int = 1, person: Person = ANNA) -> str:
    """What the telephone shows."""
    return pyotp.TOTP(secret_of(place.keys, SITE, person.sign_in_name, number)).at(at)


def with_second_factor(place: Place) -> None:
    with place.database.writing() as writing:
        people.set_second_factor(writing, ACT, ANNA.sign_in_name, code(place, MORNING), keys=place.keys)
