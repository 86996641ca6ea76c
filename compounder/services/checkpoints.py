"""Checkpoints of the journal: drawn up when a worksheet is first issued, and kept; the same while no entry is added.

The root signed is that of the whole journal, every site's entries, at the moment of the first issue: so the sheet
proves the history to that day, its own record included.
"""

from datetime import datetime
from pathlib import Path

from compounder.database import tree
from compounder.database.engine import Connection
from compounder.database.tree import KeptCheckpoint
from compounder.domain.record.checkpoint import Checkpoint, NotACheckpoint, SignedCheckpoint, read_checkpoint
from compounder.services.signing import signing_key


def drawn_up(connection: Connection, site: str, keys: Path, *, at: datetime) -> KeptCheckpoint:
    """The checkpoint of the journal as it is now; the one signed earlier if no entry was added since."""
    key, edge = signing_key(keys), tree.edge(connection)
    public_key = key.public.hex()
    text = tree.checkpoint_text(connection, site, edge.size, public_key)
    if text is None:
        checkpoint = Checkpoint(site=site, size=edge.size, at=at, root=edge.root)
        text = SignedCheckpoint(checkpoint=checkpoint, signature=key.sign(checkpoint.claim)).text
    return KeptCheckpoint(site=site, size=edge.size, public_key=public_key, text=text)


def as_signed(kept: KeptCheckpoint) -> SignedCheckpoint | None:
    """The checkpoint, if its row says of it what it says itself."""
    try:
        signed = read_checkpoint(kept.text)
    except NotACheckpoint:
        return None
    says = (signed.checkpoint.site, signed.checkpoint.size, signed.text)
    return signed if says == (kept.site, kept.size, kept.text) else None
