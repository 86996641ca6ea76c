"""What stands in the checkout: a fixed top level, few dependencies, and nothing that belongs to one machine."""

import json
import re
import tomllib
from pathlib import Path

STANDING = (".ci", "bench", "compounder", "docs", "migrations", "templates", "tests")
TOP_LEVEL = {*STANDING, ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "pyproject.toml", "wsgi.py"}
MOST_DEPENDENCIES = 18
# Put together from parts, so that this file does not name them either.
REGISTRIES = [".".join(parts) for parts in (("registry", "npmjs"), ("registry", "yarnpkg"), ("pypi", "org"))] + [
    ".".join(parts) for parts in (("pythonhosted", "org"), ("deb", "debian"), ("archive", "ubuntu"), ("npmjs", "com"))
]
SOMEBODYS_HOME = re.compile(r"(?<![\w.])/(home|Users)/[\w.-]+/|(?<![\w.])/ro" + r"ot/")


def readable(path: Path) -> str:
    """The text of the file, or nothing if it is not text."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def test_the_top_level_holds_nothing_new(checkout: Path, kept_files: list[Path]) -> None:
    assert {path.relative_to(checkout).parts[0] for path in kept_files} - TOP_LEVEL == set()


def test_no_file_names_the_host_of_a_registry(kept_files: list[Path]) -> None:
    assert [(str(path), host) for path in kept_files for host in REGISTRIES if host in readable(path)] == []


def test_no_file_names_a_folder_of_one_machine(checkout: Path, kept_files: list[Path]) -> None:
    here = f"{checkout}/"
    assert [str(path) for path in kept_files if SOMEBODYS_HOME.search(readable(path)) or here in readable(path)] == []


def test_dependencies_are_few_and_each_has_its_reason(checkout: Path) -> None:
    text = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    dependencies: list[str] = tomllib.loads(text)["project"]["dependencies"]
    assert len(dependencies) <= MOST_DEPENDENCIES
    lines = {name: next(line for line in text.splitlines() if f'"{name}"' in line) for name in dependencies}
    assert [name for name, line in lines.items() if len(line.partition("#")[2].split()) < 2] == []


def test_every_json_file_can_be_read(kept_files: list[Path]) -> None:
    for path in kept_files:
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
