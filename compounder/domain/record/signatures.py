"""Signatures: who vouches for what, by which act, bound to the very bytes of the record.

Printed name, date and time, and meaning: 21 CFR 11.50. Bound to its record, so that it fits no other: 11.70. What is
signed (Ed25519, RFC 8032) is a text of its own, kept as it was signed; no later program version writes it again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Role, Signatory
from compounder.domain.record.journal import EntryKind, JournalEntry

HEADING: Final = "COMPOUNDER SIGNATURE 1"
"""The first line of what is signed: no signature of anything else, such as a checkpoint, begins so."""
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)


class Meaning(StrEnum):
    """What a signature says was done."""

    APPROVED = "approved"
    VERIFIED = "verified"
    RELEASED = "released"
    VOIDED = "voided"
    RECALLED = "recalled"
    CLOSED = "closed"


EVERYBODY_AT_WORK: Final = frozenset({Role.TECHNICIAN, Role.PHARMACIST, Role.OWNER})
PHARMACISTS: Final = frozenset({Role.PHARMACIST, Role.OWNER})
MAY_SIGN: Final[Mapping[Meaning, frozenset[Role]]] = {
    Meaning.APPROVED: PHARMACISTS,
    Meaning.VERIFIED: EVERYBODY_AT_WORK,
    Meaning.RELEASED: PHARMACISTS,
    Meaning.VOIDED: PHARMACISTS,
    Meaning.RECALLED: PHARMACISTS,
    Meaning.CLOSED: PHARMACISTS,
}
MEANINGS: Final[Mapping[EntryKind, Meaning]] = {
    EntryKind.FORMULATION_APPROVED: Meaning.APPROVED,
    EntryKind.LEAFLET_APPROVED: Meaning.APPROVED,
    EntryKind.BATCH_VERIFIED: Meaning.VERIFIED,
    EntryKind.BATCH_RELEASED: Meaning.RELEASED,
    EntryKind.BATCH_VOIDED: Meaning.VOIDED,
    EntryKind.BATCH_RECALLED: Meaning.RECALLED,
    EntryKind.RECALL_STARTED: Meaning.RECALLED,
    EntryKind.RECALL_CLOSED: Meaning.CLOSED,
}
"""Which entries are signed, and what each says."""


class NotForThisRole(CompoundingError):
    """What a role does not let a person do; `act` as in "a technician does not release a batch"."""

    code = "not-for-this-role"
    title = "Not for this role"
    role: str
    act: str
    may: frozenset[Role]

    def __str__(self) -> str:
        who = " or ".join(role for role in Role if role in self.may)
        return f"What is {self.act} needs a {who}; {_with_article(self.role)} cannot do it."


def _with_article(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a signature is bound to: the SHA-256 of the record's stored text, of the plan in force, of each amendment
    so far, and of each entry of its making: weighings, steps, finished capsules. A formulation has its text alone."""

    record_sha256: str
    plan_sha256: str = ""
    amendments: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is signed: that this person, in this role, at this moment did this, and to what."""

    meaning: Meaning
    site: str
    subject: str
    bound: Bound
    reason: str
    name: str
    sign_in_name: str
    role: Role
    at: datetime

    @property
    def claim(self) -> str:
        """The text that is signed, in ASCII: the heading, and what is stated as one line of JSON, its keys sorted."""
        said = {
            "meaning": self.meaning,
            "site": self.site,
            "subject": self.subject,
            "record_sha256": self.bound.record_sha256,
            "plan_sha256": self.bound.plan_sha256,
            "amendments": self.bound.amendments,
            **({"made": self.bound.made} if self.bound.made else {}),
            "reason": self.reason,
            "name": self.name,
            "sign_in_name": self.sign_in_name,
            "role": self.role,
            "at": self.at.astimezone(UTC).strftime(_MOMENT),
        }
        return f"{HEADING}\n{json.dumps(said, sort_keys=True, separators=(',', ':'))}"


def stated_by(
    signatory: Signatory, meaning: Meaning, *, site: str, subject: str, bound: Bound, reason: str, at: datetime
) -> Statement:
    """What this person is about to sign; refuses with `NotForThisRole` whoever may not."""
    person = signatory.person
    if person.role not in MAY_SIGN[meaning]:
        raise NotForThisRole(role=person.role, act=meaning, may=MAY_SIGN[meaning])
    return Statement(
        meaning=meaning,
        site=site,
        subject=subject,
        bound=bound,
        reason=reason,
        name=person.name,
        sign_in_name=person.sign_in_name,
        role=person.role,
        at=at,
    )


def read_claim(claim: str) -> Statement | None:
    """The statement of a claim that was signed; None of what is none."""
    heading, _, line = claim.partition("\n")
    if heading != HEADING:
        return None
    try:
        return _statement(json.loads(line))
    except _UNREADABLE:
        return None


def _statement(said: Mapping[str, str]) -> Statement:
    bound = Bound(
        record_sha256=said["record_sha256"],
        plan_sha256=said["plan_sha256"],
        amendments=tuple(said["amendments"]),
        made=tuple(said.get("made", ())),
    )
    return Statement(
        meaning=Meaning(said["meaning"]),
        site=said["site"],
        subject=said["subject"],
        bound=bound,
        reason=said["reason"],
        name=said["name"],
        sign_in_name=said["sign_in_name"],
        role=Role(said["role"]),
        at=datetime.strptime(said["at"], _MOMENT).replace(tzinfo=UTC),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A claim with its signature and the key it is made with, both in hexadecimal digits, as entries keep it."""

    claim: str
    public_key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An act that needs a signature, as its entry tells it. `signature` is None where nobody signed yet: a name was
    typed. Which plan, amendments and making stood then, it says too, and `covers` whether what the record says still
    does."""

    entry: JournalEntry
    meaning: Meaning
    reason: str
    signature: Signature | None
    plan_number: int = 1
    amendments_sha256: tuple[str, ...] = ()
    made_sha256: tuple[str, ...] = ()
    covers: bool = True

    @property
    def name(self) -> str:
        return self.entry.actor.name

    @property
    def at(self) -> datetime:
        return self.entry.at

    @property
    def statement(self) -> Statement | None:
        """What was signed; None where nothing was, or where nobody can read it."""
        return read_claim(self.signature.claim) if self.signature else None

    @property
    def role(self) -> str:
        """In which role, empty where it is not known."""
        statement = self.statement
        return statement.role if statement else ""


def signed_by(entry: JournalEntry, document: Mapping[str, object]) -> Signed:
    """The act that an entry tells of, whose kind is one of `MEANINGS`."""
    kept = document.get("signature")
    return Signed(
        entry=entry,
        meaning=MEANINGS[entry.kind],
        reason=str(document.get("reason", "")),
        signature=_signature(kept) if isinstance(kept, Mapping) else None,
    )


def _signature(kept: Mapping[str, object]) -> Signature:
    claim, public_key, signature = (str(kept.get(part, "")) for part in ("claim", "public_key", "signature"))
    return Signature(claim=claim, public_key=public_key, signature=signature)


def misfit(signed: Signed, bound: Bound) -> str:
    """Why a signature says something else than its entry and its record; empty where all that it says is so.

    Whether its key made it is another question.
    """
    if signed.signature is None:
        return "Not signed."
    statement = signed.statement
    if statement is None:
        return "What was signed cannot be read."
    if statement.role not in MAY_SIGN[statement.meaning]:
        return f"{_with_article(statement.role).capitalize()} may not sign that it was {statement.meaning}."
    wrong = tuple(_differing(signed, statement, bound))
    return f"What was signed is not what stands here: {', '.join(wrong)} changed." if wrong else ""


def _differing(signed: Signed, statement: Statement, bound: Bound) -> Iterator[str]:
    entry, was = signed.entry, statement.bound
    pairs = {
        "meaning": (statement.meaning, signed.meaning),
        "site": (statement.site, entry.site),
        "subject": (statement.subject, entry.subject),
        "name": (statement.name, entry.actor.name),
        "moment": (statement.at, entry.at),
        "reason": (statement.reason, signed.reason),
        "record": (was.record_sha256, bound.record_sha256),
        "plan": (was.plan_sha256, bound.plan_sha256),
        "amendments": (was.amendments, bound.amendments),
        "making": (was.made, bound.made),
    }
    return (what for what, (then, now) in pairs.items() if then != now)
