"""What the program is made of on this machine, each part with its version: for whoever looks whether a known flaw is in
one of them.

A software bill of materials in CycloneDX 1.6 (ECMA-424), which programs that look for flaws read. It names what is
installed, not what was asked for: libraries, what those bring along, and what they are linked to.
"""

import json
import platform
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any, Final

from compounder import __version__
from compounder.checking.program import ROOT

_NAMED: Final = re.compile(r"(?P<name>[\w.-]+)(?:\[(?P<extras>[\w, -]+)\])?")
_FOR_EXTRA: Final = re.compile(r"extra\s*==\s*[\"']([\w-]+)[\"']")
_STYLE: Final = ROOT / "compounder" / "web" / "style" / "package.json"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Component:
    """A part, as its maker names it; `address` says in which collection (package URL), nothing for what has none."""

    name: str
    version: str
    address: str = ""


def components() -> tuple[Component, ...]:
    """Every part of this installation, by name."""
    return tuple(sorted({*map(_library, _installed("compounder", frozenset())), *_linked(), *_compiled_in()}))


def bill_of_materials() -> dict[str, Any]:
    """The parts as a CycloneDX document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "compounder", "version": __version__}},
        "components": [_written(each) for each in components()],
    }


def _written(part: Component) -> dict[str, str]:
    address = {"purl": part.address, "bom-ref": part.address} if part.address else {}
    return {"type": "library", "name": part.name, "version": part.version, **address}


def _installed(name: str, extras: frozenset[str]) -> Iterable[Distribution]:
    """The libraries that one asks for, and all that those ask for, each once."""
    found, waiting, looked_at = dict[str, Distribution](), [(name, extras)], set[tuple[str, frozenset[str]]]()
    while waiting:
        looked_at.add(waiting[-1])
        for asked in _asked_by(*waiting.pop()):
            known = _distribution(asked[0])
            if known is not None and asked not in looked_at:
                found[known.name] = known
                waiting.append(asked)
    return found.values()


def _asked_by(name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for line in distribution(name).requires or ():
        named, extra = _NAMED.match(line), _FOR_EXTRA.search(line)
        if named and (extra is None or extra[1] in extras):
            yield named["name"], frozenset(re.findall(r"[\w-]+", named["extras"] or ""))


def _distribution(name: str) -> Distribution | None:
    """None for what is asked for on other machines only."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _library(installed: Distribution) -> Component:
    name = re.sub(r"[-_.]+", "-", installed.name).lower()
    return Component(name=name, version=installed.version, address=f"pkg:pypi/{name}@{installed.version}")


def _linked() -> Iterator[Component]:
    """What is no library of Python: the language itself, and what stands behind its libraries."""
    import psycopg  # noqa: PLC0415 - only the list asks for it
    from cryptography.hazmat.backends.openssl import backend  # noqa: PLC0415 - as above
    from weasyprint.text.ffi import pango  # noqa: PLC0415 - as above

    yield Component(name="python", version=platform.python_version())
    yield Component(name="sqlite", version=sqlite3.sqlite_version)
    yield Component(name="libpq", version=_parted(psycopg.pq.version(), 10_000))
    yield Component(name="openssl", version=backend.openssl_version_text().split()[1])
    yield Component(name="pango", version=_parted(pango.pango_version(), 10_000, 100))


def _parted(number: int, *parts: int) -> str:
    """A version that is written as one number: 180006 is 18.6."""
    written = []
    for part in parts:
        written.append(number // part)
        number %= part
    return ".".join(map(str, [*written, number]))


def _compiled_in() -> Iterator[Component]:
    """What the pages' style was built from."""
    version = json.loads(_STYLE.read_text(encoding="utf-8"))["devDependencies"]["govuk-frontend"]
    yield Component(name="govuk-frontend", version=version, address=f"pkg:npm/govuk-frontend@{version}")
