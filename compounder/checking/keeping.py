"""Whether what is kept can be proved, a change is found out, and a backup brings all of it back."""

from collections.abc import Callable
from functools import partial
from typing import Final

from compounder.checking.checks import Check, Failed, Ground, Part, require_refused
from compounder.checking.installation import proved
from compounder.domain.errors import CompoundingError
from compounder.services.backup import restore
from compounder.services.key_backup import back_up_keys, restore_keys
from compounder.services.proving import verify
from compounder.services.signing import public_keys

_LETTER, _ANOTHER = b'"preparation":"Naltrexone', b'"preparation":"Naltrexome'


def _changed(whole: bytes) -> bytes:
    """The same file with one letter of a stored document changed."""
    if _LETTER not in whole:
        raise Failed("No document was found in the database's file.")
    return whole.replace(_LETTER, _ANOTHER, 1)


def _halved(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


SPOILED: Final[dict[str, Callable[[bytes], bytes]]] = {"cut-off": _halved, "changed": _changed}


def _proof(ground: Ground) -> str:
    scratch = ground.scratch
    _ = scratch.released
    return proved(scratch.where).sentence


def _change(ground: Ground) -> str:
    scratch, where = ground.scratch, ground.scratch.place("changed")
    where.home.mkdir(mode=0o700)
    (where.home / "compounder.db").write_bytes(_changed(scratch.kept.file.read_bytes()))
    found = verify(where.database_url, public_keys(scratch.where.keys)).findings
    if not found:
        raise Failed("One letter of a stored document was changed, and nothing was found.")
    return f"Found: {found[0].sentence}"


def _backup(ground: Ground) -> str:
    scratch, new = ground.scratch, ground.scratch.place("restored")
    kept, keys = scratch.kept, new.home.with_name("keys.tar")
    before = proved(scratch.where)
    back_up_keys(scratch.where, keys)
    restore_keys(new, keys)
    after = restore(new, kept.file, sha256=kept.sha256)
    if (after.entries, after.root) != (before.entries, before.root):
        raise Failed(f"{before.entries} entries were kept and {after.entries} restored; root {after.root}.")
    return f"{after.entries:,} entries and the keys came back; the journal's root is the same: {after.root}."


def _spoiled(ground: Ground) -> str:
    scratch = ground.scratch
    whole, said = scratch.kept.file.read_bytes(), list[str]()
    for name, spoil in SPOILED.items():
        new = scratch.place(name)
        file = new.home.with_name(f"{name}.backup")
        file.write_bytes(spoil(whole))
        refusal = require_refused(CompoundingError, partial(restore, new, file))
        said.append(refusal.replace(f"{file.parent}/", ""))
        if new.home.exists():
            raise Failed(f"Something of a {name} backup was left in the new workspace.")
    return " ".join(said)


KEEPING: Final = (
    Check(
        number="OQ16",
        part=Part.OPERATION,
        requirement="All that was written can be proved",
        hazards=("E1", "E4"),
        test="The scratch pharmacy's journal, rows and signatures are worked out again and compared.",
        run=_proof,
    ),
    Check(
        number="OQ17",
        part=Part.OPERATION,
        requirement="A change behind the program's back is found",
        hazards=("E4",),
        test="In a copy of its database one letter of a document is changed, and the proof is asked for.",
        run=_change,
    ),
    Check(
        number="OQ18",
        part=Part.OPERATION,
        requirement="A backup brings everything back",
        hazards=("E7",),
        test="Records and keys are backed up, restored into a new workspace, proved; the journal's roots are compared.",
        run=_backup,
    ),
    Check(
        number="OQ19",
        part=Part.OPERATION,
        requirement="A spoiled backup is refused",
        hazards=("E7",),
        test="One that is cut off and one with a letter changed are restored; nothing may be left of them.",
        run=_spoiled,
    ),
)
