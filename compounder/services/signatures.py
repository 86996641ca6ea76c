"""Signing, and holding a signature against what lies in the tables today: the texts are hashed anew each time."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from compounder.codec.documents import canonical, digest
from compounder.database import one_time_keys
from compounder.database.batch_texts import StoredTexts, texts
from compounder.database.engine import Connection
from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Person, Signatory
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.signatures import MEANINGS, Bound, Meaning, Signature, Signed, misfit, stated_by
from compounder.domain.record.standing import Standing
from compounder.services.acting import Acting
from compounder.services.once import once
from compounder.services.signing import is_signed_by, public_keys, signing_key
from compounder.services.standings import enter, require_possible


class RecordMoved(CompoundingError):
    """What would be signed is not what was shown: it was amended, or planned anew, in between."""

    code = "record-moved"
    title = "The record has changed"
    lot_number: str

    def __str__(self) -> str:
        return f"Nothing was signed: batch {self.lot_number} changed since it was shown. Look at it again, then sign."


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """One act of signing: who has just proved who they are, at which site, with which keys, when. `shown_sha256` names
    what they saw (see `to_be_signed`); None where no screen showed it. `one_time_key` is the form's, so that two clicks
    sign once; empty where no form is signed."""

    site: str
    signatory: Signatory
    keys: Path
    at: datetime
    shown_sha256: str | None = None
    one_time_key: str = ""

    @property
    def act(self) -> Acting:
        """Who signs, where and when."""
        return Acting(site=self.site, actor=self.signatory.person.actor, at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSignature:
    """An act that needs a signature, and why its signature does not hold; `problem` is empty where it does."""

    signed: Signed
    problem: str

    @property
    def is_valid(self) -> bool:
        """Whether it is what was signed, of this very record, with a key of this pharmacy."""
        return not self.problem

    @property
    def holds(self) -> bool:
        """Whether it is valid and covers the record as it is now."""
        return self.is_valid and self.signed.covers


def signature_of(signing: Signing, meaning: Meaning, subject: str, bound: Bound, reason: str = "") -> dict[str, Any]:
    """The signature, as an entry keeps it; refuses with `NotForThisRole`, or `KeyUnusable`."""
    statement = stated_by(
        signing.signatory, meaning, site=signing.site, subject=subject, bound=bound, reason=reason, at=signing.at
    )
    key = signing_key(signing.keys)
    made = Signature(claim=statement.claim, public_key=key.public.hex(), signature=key.sign(statement.claim).hex())
    return asdict(made)


def sign_batch(
    connection: Connection, signing: Signing, lot_number: str, kind: EntryKind, before: Standing, **said: Any
) -> JournalEntry:
    """The entry of an act with the signature that it needs, bound to the texts as they lie in the tables now.

    Refuses with `StatusForbids`, with `RecordMoved` what is not what was shown, and with `NotForThisRole` whoever may
    not sign it.
    """
    require_possible(before, lot_number, kind)
    bound = _bound(texts(connection, signing.site, lot_number), before)
    if signing.shown_sha256 not in (None, _name_of(bound)):
        raise RecordMoved(lot_number=lot_number)
    signature = signature_of(signing, MEANINGS[kind], lot_number, bound, said.get("reason", ""))
    entry = enter(connection, signing.act, lot_number, kind, {**said, "signature": signature}, before)
    if signing.one_time_key:
        name = _once(signing.one_time_key, lot_number, kind, signing.signatory.person)
        one_time_keys.use(connection, signing.site, name, lot_number, entry.number)
    return entry


def was_signed_with(
    connection: Connection, site: str, lot_number: str, kind: EntryKind, person: Person, one_time_key: str
) -> bool:
    """Whether this person signed this act with the form of that key already."""
    return one_time_keys.subject_of(connection, site, _once(one_time_key, lot_number, kind, person)) is not None


def _once(one_time_key: str, lot_number: str, kind: EntryKind, person: Person) -> str:
    return once(one_time_key, (lot_number, kind.value, person.name))


def to_be_signed(connection: Connection, site: str, lot_number: str, now: Standing) -> str:
    """What a signature would be bound to now, as 64 hexadecimal digits: a form carries it from what it showed."""
    return _name_of(_bound(texts(connection, site, lot_number), now))


def _name_of(bound: Bound) -> str:
    return digest(canonical(asdict(bound)))


def _bound(found: StoredTexts, then: Standing | Signed) -> Bound:
    """The texts as they lie in the tables, of the plan that stood then."""
    return Bound(
        record_sha256=digest(found.record),
        plan_sha256=digest(found.plans.get(then.plan_number, "")),
        amendments=then.amendments_sha256,
        made=then.made_sha256,
    )


def checked_of_batch(
    connection: Connection, site: str, lot_number: str, now: Standing, keys: Path | None
) -> tuple[CheckedSignature, ...]:
    """Every signature of a batch held against its texts. Without `keys` the key that each names is believed."""
    if not now.signatures:
        return ()
    found = texts(connection, site, lot_number)
    trusted = public_keys(keys) if keys else None
    return tuple(checked(each, _bound(found, each), trusted) for each in now.signatures)


def checked(signed: Signed, bound: Bound, trusted: Collection[bytes] | None) -> CheckedSignature:
    """A signature held against what it should be bound to, and against the keys trusted; None believes its own."""
    return CheckedSignature(signed=signed, problem=misfit(signed, bound) or _forgery(signed, trusted))


def _forgery(signed: Signed, trusted: Collection[bytes] | None) -> str:
    """Why no key of ours made it; empty where one did."""
    if signed.signature is None:
        return "Not signed."
    try:
        key, signature = bytes.fromhex(signed.signature.public_key), bytes.fromhex(signed.signature.signature)
    except ValueError:
        return "What was signed cannot be read."
    if trusted is not None and key not in trusted:
        return "It is signed with a key that is not this pharmacy's."
    return "" if is_signed_by(key, signed.signature.claim, signature) else "Its signature does not fit."
