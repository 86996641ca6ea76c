"""Imports point one way: web, cli → services → database, printing → codec → domain (compounder/__init__.py)."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.trees import nodes

PINT = {"pint", "flexcache", "flexparser", "platformdirs", "typing_extensions"}
CATTRS = {"attr", "attrs", "cattr", "cattrs", "exceptiongroup"}

# The rooms of the package that each room may name, besides itself.
MAY_IMPORT = {
    "domain": set[str](),
    "codec": {"domain"},
    "instruments": {"domain"},
    "database": {"codec", "domain", "settings"},
    "printing": {"codec", "domain", "fonts"},
    "services": {"database", "printing", "instruments", "codec", "domain", "clock", "settings", "fonts"},
    # What shows that the installation works looks at the tables' version and the journal's newest entry itself.
    "checking": {"services", "printing", "instruments", "codec", "domain", "settings"}
    | {"database.engine", "database.journal"},
    # The web reads through search, hands the open database on, and answers its refusals; its typeface is the paper's.
    "web": {"services", "codec", "domain", "clock", "settings", "printing", "fonts"}
    | {"database.search", "database.engine", "database.errors"},
    "cli": {"services", "web", "checking", "instruments", "printing", "codec", "domain", "clock", "settings"},
    "settings": {"domain"},
    "clock": set[str](),
    "fonts": set[str](),
}
# What must not come along when the whole of a room is imported by itself.
MUST_NOT_BRING = {
    "codec": {"flask", "werkzeug", "sqlalchemy", "alembic", "jinja2", "weasyprint", "psycopg"},
    "instruments": {"flask", "werkzeug", "sqlalchemy", "alembic", "jinja2", "weasyprint", "psycopg"},
    "database": {"flask", "werkzeug", "jinja2", "weasyprint", "gunicorn"},
    "printing": {"flask", "werkzeug", "sqlalchemy", "alembic", "psycopg", "gunicorn"},
    "services": {"flask", "werkzeug", "gunicorn"},
    "checking": {"flask", "werkzeug", "gunicorn"},
}
# Reading the environment, the disk, the time or chance is for other rooms.
IMPURE = {"io", "logging", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess", "tempfile", "time"}


def rooms(checkout: Path) -> list[str]:
    """The rooms that have been built so far."""
    package = checkout / "compounder"
    return [room for room in MAY_IMPORT if (package / f"{room}.py").exists() or any((package / room).rglob("*.py"))]


def modules_of(room: str, checkout: Path) -> list[str]:
    """The dotted names of the room and all its modules."""
    single = checkout / "compounder" / f"{room}.py"
    files = [single] if single.exists() else sorted((checkout / "compounder" / room).rglob("*.py"))
    names = (".".join(path.relative_to(checkout).with_suffix("").parts) for path in files)
    return [name.removesuffix(".__init__") for name in names]


@cache
def brought_along(room: str, checkout: Path) -> frozenset[str]:
    """Every module in memory after a fresh interpreter has imported the whole room."""
    program = (
        "import importlib, json, sys\n"
        f"for name in {modules_of(room, checkout)!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return frozenset(json.loads(answer.stdout))


def named_imports(path: Path, checkout: Path) -> Iterator[str]:
    """The dotted name of everything the file imports, inside functions too."""
    package = list(path.relative_to(checkout).parts[:-1])
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def is_allowed(name: str, room: str) -> bool:
    """Whether a file of the room may import that dotted name."""
    within = name.removeprefix("compounder.")
    allowed = {room, "__version__", *MAY_IMPORT[room]}
    return not name.startswith("compounder.") or any(within == a or within.startswith(f"{a}.") for a in allowed)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_names_only_rooms_below_it(room: str, checkout: Path, package_files: list[Path]) -> None:
    strays = [
        f"{path.relative_to(checkout)} imports {name}"
        for path in package_files
        if path.relative_to(checkout).with_suffix("").parts[1] == room
        for name in named_imports(path, checkout)
        if not is_allowed(name, room)
    ]
    assert strays == []


def test_every_room_has_its_place_in_the_import_rules(checkout: Path, package_files: list[Path]) -> None:
    built = {path.relative_to(checkout).with_suffix("").parts[1] for path in package_files}
    assert built - MAY_IMPORT.keys() - {"__init__", "__main__"} == set()


def test_the_domain_brings_only_pint_and_the_standard_library(checkout: Path) -> None:
    assert from_elsewhere("domain", checkout) - PINT == set()


def test_the_codec_adds_only_cattrs(checkout: Path) -> None:
    assert from_elsewhere("codec", checkout) - PINT - CATTRS == set()


@pytest.mark.parametrize("room", MUST_NOT_BRING)
def test_a_room_brings_nothing_that_belongs_above_it(room: str, checkout: Path) -> None:
    if room not in rooms(checkout):
        return
    brought = brought_along(room, checkout)
    assert {name.partition(".")[0] for name in brought} & MUST_NOT_BRING[room] == set()
    ours = {name.split(".")[1] for name in brought if name.startswith("compounder.")}
    assert ours - {room} - {name.partition(".")[0] for name in reachable(room)} == set()


def test_the_second_reckoning_imports_nothing_of_what_it_is_held_against(
    checkout: Path, package_files: list[Path]
) -> None:
    oracle = checkout / "compounder" / "checking" / "oracle"
    theirs = [path for path in package_files if path.is_relative_to(oracle)]
    named = {name for path in theirs for name in named_imports(path, checkout)}
    assert theirs
    assert {name.partition(".")[0] for name in named} - sys.stdlib_module_names == {"compounder"}
    assert {name for name in named if name.startswith("compounder.")} == {
        name for name in named if name.startswith("compounder.checking.oracle.")
    }


def test_the_domain_asks_no_file_no_clock_and_no_chance(checkout: Path, package_files: list[Path]) -> None:
    strays = [
        f"{path.relative_to(checkout)} imports {name}"
        for path in package_files
        if path.is_relative_to(checkout / "compounder" / "domain")
        for name in named_imports(path, checkout)
        if name.partition(".")[0] in IMPURE
    ]
    assert strays == []


def test_the_application_starts_without_the_pdf_library(checkout: Path) -> None:
    program = "import sys; import compounder.web, compounder.cli; print('weasyprint' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], cwd=checkout, capture_output=True, text=True)
    assert answer.stdout.strip() == "False", answer.stderr


def reachable(room: str) -> set[str]:
    """The rooms that may come along with this one, through the rooms that it imports."""
    direct = MAY_IMPORT[room]
    return direct.union(*(reachable(below) for below in direct if below in MAY_IMPORT))


def from_elsewhere(room: str, checkout: Path) -> set[str]:
    """The packages that come along and are neither ours nor the standard library's."""
    brought = {name.partition(".")[0] for name in brought_along(room, checkout)}
    strangers = brought - sys.stdlib_module_names - {"compounder", "__main__"} - preloaded()
    return {name for name in strangers if not name.startswith("_sysconfigdata")}


@cache
def preloaded() -> frozenset[str]:
    """What an interpreter of this environment has in memory before it imports anything."""
    program = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    return frozenset(subprocess.check_output([sys.executable, "-c", program], text=True).split())
