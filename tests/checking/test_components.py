"""What the program is made of, as it lies on this machine."""

import json
import re
import sqlite3
import tomllib
from importlib.metadata import distributions, version

import pytest
from click.testing import CliRunner

from compounder.checking.components import Component, components
from compounder.checking.program import ROOT
from compounder.cli import main


@pytest.fixture(scope="module")
def parts() -> dict[str, Component]:
    return {part.name: part for part in components()}


def test_every_library_that_is_asked_for_is_listed_as_it_is_installed(
    parts: dict[str, Component],
) -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = [re.split(r"[ \[]", line)[0] for line in asked]
    assert len(names) > 10
    assert {name: parts[name].version for name in names} == {name: version(name) for name in names}


def test_what_those_bring_along_is_listed_and_what_only_tests_need_is_not(parts: dict[str, Component]) -> None:
    brought = {"werkzeug", "jinja2", "markupsafe", "wtforms", "psycopg-binary", "fonttools", "brotli", "cffi", "pydyf"}
    assert brought - parts.keys() == set()
    assert {"pytest", "hypothesis", "playwright", "compounder"} & parts.keys() == set()
    assert len(parts) < len(list(distributions())) + 6


def test_what_the_libraries_are_linked_to_and_the_style_was_built_from_is_listed(parts: dict[str, Component]) -> None:
    assert parts["sqlite"] == Component(name="sqlite", version=sqlite3.sqlite_version)
    assert all(re.match(r"\d+\.\d+", parts[name].version) for name in ("python", "openssl", "libpq", "pango"))
    assert parts["govuk-frontend"].address == f"pkg:npm/govuk-frontend@{parts['govuk-frontend'].version}"


def test_the_command_prints_a_document_that_programs_read() -> None:
    answer = CliRunner().invoke(main, ["components"])
    document = json.loads(answer.stdout)
    assert (answer.exit_code, document["bomFormat"], document["specVersion"]) == (0, "CycloneDX", "1.6")
    flask = next(part for part in document["components"] if part["name"] == "flask")
    assert flask == {
        "type": "library",
        "name": "flask",
        "version": version("flask"),
        "purl": f"pkg:pypi/flask@{version('flask')}",
        "bom-ref": f"pkg:pypi/flask@{version('flask')}",
    }
