"""Files that appear whole or not at all: written under another name, put on the disk, and only then given theirs."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from compounder.database.backup_errors import NotReadable, NotWritten, OtherSha256, StandsAlready

_CHUNK = 1 << 20


@contextmanager
def appearing(file: Path, *, instead: str = "name a new file") -> Iterator[Path]:
    """The path to write to: it becomes `file` when the block ends well; otherwise nothing of it stays.

    Refuses a name that is taken, and what cannot be written; `instead` says what to do about the first.
    """
    if file.exists() or file.is_symlink():
        raise StandsAlready(file=str(file), instead=instead)
    try:
        with TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as folder:
            new = Path(folder) / file.name
            yield new
            _settle(new, file)
    except FileExistsError:
        raise StandsAlready(file=str(file), instead=instead) from None
    except OSError as error:
        raise NotWritten(file=str(file), reason=error.strerror or str(error)) from error


def _settle(new: Path, file: Path) -> None:
    """Its owner's alone, on the disk, and under its name: that one is never taken from another file."""
    new.chmod(0o600)
    put_on_disk(new)
    try:
        os.link(new, file)
    except FileExistsError:
        raise
    except OSError:  # a stick or a share for other systems knows no second name of a file
        new.rename(file)
    put_on_disk(file.parent)


def keep_first(file: Path, content: bytes) -> None:
    """Write a file that is its owner's only, whole and on the disk with its folder, unless another was quicker.

    What is made with a key may be told to somebody at once, so the key must not be lost after it.
    """
    with NamedTemporaryFile(dir=file.parent) as new:
        new.write(content)
        new.flush()
        os.fsync(new.fileno())
        with suppress(FileExistsError):
            os.link(new.name, file)
    put_on_disk(file.parent)


def put_on_disk(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def copied(file: Path, new: Path) -> str:
    """The SHA-256 of `file`, of which `new` is now a copy."""
    with new.open("wb") as copy:
        return _passed(file, copy.write)


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, 64 hexadecimal digits."""
    return _passed(file, len)


def require_sha256(file: Path, found: str, wanted: str | None) -> None:
    """Refuses with `OtherSha256` a file that is not the one asked for."""
    if wanted is not None and wanted.strip().lower() != found:
        raise OtherSha256(file=str(file), found=found)


def beginning(file: Path) -> bytes:
    """The first bytes of a file, by which its kind is known; refuses what cannot be read."""
    with readable(file), file.open("rb") as opened:
        return opened.read(16)


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """What fails in the block is the reading of `file`."""
    try:
        yield
    except OSError as error:
        raise NotReadable(file=str(file), reason=error.strerror or str(error)) from error


def _passed(file: Path, take: Callable[[bytes], object]) -> str:
    passing = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            passing.update(chunk)
            take(chunk)
    return passing.hexdigest()
