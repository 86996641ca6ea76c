"""Whether the program stands here as it should: its files, libraries, clock, database, keys, folders and room.

The workspace is only looked at: its tables' version, its proof, the rights of its files. Nothing is written into it.
"""

import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from os import W_OK, access
from pathlib import Path
from typing import Final

from compounder import __version__
from compounder.checking.checks import Check, Failed, Ground, Part
from compounder.checking.program import libraries, typefaces
from compounder.database import journal
from compounder.database.engine import REVISION, Connection, open_current
from compounder.domain.calendar import format_day
from compounder.services.proving import Verification, verify
from compounder.services.signing import is_signed_by, public_keys, signing_key
from compounder.services.workspace import site_settings
from compounder.settings import Settings

_BY_OTHERS, _BY_ANYBODY_ELSE, _CHANGED_BY_ANYBODY_ELSE = 0o007, 0o077, 0o022
_SLACK: Final = timedelta(minutes=2)
_GIB: Final = 2**30
_DATABASES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_FILE: Final = "sqlite:///"


def _program(_: Ground) -> str:
    return f"Compounder {__version__} with {len(libraries())} libraries, each of an accepted version."


def _typefaces(_: Ground) -> str:
    return f"{', '.join(typefaces())}, each the one that it is called; the paper library is there."


def _clock(ground: Ground) -> str:
    with _reading(ground.where) as reading:
        zone = site_settings(reading, ground.where.site).zone
        newest = journal.newest(reading, ground.where.site, limit=1)
    here = moment_in(zone, ground.at)
    if newest and newest[0].at > ground.at + _SLACK:
        raise Failed(f"The clock says {here}; the newest entry is of {moment_in(zone, newest[0].at)}.")
    return f"{here} in {zone.key}, not before the newest entry of the journal."


def moment_in(zone: tzinfo, at: datetime) -> str:
    """Day and time there, as papers write them."""
    local = at.astimezone(zone)
    return f"{format_day(local.date())} {local:%H:%M}"


def _database(ground: Ground) -> str:
    with _reading(ground.where) as reading:
        found = ".".join(map(str, reading.dialect.server_version_info or ()))
        return f"{_DATABASES[reading.dialect.name]} {found}, tables at revision {REVISION}."


def _journal(ground: Ground) -> str:
    return proved(ground.where).sentence


def proved(where: Settings) -> Verification:
    """What proves a workspace; fails with the first thing that does not fit."""
    found = verify(where.database_url, public_keys(where.keys))
    if found.findings:
        raise Failed(f"{found.sentence} {found.findings[0].sentence}")
    return found


def _keys(ground: Ground) -> str:
    folder = ground.where.keys
    keys = sorted(folder.glob("*.key"))
    if not keys:
        raise Failed(f"There is no key in {folder}. Start the program once, or put your keys back.")
    _require_rights(folder, _CHANGED_BY_ANYBODY_ELSE, "can be changed")
    for key in keys:
        _require_rights(key, _BY_ANYBODY_ELSE, "can be read")
    if (folder / "journal.key").exists():
        own = signing_key(folder)
        if not is_signed_by(own.public, "check", own.sign("check")):
            raise Failed("A signature with the journal's key does not hold.")
    return f"{', '.join(key.name for key in keys)} in {folder}: their owner's only."


def _folders(ground: Ground) -> str:
    home = ground.where.home
    if not access(home, W_OK):
        raise Failed(f"Nothing can be written into {home}.")
    _require_rights(home, _BY_OTHERS, "can be entered")
    return f"{home} can be written by whoever runs the program, and entered by nobody else."


def _room(ground: Ground) -> str:
    home = ground.where.home
    free, needed = shutil.disk_usage(home).free, max(_GIB, 2 * _bytes_of(ground.where))
    if free < needed:
        raise Failed(f"{free / _GIB:.1f} GiB are free where {home} lies; {needed / _GIB:.1f} GiB are needed.")
    return f"{free / _GIB:,.1f} GiB are free; a copy of the database beside it and a year's growth have room."


def _bytes_of(where: Settings) -> int:
    """The size of a database in a file."""
    file = Path(where.database_url.removeprefix(_FILE))
    return file.stat().st_size if where.database_url.startswith(_FILE) and file.exists() else 0


@contextmanager
def _reading(where: Settings) -> Iterator[Connection]:
    """The workspace's database, to be looked at; refuses one that is not there or of another version."""
    database = open_current(where.database_url)
    try:
        with database.reading() as reading:
            yield reading
    finally:
        database.close()


def _require_rights(path: Path, forbidden: int, what: str) -> None:
    """Fails where somebody else may do what only the owner should."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & forbidden:
        raise Failed(f"{path} {what} by others (rights {mode:04o}); give it chmod {mode & ~forbidden:04o}.")


INSTALLATION: Final = (
    Check(
        number="IQ1",
        part=Part.INSTALLATION,
        requirement="The program and its libraries are those it was made with",
        hazards=("F1",),
        test="Each version is compared with what the program asks for.",
        run=_program,
    ),
    Check(
        number="IQ2",
        part=Part.INSTALLATION,
        requirement="Papers have their typefaces",
        hazards=("F1", "C5"),
        test="Each file is opened and its own name and weight compared.",
        run=_typefaces,
    ),
    Check(
        number="IQ3",
        part=Part.INSTALLATION,
        requirement="The clock does not go back",
        hazards=("F2",),
        test="The machine's time is compared with the newest entry of the journal.",
        run=_clock,
    ),
    Check(
        number="IQ4",
        part=Part.INSTALLATION,
        requirement="The database keeps what it is told, with this version's tables",
        hazards=("E1", "F1"),
        test="It is opened with the settings that survive a power cut, and its tables' version is read.",
        run=_database,
    ),
    Check(
        number="IQ5",
        part=Part.INSTALLATION,
        requirement="Nothing in the workspace was changed behind the program's back",
        hazards=("E4",),
        test="Journal, rows, signatures and checkpoints of a copy are worked out again and compared.",
        run=_journal,
    ),
    Check(
        number="IQ6",
        part=Part.INSTALLATION,
        requirement="Keys are their owner's only, and sign",
        hazards=("F4",),
        test="The rights of folder and files are read, and a signature is made and checked.",
        run=_keys,
    ),
    Check(
        number="IQ7",
        part=Part.INSTALLATION,
        requirement="Records are closed to other accounts of the machine",
        hazards=("D6", "F4"),
        test="The rights of the workspace's folder are read.",
        run=_folders,
    ),
    Check(
        number="IQ8",
        part=Part.INSTALLATION,
        requirement="There is room to go on",
        hazards=("F3",),
        test="At least 1 GiB, and twice the database, have to be free.",
        run=_room,
    ),
)
