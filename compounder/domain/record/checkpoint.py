"""Checkpoints: one line that stands for the whole journal up to a moment, short enough for a corner of a sheet.

`COMPOUNDER 1 A 1234 20261122T091403Z` and then the root and its signature as Base32 (RFC 4648, no padding): capitals
and 2–7 only, so that nothing on paper is misread, and a QR code (ISO/IEC 18004) holds it in its shorter alphabet. What
is signed (Ed25519, RFC 8032) is the line up to and with the root, in ASCII.
"""

import binascii
from base64 import b32decode, b32encode
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from compounder.domain.errors import CompoundingError

_NAME, _FORMAT = "COMPOUNDER", "1"
_MOMENT = "%Y%m%dT%H%M%SZ"
_WORDS = 5
_ROOT_LETTERS, _SIGNATURE_LETTERS = 52, 103
_A_GROUP = 8


class NotACheckpoint(CompoundingError):
    """What was given is no checkpoint, or not the whole of one."""

    code = "not-a-checkpoint"
    title = "Not a checkpoint"

    def __str__(self) -> str:
        return "That is not a whole checkpoint. Type or scan all of it, from COMPOUNDER to the last letter."


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is claimed: at this moment the site's journal had so many entries, and this was their root."""

    site: str
    size: int
    at: datetime
    root: bytes

    @property
    def claim(self) -> str:
        """The text that is signed; the moment in UTC, to the second."""
        moment = self.at.astimezone(UTC).strftime(_MOMENT)
        return f"{_NAME} {_FORMAT} {quote(self.site, safe='')} {self.size} {moment} {_letters(self.root)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint with its signature."""

    checkpoint: Checkpoint
    signature: bytes

    @property
    def text(self) -> str:
        """The whole line, as the QR code holds it."""
        return f"{self.checkpoint.claim} {_letters(self.signature)}"


def read_checkpoint(text: str) -> SignedCheckpoint:
    """The checkpoint that was scanned or typed, wherever its letters are parted; refuses with `NotACheckpoint`."""
    words = text.split()
    letters = "".join(words[_WORDS:]).upper()
    if [word.upper() for word in words[:2]] != [_NAME, _FORMAT] or len(letters) != _ROOT_LETTERS + _SIGNATURE_LETTERS:
        raise NotACheckpoint
    if not (words[3].isascii() and words[3].isdecimal()):
        raise NotACheckpoint
    try:
        checkpoint = Checkpoint(
            site=unquote(words[2], errors="strict"),
            size=int(words[3]),
            at=datetime.strptime(words[4].upper(), _MOMENT).replace(tzinfo=UTC),
            root=_bytes(letters[:_ROOT_LETTERS]),
        )
        return SignedCheckpoint(checkpoint=checkpoint, signature=_bytes(letters[_ROOT_LETTERS:]))
    except (ValueError, binascii.Error):
        raise NotACheckpoint from None


def in_letters(root: bytes) -> str:
    """A root as checkpoints write it, in groups of eight letters."""
    letters = _letters(root)
    return " ".join(letters[start : start + _A_GROUP] for start in range(0, len(letters), _A_GROUP))


def _letters(content: bytes) -> str:
    return b32encode(content).decode("ascii").rstrip("=")


def _bytes(letters: str) -> bytes:
    return b32decode(letters + "=" * (-len(letters) % 8))
