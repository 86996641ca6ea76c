"""Backup and restore of a workspace: one file that holds its database and none of its keys.

What is kept was checked first; what is restored is checked before, and proved afterwards as `compounder verify` does.
Nothing that stands there is touched.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from compounder.database import postgresql_backup, sqlite_backup
from compounder.database.backup_errors import Damaged, NotABackup, NotWritten, OtherKind, StandsAlready
from compounder.database.engine import upgrade
from compounder.database.errors import DatabaseUnusable
from compounder.domain.errors import CompoundingError
from compounder.services.proving import Verification, verify
from compounder.services.signing import public_keys
from compounder.services.whole_files import appearing, beginning, copied, require_sha256, sha256_of
from compounder.settings import Settings

SQLITE: Final = "SQLite"
POSTGRESQL: Final = "PostgreSQL"
_KINDS: Final = {sqlite_backup.BEGINNING: SQLITE, postgresql_backup.BEGINNING: POSTGRESQL}
_A_NEW_WORKSPACE: Final = "restore goes only into a new workspace"


class NotAsWritten(CompoundingError):
    """A backup that can be read to its end, and whose records are not what the journal made of them."""

    code = "not-as-written"
    title = "Changed after it was written"
    file: str
    findings: tuple[str, ...]

    def __str__(self) -> str:
        found = f"{len(self.findings):,} finding{'s' if len(self.findings) > 1 else ''}"
        return f"{self.file} is not what was written, {found}. Nothing was restored."


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A backup that was kept: its journal entries, its bytes, and the hash that names it."""

    file: Path
    entries: int
    size: int
    sha256: str


def back_up(where: Settings, file: Path) -> BackedUp:
    """Keep the workspace's database as it stands at this moment in the new file; people may go on working.

    Refuses a database that is not there or not whole, and whatever stands in the file's place.
    """
    source = sqlite_backup.file_of(where.database_url)
    if source is not None:
        beginning(source)
    with appearing(file) as new:
        entries = _copied(source, new) if source else postgresql_backup.dump(where.database_url, new)
        size, sha256 = new.stat().st_size, sha256_of(new)
    return BackedUp(file=file, entries=entries, size=size, sha256=sha256)


def restore(where: Settings, file: Path, *, sha256: str | None = None) -> Verification:
    """What proves the database restored from `file` into a workspace that has none yet.

    A file of an older version is brought up to date. `sha256` is what `back_up` said, where it was written down.
    Refuses with `NotAsWritten`, and restores nothing, where the journal and the records do not hold.
    """
    target = sqlite_backup.file_of(where.database_url)
    _require_kind(file, POSTGRESQL if target is None else SQLITE)
    if target is None:
        return _restore_dump(where, file, sha256)
    return _restore_file(where, target, file, sha256)


def _copied(source: Path, new: Path) -> int:
    sqlite_backup.copy(source, new)
    return sqlite_backup.require_true_file(new, f"The database {source}")


def _require_kind(file: Path, wanted: str) -> None:
    """Refuses what does not begin as a backup does: one cut to nothing, packed, encrypted, or another program's."""
    begins = beginning(file)
    holds = next((kind for beginning, kind in _KINDS.items() if begins.startswith(beginning)), None)
    if holds is None:
        raise NotABackup(file=str(file))
    if holds != wanted:
        raise OtherKind(file=str(file), holds=holds, wanted=wanted)


def _restore_file(where: Settings, target: Path, file: Path, sha256: str | None) -> Verification:
    for left in (target.with_name(target.name + end) for end in sqlite_backup.BESIDE):
        if left.exists():
            raise StandsAlready(file=str(left), instead=_A_NEW_WORKSPACE)
    with _folder_of(target), appearing(target, instead=_A_NEW_WORKSPACE) as new:
        require_sha256(file, copied(file, new), sha256)
        before = sqlite_backup.require_whole_file(new, str(file))
        new_url = sqlite_backup.moved(where.database_url, new)
        try:
            upgrade(new_url)
        except DatabaseUnusable as refusal:
            raise NotWritten(file=str(target), reason=refusal.reason) from refusal
        _require_all(before, sqlite_backup.require_current(new_url, str(file)), file)
        return _proved(new_url, where.keys, file)


def _restore_dump(where: Settings, file: Path, sha256: str | None) -> Verification:
    url = where.database_url
    require_sha256(file, sha256_of(file), sha256)
    before = postgresql_backup.require_readable(file, str(file))
    postgresql_backup.require_empty(url)
    postgresql_backup.load(url, file)
    with ExitStack() as if_refused:
        if_refused.callback(postgresql_backup.empty, url)
        upgrade(url)
        _require_all(before, postgresql_backup.require_current(url, str(file)), file)
        proved = _proved(url, where.keys, file)
        if_refused.pop_all()
    return proved


def _require_all(before: int, after: int, file: Path) -> None:
    if after < before:
        raise Damaged(name=str(file), reason=f"it holds {before:,} journal entries and {after:,} were restored")


def _proved(url: str, keys: Path, file: Path) -> Verification:
    """What proves the database at `url`; refuses with `NotAsWritten` one that does not hold."""
    found = verify(url, public_keys(keys))
    if found.findings:
        raise NotAsWritten(file=str(file), findings=tuple(each.sentence for each in found.findings))
    return found


@contextmanager
def _folder_of(target: Path) -> Iterator[None]:
    """Make the folder of a new file; take it away again if nothing came into it."""
    folder, is_new = target.parent, not target.parent.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise NotWritten(file=str(target), reason=error.strerror or str(error)) from error
    try:
        yield
    finally:
        if is_new and not any(folder.iterdir()):
            folder.rmdir()
