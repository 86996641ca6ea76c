"""The key that signs the journal's checkpoints (Ed25519, RFC 8032): made on first use, readable by its owner only.

It lies in the folder of the keys, apart from the database: `journal.key` (PKCS #8), and beside it `journal.pub`, which
may be given to anybody. A key that was used before is still trusted while its public half lies there as another `.pub`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compounder.domain.errors import CompoundingError
from compounder.services.whole_files import keep_first

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PRIVATE, _PUBLIC, _ANY_PUBLIC = "journal.key", "journal.pub", "*.pub"
_EVERYBODY_READS: Final = 0o644


class KeyUnusable(CompoundingError):
    """A file of keys that cannot be made or read."""

    code = "key-unusable"
    title = "The key cannot be used"
    path: str

    def __str__(self) -> str:
        return f"The key {self.path} cannot be made or read. Look at COMPOUNDER_KEYS and who owns that folder."


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key; its public half is 32 bytes."""

    private: "Ed25519PrivateKey"

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, claim: str) -> bytes:
        """The signature of the claim, 64 bytes; the same claim always has the same."""
        return self.private.sign(claim.encode("ascii"))


def signing_key(keys: Path) -> SigningKey:
    """The key in the folder, made now if there is none; refuses with `KeyUnusable`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - 40 ms that only proofs pay
        Ed25519PrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

    path = keys / _PRIVATE
    try:
        if not path.exists():
            keys.mkdir(parents=True, exist_ok=True, mode=0o700)
            _make(path)
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError):
        raise KeyUnusable(path=str(path)) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable(path=str(path))
    return SigningKey(private)


def _make(path: Path) -> None:
    """The whole key appears under its name at once, so that processes that start together read the same."""
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415 - only a new workspace makes one
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - as above

    private = Ed25519PrivateKey.generate()
    keep_first(path, private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))


def public_key_text(keys: Path) -> str:
    """The public half as PEM, which lies beside the key from now on."""
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415 - only exporting needs it

    public = signing_key(keys).private.public_key()
    text = public.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode("ascii")
    path = keys / _PUBLIC
    try:
        path.write_text(text, encoding="ascii")
        path.chmod(_EVERYBODY_READS)
    except OSError:
        raise KeyUnusable(path=str(path)) from None
    return text


def public_keys(keys: Path) -> frozenset[bytes]:
    """The public keys that the folder vouches for: its own key's, and every `.pub`; none where there is no folder."""
    own = {signing_key(keys).public} if (keys / _PRIVATE).exists() else set[bytes]()
    return frozenset(own | {read_public_key(path) for path in sorted(keys.glob(_ANY_PUBLIC))})


def read_public_key(path: Path) -> bytes:
    """The 32 bytes of a public key's file; refuses with `KeyUnusable`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - only proofs pay
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 - as above

    try:
        public = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        raise KeyUnusable(path=str(path)) from None
    if not isinstance(public, Ed25519PublicKey):
        raise KeyUnusable(path=str(path))
    return public.public_bytes_raw()


def is_signed_by(public_key: bytes, claim: str, signature: bytes) -> bool:
    """Whether this key signed the claim."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only proofs pay
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - as above

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, claim.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
