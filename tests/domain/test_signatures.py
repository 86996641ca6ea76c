"""Signatures: what is signed says everything, reads back, and fits one entry and one record only."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.people.person import Person, Role, Signatory
from compounder.domain.record.checkpoint import Checkpoint
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.signatures import (
    HEADING,
    MAY_SIGN,
    MEANINGS,
    Bound,
    Meaning,
    NotForThisRole,
    Signature,
    Signed,
    Statement,
    misfit,
    read_claim,
    signed_by,
    stated_by,
)
from tests.domain.records import an_entry

AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
BOUND = Bound(record_sha256="a" * 64, plan_sha256="b" * 64, amendments=("c" * 64,), made=("e" * 64,))
CLARA = Person(sign_in_name="clara", name="Clara Kühn", role=Role.PHARMACIST)


def a_statement(person: Person = CLARA, meaning: Meaning = Meaning.RELEASED, reason: str = "") -> Statement:
    """What Clara states when she releases a batch."""
    signatory = Signatory(person=person)
    return stated_by(signatory, meaning, site="A", subject="261121A001K", bound=BOUND, reason=reason, at=AT)


def signed(statement: Statement) -> Signed:
    """The act that an entry of Clara's tells of, with this statement's claim."""
    entry = JournalEntry(
        number=7,
        at=AT,
        actor=CLARA.actor,
        site="A",
        subject="261121A001K",
        kind=EntryKind.BATCH_RELEASED,
        document="{}",
    )
    signature = Signature(claim=statement.claim, public_key="", signature="")
    return Signed(entry=entry, meaning=Meaning.RELEASED, reason="", signature=signature)


def test_what_is_signed_is_no_checkpoint_and_all_of_it_is_ascii() -> None:
    claim = a_statement().claim
    assert claim.isascii()
    assert claim.splitlines()[0] == HEADING == "COMPOUNDER SIGNATURE 1"
    assert not Checkpoint(site="A", size=1, at=AT, root=b"0" * 32).claim.startswith(HEADING)


def test_what_is_signed_says_who_what_when_and_of_which_record() -> None:
    said = (
        '{"amendments":["' + "c" * 64 + '"],"at":"2026-11-21T12:30:00.000000Z","made":["' + "e" * 64 + '"],'
        '"meaning":"released","name":"Clara K\\u00fchn","plan_sha256":"'
        + "b" * 64
        + '","reason":"","record_sha256":"'
        + "a" * 64
        + '",'
        '"role":"pharmacist","sign_in_name":"clara","site":"A","subject":"261121A001K"}'
    )
    assert a_statement().claim.splitlines()[1] == said


@pytest.mark.usefixtures("in_new_york")
def test_a_moment_is_signed_in_utc_wherever_the_machine_stands() -> None:
    assert '"at":"2026-11-21T12:30:00.000000Z"' in a_statement().claim


def test_what_was_not_made_at_the_bench_is_not_spoken_of() -> None:
    statement = replace(a_statement(), bound=replace(BOUND, made=()))
    assert '"made"' not in statement.claim
    assert read_claim(statement.claim) == statement


@given(st.text(), st.text(min_size=1), st.sampled_from(sorted(Meaning)))
def test_every_statement_reads_back(reason: str, name: str, meaning: Meaning) -> None:
    statement = a_statement(replace(CLARA, name=name), meaning, reason)
    assert read_claim(statement.claim) == statement


@pytest.mark.parametrize("claim", ["", HEADING, f"{HEADING}\n[]", f"{HEADING}\n{{}}", "COMPOUNDER 1 A\n{}"])
def test_what_is_no_statement_is_none(claim: str) -> None:
    assert read_claim(claim) is None


@pytest.mark.parametrize("meaning", list(Meaning))
def test_each_act_is_signed_by_those_who_may(meaning: Meaning) -> None:
    refused = set()
    for role in Role:
        try:
            a_statement(replace(CLARA, role=role), meaning)
        except NotForThisRole:
            refused.add(role)
    assert refused == set(Role) - MAY_SIGN[meaning]
    assert refused == ({Role.AUDITOR} if meaning is Meaning.VERIFIED else {Role.AUDITOR, Role.TECHNICIAN})


def test_every_meaning_has_its_entry() -> None:
    assert set(MEANINGS.values()) == set(Meaning)


def test_a_signature_fits_its_own_entry_and_record() -> None:
    assert misfit(signed(a_statement()), BOUND) == ""


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"meaning": Meaning.VERIFIED}, "meaning"),
        ({"site": "B"}, "site"),
        ({"subject": "261121A002I"}, "subject"),
        ({"name": "Clara Kuehn"}, "name"),
        ({"at": datetime(2026, 11, 21, 12, 30, 1, tzinfo=UTC)}, "moment"),
        ({"reason": "Spots"}, "reason"),
        ({"bound": replace(BOUND, record_sha256="d" * 64)}, "record"),
        ({"bound": replace(BOUND, plan_sha256="d" * 64)}, "plan"),
        ({"bound": replace(BOUND, amendments=())}, "amendments"),
        ({"bound": replace(BOUND, made=())}, "making"),
    ],
)
def test_whatever_it_says_otherwise_is_named(changes: dict[str, object], what: str) -> None:
    other = replace(a_statement(), **changes)  # type: ignore[arg-type]  # each value is of its own field
    assert misfit(signed(other), BOUND) == f"What was signed is not what stands here: {what} changed."


def test_a_typed_name_is_not_signed() -> None:
    assert misfit(replace(signed(a_statement()), signature=None), BOUND) == "Not signed."


@pytest.mark.parametrize(
    ("role", "meaning", "said"),
    [
        (Role.TECHNICIAN, Meaning.RELEASED, "What is released needs a pharmacist or owner; a technician cannot do it."),
        (
            Role.AUDITOR,
            Meaning.VERIFIED,
            "What is verified needs a technician or pharmacist or owner; an auditor cannot do it.",
        ),
    ],
)
def test_whoever_may_not_sign_is_told_who_may(role: Role, meaning: Meaning, said: str) -> None:
    with pytest.raises(NotForThisRole) as refused:
        a_statement(replace(CLARA, role=role), meaning)
    assert str(refused.value) == said


def test_a_claim_of_somebody_who_may_not_sign_it_does_not_fit() -> None:
    forged = replace(a_statement(), role=Role.AUDITOR)
    assert misfit(signed(forged), BOUND) == "An auditor may not sign that it was released."


def test_an_act_says_in_which_role_it_was_signed_and_a_typed_name_in_none() -> None:
    act = signed(a_statement())
    typed, unread = (
        replace(act, signature=None),
        replace(act, signature=Signature(claim="", public_key="", signature="")),
    )
    assert [(each.role, each.statement is None) for each in (act, typed, unread)] == [
        ("pharmacist", False),
        ("", True),
        ("", True),
    ]


KEPT = {"claim": "What is claimed", "public_key": "ab", "signature": "cd"}


@pytest.mark.parametrize(
    ("said", "reason", "signature"),
    [
        ({"reason": "Spots", "signature": KEPT}, "Spots", Signature(**KEPT)),
        ({"signature": {}}, "", Signature(claim="", public_key="", signature="")),
        ({"signature": "typed"}, "", None),
        ({}, "", None),
    ],
)
def test_an_entry_tells_its_act_with_whatever_signature_it_keeps(
    said: dict[str, object], reason: str, signature: Signature | None
) -> None:
    entry = an_entry(EntryKind.RECALL_STARTED)
    told = signed_by(entry, said)
    assert (told.entry, told.meaning, told.reason, told.signature) == (entry, Meaning.RECALLED, reason, signature)
