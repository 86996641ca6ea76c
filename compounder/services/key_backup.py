"""The keys apart from the records: a small file that whoever holds the backups should not hold too.

A tar archive of the keys as they stand, with a list of their hashes that `sha256sum -c` reads.
"""

import hashlib
import os
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from compounder.database.backup_errors import Damaged, NoKeys, NotABackup, NotWritten, StandsAlready
from compounder.services.whole_files import appearing, put_on_disk, readable
from compounder.settings import Settings

_SUMS: Final = "SHA256SUMS"
_LARGEST_KEY: Final = 65_536


def back_up_keys(where: Settings, file: Path) -> tuple[str, ...]:
    """The names of the keys now kept in the new file."""
    keys = {path.name: path.read_bytes() for path in _keys_in(where.keys)}
    if not keys:
        raise NoKeys(folder=str(where.keys))
    with appearing(file) as new, tarfile.open(new, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in {**keys, _SUMS: _sums(keys)}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o600
            archive.addfile(member, BytesIO(content))
    return tuple(keys)


def restore_keys(where: Settings, file: Path) -> tuple[str, ...]:
    """The names of the keys now in the workspace's folder of keys, which had none."""
    keys = _read(file)
    if _keys_in(where.keys):
        raise StandsAlready(file=str(where.keys), instead="move the keys in it away, or name another COMPOUNDER_KEYS")
    try:
        where.keys.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _appear(where.keys, keys)
    except OSError as error:
        raise NotWritten(file=str(where.keys), reason=error.strerror or str(error)) from error
    return tuple(keys)


def _appear(folder: Path, keys: Mapping[str, bytes]) -> None:
    """All keys under their names at once, readable by their owner only."""
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
        new = Path(beside) / folder.name
        new.mkdir(mode=0o700)
        for name, content in keys.items():
            (new / name).touch(mode=0o600)
            (new / name).write_bytes(content)
            put_on_disk(new / name)
        os.replace(new, folder)  # noqa: PTH105 - an empty folder of that name may stand there
    put_on_disk(folder.parent)


def _keys_in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.iterdir() if path.is_file())) if folder.is_dir() else ()


def _sums(keys: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in keys.items()).encode()


def _read(file: Path) -> Mapping[str, bytes]:
    """Every key in the file, as the list of hashes in it says."""
    try:
        with readable(file), tarfile.open(file, "r:") as archive:
            found = {member.name: _content(archive, member, file) for member in archive}
    except tarfile.TarError as error:
        raise NotABackup(file=str(file), of="Compounder's keys") from error
    sums = found.pop(_SUMS, None)
    if sums is None or not found:
        raise NotABackup(file=str(file), of="Compounder's keys")
    if sums != _sums(found):
        raise Damaged(name=str(file), reason="a key in it is not as it was kept")
    return found


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> bytes:
    """What a plain file of the archive holds; one that would go elsewhere is none of ours."""
    opened = archive.extractfile(member) if member.isreg() and member.size <= _LARGEST_KEY else None
    if opened is None or Path(member.name).name != member.name:
        raise NotABackup(file=str(file), of="Compounder's keys")
    return opened.read()
