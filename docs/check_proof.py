"""Check a proof without Compounder: `python check_proof.py PROOF.json [journal.pub]`.

Only the standard library is needed; the signature is checked as well where the package `cryptography` is installed.
What is proved: each entry stood in the journal, as it is printed here, when the checkpoint was signed. Compare the
checkpoint with one on paper, or give the pharmacy's public key, and nobody has to be believed.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that the path leads to from a leaf of a tree of so many (RFC 9162, section 2.1.3.2)."""
    place, last, found = index, size - 1, leaf
    for step in path:
        if last <= 0:
            sys.exit("NOT PROVED: the path is too long.")
        if place % 2 or place == last:
            found = node(step, found)
            while place and place % 2 == 0:
                place, last = place // 2, last // 2
        else:
            found = node(found, step)
        place, last = place // 2, last // 2
    if last:
        sys.exit("NOT PROVED: the path is too short.")
    return found


def decoded(letters: str) -> bytes:
    """The bytes that Base32 letters write."""
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def check_signature(claim: str, signature: bytes, named: str, pem: bytes | None) -> str:
    """Whose signature it is; ends the program if it is nobody's."""
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - may be missing
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 - as above
    except ImportError:
        return "not checked: the package cryptography is not installed"
    key = load_pem_public_key(pem) if pem else Ed25519PublicKey.from_public_bytes(bytes.fromhex(named))
    try:
        if not isinstance(key, Ed25519PublicKey):
            sys.exit("NOT PROVED: that is no Ed25519 key.")
        key.verify(signature, claim.encode())
    except InvalidSignature:
        sys.exit("NOT PROVED: the checkpoint is not signed with that key.")
    return "made with the key given" if pem else "made with the key that the proof names itself"


def main(proof_file: str, key_file: str | None = None) -> None:
    """Check everything, and say what is proved."""
    proof = json.loads(Path(proof_file).read_text(encoding="utf-8"))
    claim, _, signature = proof["checkpoint"].rpartition(" ")
    name, form, _site, size, _moment, root = claim.split(" ")
    if (name, form, proof["format"]) != ("COMPOUNDER", "1", "compounder proof 1"):
        sys.exit("NOT PROVED: another kind of proof.")
    pem = Path(key_file).read_bytes() if key_file else None
    signed = check_signature(claim, decoded(signature), proof["public_key"], pem)
    for entry in proof["entries"]:
        leaf = hashlib.sha256(b"\x00" + entry["entry"].encode()).digest()
        path = [bytes.fromhex(step) for step in entry["path"]]
        said = json.loads(entry["entry"])
        is_the_one = (said["number"], said["subject"]) == (entry["number"], proof["subject"])
        if not is_the_one or root_from(leaf, entry["number"] - 1, int(size), path) != decoded(root):
            sys.exit(f"NOT PROVED: entry {entry['number']} does not lead to the root of the checkpoint.")
        record = hashlib.sha256(said["document"].encode()).hexdigest()
        print(f"Entry {said['number']}, {said['at']}, {said['actor']['name']}: {said['kind']} of {said['subject']}")
        print(f"  sha256 of its document {record}")
    print(f"PROVED: stood so in the journal of {int(size):,} entries with this checkpoint (signature {signed}):")
    print(proof["checkpoint"])


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("Name the file of the proof, and the public key if you have it: check_proof.py PROOF.json journal.pub")
    main(*sys.argv[1:])
