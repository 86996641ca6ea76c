"""The proof of one record: every entry about it, and the hashes that lead from each to the root of a signed checkpoint.

What a proof says can be checked by whoever has it, with `docs/check_proof.py` and the pharmacy's public key alone.
Source: RFC 6962, section 2.1.1 (the path from an entry to the root); RFC 8032 (the signature of the root).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from compounder.codec.documents import canonical
from compounder.database import tree
from compounder.database.engine import Connection
from compounder.database.tree import KeptCheckpoint
from compounder.domain.errors import CompoundingError
from compounder.domain.record.checkpoint import SignedCheckpoint
from compounder.domain.record.journal import JournalEntry, leaf_hash
from compounder.domain.record.merkle import Ways, is_included, ways_to_root
from compounder.services.checkpoints import as_signed, drawn_up
from compounder.services.signing import is_signed_by, signing_key

PROOF_FORMAT: Final = "compounder proof 1"


class NotProvable(CompoundingError):
    """A proof of what does not hold would prove nothing."""

    code = "not-provable"
    title = "The journal does not hold"

    def __str__(self) -> str:
        return "The journal is not what its tree was made with, so nothing is proved. Run compounder verify."


def covering(connection: Connection, site: str, keys: Path, number: int, *, at: datetime) -> KeptCheckpoint:
    """The first checkpoint that the key in `keys` signed once entry `number` stood; drawn up now where there is none.

    So what is proved of a record stays the same, letter by letter, until something happens to it again.
    """
    signed = tree.first_checkpoint(connection, site, number, signing_key(keys).public.hex())
    return signed or drawn_up(connection, site, keys, at=at)


def proof_document(
    subject: str, entries: Sequence[JournalEntry], kept: KeptCheckpoint, leaves: Iterable[bytes]
) -> Mapping[str, Any]:
    """The proof of all `entries` about a subject; `leaves` are as many as the checkpoint has entries.

    Refuses with `NotProvable` entries that do not lead to the checkpoint's root, and a checkpoint that nobody signed.
    """
    texts = {entry.number - 1: canonical(entry) for entry in entries}
    signed, ways = _signed(kept), _ways(leaves, texts)
    _require_holding(signed, texts, ways)
    return {
        "format": PROOF_FORMAT,
        "subject": subject,
        "checkpoint": kept.text,
        "public_key": kept.public_key,
        "entries": [
            {"number": place + 1, "entry": text, "path": [step.hex() for step in ways.paths[place]]}
            for place, text in texts.items()
        ],
    }


def _signed(kept: KeptCheckpoint) -> SignedCheckpoint:
    signed = as_signed(kept)
    if signed is None or not is_signed_by(bytes.fromhex(kept.public_key), signed.checkpoint.claim, signed.signature):
        raise NotProvable
    return signed


def _ways(leaves: Iterable[bytes], places: Iterable[int]) -> Ways:
    try:
        return ways_to_root(leaves, places)
    except ValueError:  # a leaf hash that is none any more
        raise NotProvable from None


def _require_holding(signed: SignedCheckpoint, texts: Mapping[int, str], ways: Ways) -> None:
    size, root = signed.checkpoint.size, signed.checkpoint.root
    for place, text in texts.items():
        if not is_included(bytes.fromhex(leaf_hash(text)), place, size, ways.paths[place], root):
            raise NotProvable
