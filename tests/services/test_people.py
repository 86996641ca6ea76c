"""People: coming in, proving who they are, sessions, second factors, tokens; what the journal keeps of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text

from compounder.database import people as tables
from compounder.database import sessions
from compounder.database.engine import open_database
from compounder.domain.errors import CompoundingError
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.people.passwords import PasswordKnown, PasswordTooShort
from compounder.domain.people.person import Person, Role
from compounder.domain.people.sign_in import Locked, NotProved, TooManyFailures, WrongPassword
from compounder.services import people, tokens
from compounder.services.invitations import Coming, come_in, first_owners_link, invitation_of, invite, new_link
from compounder.services.passwords import hashed, is_password
from compounder.services.people import Act
from compounder.services.people_errors import (
    LastOwner,
    LinkOver,
    NameTaken,
    RoleNotYours,
    SecondFactorNeeded,
    WrongCode,
)
from compounder.services.proving import verify
from compounder.services.second_factor import secret_of
from compounder.services.signing_in import Place, Proof, bearer, reauthenticate, sign_in, sign_out, signed_in
from compounder.services.workspace import FIRST_SETTINGS, start_site
from tests.services.orders import MORNING, SITE
from tests.services.people import ANNA, OLGA, PASSWORD, TOM, add

ACT = Act(site=SITE, actor=OLGA.actor, at=MORNING)
NEW = "another four words"


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """A site with an owner, a pharmacist and a technician, on both databases."""
    database = open_database(database_url)
    with database.writing() as writing:
        start_site(writing, SITE, FIRST_SETTINGS, first_formulation(1), at=MORNING)
        for person in (OLGA, ANNA, TOM):
            add(writing, person)
    yield Place(database=database, site=SITE, keys=tmp_path / "keys")
    database.close()


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


def test_a_name_and_its_password_begin_a_session(place: Place) -> None:
    token = sign_in(place, Proof(sign_in_name="  A.Mueller ", password=PASSWORD), at=MORNING)
    assert len(token) == 43
    assert who(place, token, after(minutes=1)) == "Anna Müller"
    with place.database.reading() as reading:
        (kept,) = reading.execute(text("SELECT token_sha256 FROM sessions")).scalars()
    assert token not in kept


@pytest.mark.parametrize(
    "typed", [proof(password="wrong"), proof(password=""), proof(Person(sign_in_name="x", name="x", role=Role.OWNER))]
)
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(place: Place, typed: Proof) -> None:
    with pytest.raises(WrongPassword) as refusal:
        sign_in(place, typed, at=MORNING)
    assert str(refusal.value) == "Name, password and code do not belong together; look at each and type them again."


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


def code(place: Place, at: datetime, number: int = 1, person: Person = ANNA) -> str:
    """What the telephone shows."""
    return pyotp.TOTP(secret_of(place.keys, SITE, person.sign_in_name, number)).at(at)


def with_second_factor(place: Place) -> None:
    with place.database.writing() as writing:
        people.set_second_factor(writing, ACT, ANNA.sign_in_name, code(place, MORNING), keys=place.keys)


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


def test_somebody_new_comes_in_by_a_link_once(place: Place) -> None:
    berta = Person(sign_in_name="b.weiss", name="Berta Weiß", role=Role.PHARMACIST)
    coming = Coming(sign_in_name="ignored", name="Ignored", password=NEW)
    with place.database.writing() as writing:
        token = invite(writing, ACT, berta)
        assert invitation_of(writing, SITE, token, at=MORNING).name == "Berta Weiß"
        come_in(writing, SITE, token, coming, keys=place.keys, at=MORNING)
        assert people.person_file(writing, SITE, "b.weiss").line.stored.person == berta
    with pytest.raises(LinkOver), place.database.writing() as writing:
        come_in(writing, SITE, token, coming, keys=place.keys, at=MORNING)
    assert who(place, sign_in(place, proof(berta, NEW), at=MORNING), MORNING) == "Berta Weiß"


def test_a_link_ends_after_three_days_and_when_a_newer_one_is_given(place: Place) -> None:
    with place.database.writing() as writing:
        first = new_link(writing, ACT, ANNA.sign_in_name)
        second = new_link(writing, ACT, ANNA.sign_in_name)
        with pytest.raises(LinkOver):
            invitation_of(writing, SITE, first, at=MORNING)
        assert invitation_of(writing, SITE, second, at=after(days=2, hours=23)).name == "Anna Müller"
        with pytest.raises(LinkOver):
            invitation_of(writing, SITE, second, at=after(days=3))


def test_a_link_with_a_code_sets_the_second_factor_up_and_takes_a_shorter_password(place: Place) -> None:
    with place.database.writing() as writing:
        token = new_link(writing, ACT, ANNA.sign_in_name)
        coming = Coming(sign_in_name="", name="", password="ninechars", code=code(place, MORNING))
        come_in(writing, SITE, token, coming, keys=place.keys, at=MORNING)
    later = after(minutes=1)
    assert sign_in(place, proof(password="ninechars", code=code(place, later)), at=later)


def test_a_new_link_takes_the_lost_second_factor_away(place: Place) -> None:
    with_second_factor(place)
    with place.database.writing() as writing:
        token = new_link(writing, ACT, ANNA.sign_in_name)
        come_in(writing, SITE, token, Coming(sign_in_name="", name="", password=NEW), keys=place.keys, at=MORNING)
    assert sign_in(place, proof(password=NEW), at=MORNING)
    with place.database.writing() as writing:
        people.set_second_factor(writing, ACT, ANNA.sign_in_name, code(place, MORNING, 2), keys=place.keys)


def test_the_first_owner_chooses_the_names(place: Place) -> None:
    with place.database.writing() as writing:
        token = first_owners_link(writing, "B", at=MORNING)
        come_in(
            writing, "B", token, Coming(sign_in_name="Me", name="Me Myself", password=NEW), keys=place.keys, at=MORNING
        )
        assert people.has_owner(writing, "B")
        assert tables.load(writing, "B", "me").person == Person(sign_in_name="me", name="Me Myself", role=Role.OWNER)


@pytest.mark.parametrize(("name", "sign_in_name"), [("anna MÜLLER", "new"), ("New", "a.mueller")])
def test_no_name_is_given_twice(place: Place, name: str, sign_in_name: str) -> None:
    with pytest.raises(NameTaken), place.database.writing() as writing:
        invite(writing, ACT, Person(sign_in_name=sign_in_name, name=name, role=Role.TECHNICIAN))


def test_the_last_owner_stays_one(place: Place) -> None:
    with pytest.raises(LastOwner), place.database.writing() as writing:
        people.disable(writing, ACT, OLGA.sign_in_name, "Leaves")
    with pytest.raises(LastOwner), place.database.writing() as writing:
        people.change_role(writing, ACT, OLGA.sign_in_name, Role.PHARMACIST)
    with place.database.writing() as writing:
        people.change_role(writing, ACT, ANNA.sign_in_name, Role.OWNER)
        people.disable(writing, ACT, OLGA.sign_in_name, "Leaves")


def test_a_token_acts_in_its_role_until_it_or_its_person_is_gone(place: Place) -> None:
    with place.database.writing() as writing:
        made = tokens.issue_token(writing, ACT, ANNA, label="Robot", role=Role.AUDITOR)
        own = tokens.issue_token(writing, ACT, ANNA, label="Robot 2", role=Role.PHARMACIST)
    assert (bearer(place, made), bearer(place, own), bearer(place, "x")) == (Role.AUDITOR, Role.PHARMACIST, None)
    with place.database.writing() as writing:
        people.change_role(writing, ACT, ANNA.sign_in_name, Role.TECHNICIAN)
    assert (bearer(place, made), bearer(place, own)) == (Role.AUDITOR, None)
    with place.database.writing() as writing:
        issued = tokens.tokens_of(writing, SITE, ANNA)[-1]
        tokens.revoke_token(writing, ACT, issued.token_id, of=ANNA)
    assert bearer(place, made) is None


def test_nobody_gives_a_token_a_role_that_is_not_theirs_or_revokes_anothers(place: Place) -> None:
    with pytest.raises(RoleNotYours), place.database.writing() as writing:
        tokens.issue_token(writing, ACT, TOM, label="Robot", role=Role.OWNER)
    with place.database.writing() as writing:
        tokens.issue_token(writing, ACT, ANNA, label="Robot", role=Role.AUDITOR)
        (issued,) = tokens.tokens_of(writing, SITE, ANNA)
        with pytest.raises(CompoundingError):
            tokens.revoke_token(writing, ACT, issued.token_id, of=TOM)


def test_the_password_is_kept_as_argon2id_with_its_own_salt() -> None:
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert is_password(first, PASSWORD)
    assert not is_password(first, PASSWORD.upper())
    assert not is_password("no hash", PASSWORD)
    assert is_password(hashed("Ein Paßwort für Jörg"), "Ein Paßwort für Jo\u0308rg")


TAMPERINGS = {
    "role": "UPDATE people SET role = 'owner' WHERE sign_in_name = 't.braun'",
    "password hash": "UPDATE people SET password_hash = 'x' WHERE sign_in_name = 't.braun'",
    "is disabled": "UPDATE people SET is_disabled = (1 = 1) WHERE sign_in_name = 't.braun'",
    "name": "UPDATE people SET name = 'Somebody' WHERE sign_in_name = 't.braun'",
}


@pytest.mark.parametrize("column", TAMPERINGS)
def test_what_is_changed_of_a_person_beside_the_journal_is_found(place: Place, database_url: str, column: str) -> None:
    assert verify(database_url, ()).findings == ()
    with place.database.writing() as writing:
        writing.execute(text(TAMPERINGS[column]))
    (found,) = verify(database_url, ()).findings
    assert found.sentence.startswith("Person t.braun is not what entry")
    assert column in found.sentence


def test_every_change_of_a_person_is_replayed(place: Place, database_url: str) -> None:
    with_second_factor(place)
    with place.database.writing() as writing:
        people.change_password(writing, ACT, ANNA.sign_in_name, NEW)
        people.drop_second_factor(writing, ACT, ANNA.sign_in_name)
        people.change_role(writing, ACT, ANNA.sign_in_name, Role.AUDITOR)
        people.disable(writing, ACT, ANNA.sign_in_name, "Left")
        people.enable(writing, ACT, ANNA.sign_in_name, "Back")
        tokens.issue_token(writing, ACT, TOM, label="Robot", role=Role.TECHNICIAN)
        (issued,) = tokens.tokens_of(writing, SITE, TOM)
        tokens.revoke_token(writing, ACT, issued.token_id, of=TOM)
    assert verify(database_url, ()).findings == ()
