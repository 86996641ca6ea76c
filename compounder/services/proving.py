"""Proving that nothing was changed: the database held against its journal, and the journal against checkpoints.

What lies in the database alone can be written anew by who holds it: every entry, its tree and the kept checkpoints.
Then only a checkpoint on paper, or in somebody else's hands, tells.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compounder.database import journal, tree
from compounder.database.audit.capsules import shelved
from compounder.database.audit.entries import Mark, Walk
from compounder.database.audit.finding import Finding
from compounder.database.audit.ledger import reckoned
from compounder.database.audit.past_lots import named_before
from compounder.database.audit.prescribed import prescribed
from compounder.database.audit.recall import unfollowed
from compounder.database.audit.replay import replayed
from compounder.database.audit.signed import ToBeHeld, signed_acts
from compounder.database.audit.snapshot import Damaged, snapshot
from compounder.database.engine import Connection, open_database
from compounder.database.errors import NotFound
from compounder.database.tree import KeptCheckpoint
from compounder.domain.record.checkpoint import SignedCheckpoint, in_letters, read_checkpoint
from compounder.domain.record.signatures import Meaning
from compounder.services.checkpoints import as_signed, drawn_up
from compounder.services.record_proofs import NotProvable, proof_document
from compounder.services.signatures import checked
from compounder.services.signing import is_signed_by
from compounder.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was read, and everything that does not fit. `is_key_known` is false where nobody vouched for the key."""

    entries: int
    root: str
    checkpoints: int
    is_key_known: bool
    findings: tuple[Finding, ...]

    @property
    def sentence(self) -> str:
        """That all is well, and what was looked at; or how much does not fit."""
        if self.findings:
            return f"{len(self.findings):,} finding{'s' if len(self.findings) > 1 else ''}: the records were changed."
        signed = f"{self.checkpoints:,} checkpoint{'' if self.checkpoints == 1 else 's'}"
        if self.checkpoints and not self.is_key_known:
            signed += " (signed with a key that only the database vouches for)"
        return (
            f"Nothing was changed: {self.entries:,} entries, every row that they made and {signed} are as they were "
            f"written; root {self.root}."
        )


def verify(url: str, trusted: Collection[bytes], checkpoint: str | None = None) -> Verification:
    """The database at `url` held against its journal, its kept checkpoints and the one given; nothing is changed.

    `trusted` are the public keys that checkpoints may be signed with; with none, those that the database names.
    """
    given = read_checkpoint(checkpoint) if checkpoint is not None else None
    try:
        with snapshot(url) as connection:
            return _verified(connection, trusted, given)
    except Damaged as damage:
        return Verification(
            entries=0, root="", checkpoints=0, is_key_known=bool(trusted), findings=(Finding(str(damage)),)
        )


def _verified(connection: Connection, trusted: Collection[bytes], given: SignedCheckpoint | None) -> Verification:
    kept = tree.checkpoints(connection)
    keys = trusted or {key for key in map(_key, kept) if key}
    findings = [*_of_kept(kept, keys), *_of_given(given, keys)]
    read = [signed for signed in map(as_signed, kept) if signed]
    walk = Walk([*map(_mark, read), *([_mark(given)] if given else [])]).walk(connection)
    return Verification(
        entries=walk.number,
        root=in_letters(walk.edge.root),
        checkpoints=len(read) + bool(given),
        is_key_known=bool(trusted),
        findings=(
            *walk.findings,
            *findings,
            *_of_signatures(connection, trusted),
            *replayed(connection),
            *reckoned(connection),
            *unfollowed(connection),
            *named_before(connection),
            *prescribed(connection),
            *shelved(connection),
        ),
    )


def _key(kept: KeptCheckpoint) -> bytes:
    try:
        return bytes.fromhex(kept.public_key)
    except ValueError:
        return b""


def _of_kept(kept: Sequence[KeptCheckpoint], keys: Collection[bytes]) -> Iterator[Finding]:
    for each in kept:
        signed, named = as_signed(each), f"The checkpoint kept of {each.size:,} entries"
        if signed is None:
            yield Finding(f"{named} is not what was written.", each.size)
        elif _key(each) not in keys:
            yield Finding(f"{named} is signed with a key that is neither in COMPOUNDER_KEYS nor given.", each.size)
        elif not is_signed_by(_key(each), signed.checkpoint.claim, signed.signature):
            yield Finding(f"{named} is not what was signed: its signature does not fit.", each.size)


def _of_given(given: SignedCheckpoint | None, keys: Collection[bytes]) -> Iterator[Finding]:
    if given and keys and not any(is_signed_by(key, given.checkpoint.claim, given.signature) for key in keys):
        yield Finding("The checkpoint given is not signed with this pharmacy's key, or a letter of it is wrong.")


def _of_signatures(connection: Connection, trusted: Collection[bytes]) -> Iterator[Finding]:
    """Every signature that does not hold, and every act that nobody signed; names were typed once, and say so."""
    for act in signed_acts(connection):
        if isinstance(act, Finding):
            yield act
        elif not _is_of_a_typed_name(act):
            entry, problem = act.signed.entry, checked(act.signed, act.bound, trusted or None).problem
            if problem:
                named = f"The signature of entry {entry.number:,} ({act.signed.meaning}: {entry.subject})"
                yield Finding(f"{named} does not hold. {problem}", entry.number)


def _is_of_a_typed_name(act: ToBeHeld) -> bool:
    signed = act.signed
    was_possible = signed.meaning in (Meaning.APPROVED, Meaning.VOIDED)
    return was_possible and signed.signature is None and not signed.entry.actor.is_authenticated


def _mark(signed: SignedCheckpoint) -> Mark:
    checkpoint = signed.checkpoint
    return Mark(checkpoint.size, checkpoint.root, f"a checkpoint was signed, {checkpoint.at:%Y-%m-%d %H:%M} UTC")


def proof_of(where: Settings, subject: str, *, at: datetime) -> Mapping[str, Any]:
    """All that happened to a subject, such as our lot number, and for each entry the path from its hash to the signed
    root; refuses with `NotFound`, and with `NotProvable` where the journal does not hold."""
    with snapshot(where.database_url) as connection:
        entries = journal.entries_of(connection, where.site, subject)
        if not entries:
            raise NotFound(what="record", name=subject)
        checkpoint = drawn_up(connection, where.site, where.keys, at=at)
        if Walk([_mark(read_checkpoint(checkpoint.text))]).walk(connection).findings:
            raise NotProvable
        leaves = journal.leaves(connection, last=checkpoint.size)
        proof = proof_document(subject, entries, checkpoint, leaves)
    _keep(where, checkpoint)
    return proof


def _keep(where: Settings, checkpoint: KeptCheckpoint) -> None:
    database = open_database(where.database_url)
    try:
        with database.writing() as writing:
            tree.keep_checkpoint(writing, checkpoint)
    finally:
        database.close()
