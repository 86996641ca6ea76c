"""What a disk holds when the power goes: all that was synced, and of the rest whatever chance left there.

The worst that POSIX allows and SQLite claims to survive: a write, or a cut, that was not synced may be there or not,
whole or in some of its sectors only, and a later one without an earlier; a name given or taken may lag behind until
the folder was synced, whatever was done to the file. Source: sqlite.org, "Atomic Commit in SQLite" and "How SQLite is
tested" (3.3, crash testing).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from random import Random

from tests.fixtures.recorder import Event, Kind

SECTORS = (512, 4096)


@dataclass
class File:
    """What the disk surely has of a file, and what was done to it since the last sync."""

    kept: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        """All that was done is on the disk."""
        _do(self.pending, self.kept)
        self.pending = []

    def whole(self) -> bytes:
        """The file as it is while the power is there."""
        return self._with(self.pending)

    def cut(self, chance: Random) -> bytes:
        """The file as the disk may have it when the power goes."""
        kept = chance.choice((0.0, 0.25, 0.5, 0.75, 1.0))
        torn = chance.choice((0.0, 0.3))
        sector = chance.choice(SECTORS)
        return self._with([part for each in self.pending for part in _left_of(each, chance, kept, torn, sector)])

    def _with(self, done: list[Event]) -> bytes:
        content = bytearray(self.kept)
        _do(done, content)
        return bytes(content)


def _do(done: list[Event], content: bytearray) -> None:
    """Let writes and cuts happen to the content of a file."""
    for each in done:
        content.extend(bytes(max(0, each.offset - len(content))))
        if each.kind is Kind.WRITTEN:
            content[each.offset : each.offset + len(each.data)] = each.data
        else:
            del content[each.offset :]


def _left_of(done: Event, chance: Random, kept: float, torn: float, sector: int) -> list[Event]:
    """The whole of it, nothing, or some of its sectors."""
    if done.kind is Kind.WRITTEN and chance.random() < torn:
        return [part for part in done.sectors(sector) if chance.random() < kept]
    return [done] if chance.random() < kept else []


@dataclass(frozen=True, slots=True)
class Naming:
    """A name that a file was given, or that was taken from it."""

    name: str
    file: File | None

    @property
    def folder(self) -> str:
        """Where the name stands: what is to be synced for it to last."""
        return str(PurePath(self.name).parent)


@dataclass
class Disk:
    """A workspace's files, by inode and by name; its folders were there before."""

    folder: Path
    names: dict[str, File] = field(default_factory=dict)
    pending: list[Naming] = field(default_factory=list)
    files: dict[int, File] = field(default_factory=dict)
    folders: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, template: Path) -> "Disk":
        """A disk on which everything in the template is safe, to be served as `folder`."""
        return cls(folder, {name: File(bytearray(content)) for name, content in files_in(template).items()})

    def do(self, event: Event) -> None:
        """Let what was recorded happen."""
        match event.kind:
            case Kind.OPENED:
                self._open(event)
            case Kind.WRITTEN | Kind.TRUNCATED:
                self.files[event.file].pending.append(event)
            case Kind.SYNCED if event.file in self.folders:
                self._sync_folder(self.folders[event.file])
            case Kind.SYNCED:
                self.files[event.file].sync()
            case Kind.UNLINKED:
                self.pending.append(Naming(self._name(event.path), None))
            case Kind.RENAMED:
                before, after = map(self._name, event.paths)
                self.pending += [Naming(after, self._now(before)), Naming(before, None)]
            case Kind.LINKED:
                first, second = map(self._name, event.paths)
                self.pending.append(Naming(second, self._now(first)))

    def whole(self) -> Mapping[str, bytes]:
        """Every file as it is while the power is there."""
        return {name: file.whole() for name, file in _named(self.names, self.pending).items()}

    def cut(self, chance: Random) -> Mapping[str, bytes]:
        """Every file as the disk may have it when the power goes now."""
        kept = chance.choice((0.0, 0.5, 1.0))
        left = [naming for naming in self.pending if chance.random() < kept]
        return {name: file.cut(chance) for name, file in _named(self.names, left).items()}

    def _sync_folder(self, folder: str) -> None:
        self.names = _named(self.names, [naming for naming in self.pending if naming.folder == folder])
        self.pending = [naming for naming in self.pending if naming.folder != folder]

    def _open(self, event: Event) -> None:
        if event.is_folder:
            self.folders[event.file] = self._name(event.path)
        elif event.is_new:
            self.files[event.file] = File()
            self.pending.append(Naming(self._name(event.path), self.files[event.file]))
        else:
            self.files[event.file] = self._now(self._name(event.path))

    def _name(self, path: str) -> str:
        return str(Path(path).relative_to(self.folder))

    def _now(self, name: str) -> File:
        return _named(self.names, self.pending)[name]


def files_in(folder: Path) -> Mapping[str, bytes]:
    """Every file of a workspace by its name in it; shared memory is none of the disk's."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _named(names: Mapping[str, File], namings: list[Naming]) -> dict[str, File]:
    """The names once these were given and taken."""
    now = dict(names)
    for naming in namings:
        if naming.file is None:
            now.pop(naming.name, None)
        else:
            now[naming.name] = naming.file
    return now
