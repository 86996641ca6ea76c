"""Proving who one is: passwords, second factors, sessions, and how failures are answered, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from compounder.database.engine import Connection, Database
from compounder.database.errors import DatabaseBusy
from compounder.domain.people.passwords import PasswordKnown, PasswordTooShort
from compounder.domain.people.person import Person, Role
from compounder.domain.people.sign_in import Locked, NotProved, TooManyFailures, WrongPassword
from compounder.services import people
from compounder.services.invitations import Coming, come_in, new_link
from compounder.services.people_errors import (
    SecondFactorNeeded,
    WrongCode,
)
from compounder.services.signing_in import Place, Proof, reauthenticate, renew, sign_in, sign_out
from tests.services.orders import MORNING, SITE
from tests.services.people import ANNA, PASSWORD, TOM
from tests.services.signing_in import ACT, NEW, after, code, fail, proof, who, with_second_factor


def test_a_name_and_its_password_begin_a_session(place: Place) -> None:
    token = sign_in(place, Proof(sign_in_name="  A.Mueller ", password=PASSWORD), at=MORNING)
    assert len(token) == 43
    assert who(place, token, after(minutes=1)) == "Anna Müller"
    with place.database.reading() as reading:
        (kept,) = reading.execute(text("SELECT token_sha256 FROM sessions")).scalars()
    assert token not in kept


def test_the_session_that_takes_the_place_of_another_ends_when_that_would_have(place: Place) -> None:
    token = sign_in(place, proof(), at=MORNING)
    for minutes in range(10, 720, 10):
        token = renew(place, token, "a form", at=after(minutes=minutes))
    assert who(place, token, after(hours=11, minutes=59)) == "Anna Müller"
    assert who(place, token, after(hours=12)) is None
    with place.database.reading() as reading:
        assert reading.execute(text("SELECT count(*) FROM sessions")).scalar_one() <= 2


def test_nobody_is_signed_out_because_nothing_can_be_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign_in(place, proof(), at=MORNING)

    @contextmanager
    def refused(_: Database) -> Iterator[Connection]:
        raise DatabaseBusy
        yield

    monkeypatch.setattr(Database, "writing", refused)
    assert renew(place, token, "a form", at=MORNING) == token
    assert who(place, token, MORNING) == "Anna Müller"


@pytest.mark.parametrize(
    "typed", [proof(password="wrong"), proof(password=""), proof(Person(sign_in_name="x", name="x", role=Role.OWNER))]
)
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(place: Place, typed: Proof) -> None:
    with pytest.raises(WrongPassword) as refusal:
        sign_in(place, typed, at=MORNING)
    assert str(refusal.value) == "Name, password and code do not belong together; look at each and type them again."


def test_a_password_of_a_hundred_characters_counts_whole_and_as_it_was_typed(place: Place) -> None:
    long = " Grün and " + "12 more words, of my own; " * 4
    with place.database.writing() as writing:
        people.change_password(writing, ACT, ANNA.sign_in_name, long)
    assert sign_in(place, proof(password=long), at=MORNING)
    for other in (long[:-1], long[:72], long.strip(), long.casefold()):
        with pytest.raises(WrongPassword):
            sign_in(place, proof(password=other), at=MORNING)


def test_a_session_is_gone_after_signing_out(place: Place) -> None:
    token = sign_in(place, proof(), at=MORNING)
    sign_out(place.database, token)
    assert who(place, token, MORNING) is None


def test_a_session_ends_after_fifteen_idle_minutes(place: Place) -> None:
    token = sign_in(place, proof(), at=MORNING)
    assert who(place, token, after(minutes=14)) == "Anna Müller"
    assert who(place, token, after(minutes=28)) == "Anna Müller"
    assert who(place, token, after(minutes=43)) is None
    assert who(place, token, after(minutes=28)) is None


def test_a_session_ends_after_twelve_hours_however_busy(place: Place) -> None:
    token = sign_in(place, proof(), at=MORNING)
    for minutes in range(10, 12 * 60, 10):
        assert who(place, token, after(minutes=minutes)) == "Anna Müller"
    assert who(place, token, after(hours=12)) is None


def test_another_password_ends_every_session(place: Place) -> None:
    token = sign_in(place, proof(), at=MORNING)
    with place.database.writing() as writing:
        people.change_password(writing, ACT, ANNA.sign_in_name, NEW)
    assert who(place, token, MORNING) is None
    with pytest.raises(WrongPassword):
        sign_in(place, proof(), at=MORNING)
    assert sign_in(place, proof(password=NEW), at=MORNING)


def test_who_is_disabled_is_out_at_once_and_comes_back_only_when_enabled(place: Place) -> None:
    token = sign_in(place, proof(), at=MORNING)
    with place.database.writing() as writing:
        people.disable(writing, ACT, ANNA.sign_in_name, "Left the pharmacy")
    assert who(place, token, MORNING) is None
    with pytest.raises(WrongPassword):
        sign_in(place, proof(), at=MORNING)
    with place.database.writing() as writing:
        people.enable(writing, ACT, ANNA.sign_in_name, "Came back")
    assert sign_in(place, proof(), at=MORNING)


def test_after_ten_failures_even_the_right_password_waits(place: Place) -> None:
    fail(place, 10, MORNING)
    with pytest.raises(TooManyFailures, match="wait 1 second,"):
        sign_in(place, proof(), at=MORNING)
    assert sign_in(place, proof(), at=after(seconds=1))
    fail(place, 9, after(seconds=1))
    assert sign_in(place, proof(), at=after(seconds=1))


def test_a_hundred_failures_lock_until_an_owner_gives_a_link(place: Place) -> None:
    fail(place, 100, MORNING)
    with pytest.raises(Locked):
        sign_in(place, proof(), at=after(days=30))
    with place.database.writing() as writing:
        token = new_link(writing, ACT, ANNA.sign_in_name)
        come_in(writing, SITE, token, Coming(sign_in_name="", name="", password=NEW), keys=place.keys, at=MORNING)
    assert sign_in(place, proof(password=NEW), at=MORNING)


def test_failures_of_names_that_nobody_has_are_counted_and_then_forgotten(place: Place) -> None:
    stranger = Person(sign_in_name="root", name="root", role=Role.OWNER)
    fail(place, 10, MORNING, stranger)
    with pytest.raises(TooManyFailures):
        sign_in(place, proof(stranger), at=MORNING)
    fail(place, 1, after(days=2), TOM)
    with place.database.reading() as reading:
        assert reading.execute(text("SELECT sign_in_name FROM sign_in_failures")).scalars().all() == ["t.braun"]


def test_whoever_signs_proves_it_once_more(place: Place) -> None:
    assert reauthenticate(place, ANNA, proof(), at=MORNING).person == ANNA
    with pytest.raises(NotProved, match="not your password"):
        reauthenticate(place, ANNA, proof(password="wrong"), at=MORNING)
    with pytest.raises(NotProved):
        reauthenticate(place, ANNA, proof(TOM), at=MORNING)
    fail(place, 9, MORNING)
    with pytest.raises(TooManyFailures):
        reauthenticate(place, ANNA, proof(), at=MORNING)


def test_a_second_factor_is_asked_for_and_each_code_is_taken_once(place: Place) -> None:
    with_second_factor(place)
    for typed in ("", code(place, MORNING), "123456", "١٢٣٤٥٦"):
        with pytest.raises(WrongPassword):
            sign_in(place, proof(code=typed), at=MORNING)
    later = after(minutes=1)
    assert sign_in(place, proof(code=code(place, later)), at=later)
    with pytest.raises(WrongPassword):
        sign_in(place, proof(code=code(place, later)), at=later)
    with pytest.raises(WrongPassword):
        sign_in(place, proof(code=code(place, after(seconds=30))), at=later)


def test_a_code_is_taken_half_a_minute_early_or_late_and_no_more(place: Place) -> None:
    with_second_factor(place)
    for times, (seconds, taken) in enumerate(((-60, False), (-30, True), (30, True), (60, False)), 1):
        at = after(minutes=10 * times)
        typed = proof(code=code(place, at + timedelta(seconds=seconds)))
        if taken:
            assert sign_in(place, typed, at=at)
        else:
            with pytest.raises(WrongPassword):
                sign_in(place, typed, at=at)


def test_of_two_who_send_one_code_at_the_same_moment_one_comes_in(place: Place) -> None:
    with_second_factor(place)
    at = after(minutes=5)
    typed = proof(code=code(place, at))

    def attempt(_: int) -> bool:
        try:
            return bool(sign_in(place, typed, at=at))
        except WrongPassword:
            return False

    with ThreadPoolExecutor(4) as together:
        assert sorted(together.map(attempt, range(4))) == [False, False, False, True]


def test_a_second_factor_begins_with_its_own_code(place: Place) -> None:
    with pytest.raises(WrongCode), place.database.writing() as writing:
        people.set_second_factor(writing, ACT, ANNA.sign_in_name, "000000", keys=place.keys)
    assert sign_in(place, proof(), at=MORNING)


def test_a_short_password_is_taken_beside_a_second_factor_only_and_then_needs_it(place: Place) -> None:
    with pytest.raises(PasswordTooShort), place.database.writing() as writing:
        people.change_password(writing, ACT, ANNA.sign_in_name, "ninechars")
    with_second_factor(place)
    with place.database.writing() as writing:
        people.change_password(writing, ACT, ANNA.sign_in_name, "ninechars")
    with pytest.raises(SecondFactorNeeded), place.database.writing() as writing:
        people.drop_second_factor(writing, ACT, ANNA.sign_in_name)


def test_a_password_made_of_ones_own_name_is_refused(place: Place) -> None:
    with pytest.raises(PasswordKnown), place.database.writing() as writing:
        people.change_password(writing, ACT, ANNA.sign_in_name, "Anna Müller 123456")
