"""The program as it lies on this machine: its files as one hash, its libraries, the typefaces of its papers."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]  # published without types

from compounder import __version__
from compounder.checking.checks import Failed

ROOT: Final = Path(__file__).resolve().parents[2]
_FOLDERS: Final = ("compounder", "templates", "migrations")
_KINDS: Final = frozenset({".py", ".html", ".css", ".json", ".csv", ".txt", ".ttf", ".woff2"})
_NOT_THE_PROGRAM: Final = frozenset({"__pycache__", "node_modules", "static", "style"})
"""What is built on the machine, and what that needs: it may differ from one to the next."""
_LIBRARY: Final = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,]+\])?\s*(?P<wanted>.*)")
_WANTED: Final = re.compile(r"(?P<how>~=|>=|<|==)\s*(?P<than>[\d.]+)")


def program_sha256() -> tuple[int, str]:
    """How many files the program has here, and one SHA-256 of their names and contents: equal on equal machines."""
    found = sorted(path for folder in _FOLDERS for path in (ROOT / folder).rglob("*") if _is_of_the_program(path))
    whole = hashlib.sha256()
    for path in found:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{content}  {path.relative_to(ROOT).as_posix()}\n".encode())
    return len(found), whole.hexdigest()


def _is_of_the_program(path: Path) -> bool:
    inside = path.relative_to(ROOT).parts
    return path.suffix in _KINDS and not _NOT_THE_PROGRAM.intersection(inside) and path.is_file()


def libraries() -> dict[str, str]:
    """Each library with its version; fails where one is missing, or of a version that the program was not made for."""
    if _version_of("compounder") != __version__:
        raise Failed(
            f"Version {_version_of('compounder')} was installed, and {__version__} lies here; install it again."
        )
    named = (_LIBRARY.fullmatch(line) for line in _dependencies())
    wanted = {each["name"]: each["wanted"] for each in named if each}
    found = {name: _version_of(name) for name in wanted}
    wrong = [
        f"{name} {found[name]} ({asked})" for name, asked in wanted.items() if not _is_accepted(found[name], asked)
    ]
    if wrong:
        raise Failed(f"Of another version than accepted: {', '.join(wrong)}.")
    return found


def _dependencies() -> list[str]:
    """What the program itself asks for, whatever was installed when."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(project["project"]["dependencies"])


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        raise Failed(f"{name} is not installed here.") from None


def _is_accepted(found: str, wanted: str) -> bool:
    """Whether a version is one of those asked for (PEP 440, as far as this program asks)."""
    return all(_holds(_numbers(found), each["how"], _numbers(each["than"])) for each in _WANTED.finditer(wanted))


def _holds(found: tuple[int, ...], how: str, than: tuple[int, ...]) -> bool:
    if how == "<":
        return found < than
    is_same_series = found[: len(than) - 1] == than[:-1]
    return found >= than and (how != "~=" or is_same_series) and (how != "==" or found[: len(than)] == than)


def _numbers(written: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", written.partition("+")[0]))


def typefaces() -> Iterator[str]:
    """The name of each typeface that papers are set in; fails where a file is missing or another's."""
    from compounder.printing.press import FACES  # noqa: PLC0415 - the paper library loads slowly

    for family, weight, name in FACES:
        try:
            with files("compounder").joinpath("fonts", name).open("rb") as file:
                face = TTFont(file, lazy=True)
                is_it = face["name"].getBestFamilyName() == family and face["OS/2"].usWeightClass == weight
        except (OSError, TTLibError) as error:
            raise Failed(f"The typeface {name} cannot be read: {error}.") from error
        if not is_it:
            raise Failed(f"The file {name} is not {family} in weight {weight}.")
        yield name.partition(".")[0]
