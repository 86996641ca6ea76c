"""People: coming in by a link, roles, tokens; what the journal keeps of it."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from compounder.database import people as tables
from compounder.domain.errors import CompoundingError, MissingKey
from compounder.domain.people.names import MixedAlphabets
from compounder.domain.people.passwords import PasswordTooShort
from compounder.domain.people.person import Person, Role
from compounder.domain.people.sign_in import TooManyFailures, WrongPassword
from compounder.services import people, tokens
from compounder.services.invitations import Coming, arrive, come_in, first_owners_link, invitation_of, invite, new_link
from compounder.services.passwords import hashed, is_password
from compounder.services.people_errors import (
    LastOwner,
    LinkOver,
    NameTaken,
    PersonDisabled,
    RoleNotYours,
    WrongCode,
)
from compounder.services.proving import verify
from compounder.services.signing_in import Place, bearer, sign_in
from tests.services.orders import MORNING, SITE
from tests.services.people import ANNA, BERTA, OLGA, PASSWORD, TOM
from tests.services.signing_in import ACT, NEW, after, code, proof, who, with_second_factor


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


def test_a_new_link_keeps_the_second_factor_and_asks_for_its_code(place: Place) -> None:
    with_second_factor(place)
    with place.database.writing() as writing:
        token = new_link(writing, ACT, ANNA.sign_in_name)
    coming, later = Coming(sign_in_name="", name="", password="ninechars"), after(minutes=1)
    for wrong in ("", "000000", code(place, MORNING), code(place, later, 2)):
        with pytest.raises(WrongCode):
            arrive(place, token, replace(coming, code=wrong), at=later)
    assert sign_in(place, proof(code=code(place, later)), at=later)
    with pytest.raises(WrongCode):
        arrive(place, token, replace(coming, code=code(place, later)), at=later)
    latest = after(minutes=2)
    assert who(place, arrive(place, token, replace(coming, code=code(place, latest)), at=latest), latest) == ANNA.name
    with pytest.raises(WrongPassword):
        sign_in(place, proof(password="ninechars"), at=latest)
    assert sign_in(place, proof(password="ninechars", code=code(place, after(minutes=3))), at=after(minutes=3))


def test_the_codes_of_a_link_cannot_all_be_tried(place: Place) -> None:
    with_second_factor(place)
    with place.database.writing() as writing:
        token = new_link(writing, ACT, ANNA.sign_in_name)
    wrong = Coming(sign_in_name="", name="", password=NEW, code="000000")
    for _ in range(10):
        with pytest.raises(WrongCode):
            arrive(place, token, wrong, at=MORNING)
    with pytest.raises(TooManyFailures):
        arrive(place, token, replace(wrong, code=code(place, after(minutes=1))), at=MORNING)
    assert sign_in(place, proof(code=code(place, after(minutes=1))), at=after(minutes=1))


def test_a_lost_second_factor_is_taken_away_for_a_reason_and_signs_out_everywhere(place: Place) -> None:
    with_second_factor(place)
    token = sign_in(place, proof(code=code(place, after(minutes=1))), at=after(minutes=1))
    with pytest.raises(MissingKey), place.database.writing() as writing:
        people.lose_second_factor(writing, ACT, ANNA.sign_in_name, " ")
    with place.database.writing() as writing:
        people.lose_second_factor(writing, ACT, ANNA.sign_in_name, "The telephone fell into the mortar")
    assert who(place, token, after(minutes=1)) is None
    assert sign_in(place, proof(), at=MORNING)
    with place.database.writing() as writing:
        assert "mortar" in str(people.person_file(writing, SITE, ANNA.sign_in_name).entries[-1].document)
        people.set_second_factor(writing, ACT, ANNA.sign_in_name, code(place, MORNING, 2), keys=place.keys)


def test_a_password_too_short_alone_goes_with_the_second_factor(place: Place) -> None:
    with_second_factor(place)
    with place.database.writing() as writing:
        people.change_password(writing, ACT, ANNA.sign_in_name, "ninechars")
        people.lose_second_factor(writing, ACT, ANNA.sign_in_name, "Lost")
    with pytest.raises(WrongPassword):
        sign_in(place, proof(password="ninechars"), at=MORNING)
    with place.database.writing() as writing:
        token = new_link(writing, ACT, ANNA.sign_in_name)
    with pytest.raises(PasswordTooShort):
        arrive(place, token, Coming(sign_in_name="", name="", password="ninechars"), at=MORNING)
    assert arrive(place, token, Coming(sign_in_name="", name="", password=NEW), at=MORNING)
    assert verify(place.database.engine.url.render_as_string(hide_password=False), set(), None).findings == ()


def test_the_first_owner_chooses_the_names(place: Place) -> None:
    with place.database.writing() as writing:
        token = first_owners_link(writing, "B", at=MORNING)
        come_in(
            writing, "B", token, Coming(sign_in_name="Me", name="Me Myself", password=NEW), keys=place.keys, at=MORNING
        )
        assert people.has_owner(writing, "B")
        assert tables.load(writing, "B", "me").person == Person(sign_in_name="me", name="Me Myself", role=Role.OWNER)


@pytest.mark.parametrize(
    ("name", "sign_in_name"),
    [
        ("anna MÜLLER", "new"),
        ("Anna Mu\u0308ller", "new"),
        ("Anna  Müller", "new"),
        ("New", "a.mueller"),
        ("New", "ａ.mueller"),
        ("BERTA WEISS", "new"),
        ("New", "b.weiss"),
    ],
)
def test_no_name_is_given_twice(place: Place, name: str, sign_in_name: str) -> None:
    with place.database.writing() as writing:
        invite(writing, ACT, BERTA)
    with pytest.raises(NameTaken), place.database.writing() as writing:
        invite(writing, ACT, Person(sign_in_name=sign_in_name, name=name, role=Role.TECHNICIAN))


def test_a_name_is_free_again_when_its_link_has_ended(place: Place) -> None:
    with place.database.writing() as writing:
        invite(writing, ACT, BERTA)
        invite(writing, replace(ACT, at=after(days=3)), BERTA)


def test_a_name_that_was_given_meanwhile_is_refused_to_whoever_comes(place: Place) -> None:
    coming = Coming(sign_in_name="", name="", password=NEW)
    with place.database.writing() as writing:
        token = invite(writing, ACT, BERTA)
        people.add_person(writing, ACT, replace(BERTA, sign_in_name="berta", name="BERTA WEIß"), NEW)
    with pytest.raises(NameTaken), place.database.writing() as writing:
        come_in(writing, SITE, token, coming, keys=place.keys, at=MORNING)


@pytest.mark.parametrize("changes", [{"name": "Ann\u0430 Müller"}, {"sign_in_name": "t.br\u0430un"}])
def test_no_name_only_looks_like_anothers(place: Place, changes: dict[str, str]) -> None:
    with pytest.raises(MixedAlphabets), place.database.writing() as writing:
        invite(writing, ACT, replace(BERTA, **changes))  # type: ignore[arg-type]  # only texts


def test_the_last_owner_stays_one(place: Place) -> None:
    with pytest.raises(LastOwner), place.database.writing() as writing:
        people.disable(writing, ACT, OLGA.sign_in_name, "Leaves")
    with pytest.raises(LastOwner), place.database.writing() as writing:
        people.change_role(writing, ACT, OLGA.sign_in_name, Role.PHARMACIST)
    with place.database.writing() as writing:
        people.change_role(writing, ACT, ANNA.sign_in_name, Role.OWNER)
        people.disable(writing, ACT, OLGA.sign_in_name, "Leaves")


def role_of(place: Place, token: str) -> Role | None:
    """The role that a token acts in."""
    found = bearer(place, token)
    return found.role if found else None


def test_a_token_acts_in_its_role_until_it_or_its_person_is_gone(place: Place) -> None:
    with place.database.writing() as writing:
        made = tokens.issue_token(writing, ACT, ANNA, label="Robot", role=Role.AUDITOR)
        own = tokens.issue_token(writing, ACT, ANNA, label="Robot 2", role=Role.PHARMACIST)
    assert (role_of(place, made), role_of(place, own), role_of(place, "x")) == (Role.AUDITOR, Role.PHARMACIST, None)
    with place.database.writing() as writing:
        people.change_role(writing, ACT, ANNA.sign_in_name, Role.TECHNICIAN)
    assert (role_of(place, made), role_of(place, own)) == (Role.AUDITOR, None)
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


def test_the_password_is_kept_as_argon2id_with_its_own_salt(real_passwords: None) -> None:
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert is_password(first, PASSWORD)
    assert not is_password(first, PASSWORD.upper())
    assert not is_password("no hash", PASSWORD)
    assert is_password(hashed("Ein Paßwort für Jörg"), "Ein Paßwort für Jo\u0308rg")


def test_disabling_somebody_ends_their_tokens_and_the_link_that_waits_for_them(place: Place, database_url: str) -> None:
    with place.database.writing() as writing:
        made = tokens.issue_token(writing, ACT, ANNA, label="Robot", role=Role.AUDITOR)
        own, others = new_link(writing, ACT, ANNA.sign_in_name), invite(writing, ACT, BERTA)
        people.disable(writing, ACT, ANNA.sign_in_name, "Left")
        people.enable(writing, ACT, ANNA.sign_in_name, "Back")
        with pytest.raises(LinkOver):
            invitation_of(writing, SITE, own, at=MORNING)
        assert invitation_of(writing, SITE, others, at=MORNING).name == BERTA.name
        kinds = [entry.kind.value for entry in people.person_file(writing, SITE, ANNA.sign_in_name).entries]
    assert bearer(place, made) is None
    assert kinds.count("token-revoked") == 1
    assert verify(database_url, ()).findings == ()


def test_disabling_an_owner_ends_every_link(place: Place) -> None:
    with place.database.writing() as writing:
        people.change_role(writing, ACT, ANNA.sign_in_name, Role.OWNER)
        links = [new_link(writing, ACT, TOM.sign_in_name), invite(writing, ACT, BERTA)]
        people.disable(writing, ACT, OLGA.sign_in_name, "Left")
        for link in links:
            with pytest.raises(LinkOver):
                invitation_of(writing, SITE, link, at=MORNING)


def test_nobody_disabled_comes_in_by_a_link_or_is_given_one(place: Place) -> None:
    with place.database.writing() as writing:
        link = new_link(writing, ACT, TOM.sign_in_name)
        tables.change(writing, people.person_id_of(writing, SITE, TOM.sign_in_name), is_disabled=True)
        with pytest.raises(LinkOver):
            come_in(writing, SITE, link, Coming(sign_in_name="", name="", password=NEW), keys=place.keys, at=MORNING)
        with pytest.raises(PersonDisabled, match="Tom Braun is disabled"):
            new_link(writing, ACT, TOM.sign_in_name)


def test_the_first_owners_link_is_over_where_there_is_an_owner(place: Place) -> None:
    with place.database.writing() as writing:
        link = first_owners_link(writing, SITE, at=MORNING)
        with pytest.raises(LinkOver):
            invitation_of(writing, SITE, link, at=MORNING)


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
