"""What the guides say is so: links lead somewhere, commands exist, words are on screen, figures are the program's."""

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest

from compounder.checking.hazards import hazards
from compounder.cli import main
from compounder.services.calculations import calculate

GUIDES = ("pharmacist.md", "technician.md", "by-hand.md")
EMPHASISED = re.compile(r"(?<![*\w])\*([^*]+)\*(?![*\w])")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")
COMMAND = re.compile(r"(?:^    |`)compounder ([a-z-]+)", re.MULTILINE)
ORDER = re.compile(r"```json\n(\{ \"compounded_on.*?)```", re.DOTALL)
SHOWN = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
HAZARD = re.compile(r"^\| ([A-Z]\d+) \| (.*?) \| (.*?) \| ", re.MULTILINE)
NAMED = re.compile(r"`((?:compounder|templates|migrations|tests|bench|docs)(?:/[\w./-]+)?)`")
FOUND = re.compile(r"\b(?:stop|decide|caution|note)\(\s*\"([a-z-]+)\"")


@pytest.fixture(scope="module")
def pages(checkout: Path) -> dict[str, str]:
    """The text of every page that people read, by its name."""
    files = [checkout / "README.md", *(checkout / "docs").glob("*.md")]
    return {str(file.relative_to(checkout)): file.read_text(encoding="utf-8") for file in files}


@pytest.fixture(scope="module")
def on_screen(checkout: Path, package_files: list[Path]) -> str:
    """All that may be read on a screen, in one line."""
    sources = [*package_files, *(checkout / "templates").rglob("*.html")]
    return flowing(" ".join(source.read_text(encoding="utf-8") for source in sources))


def flowing(text: str) -> str:
    return " ".join(text.split())


def anchors(text: str) -> set[str]:
    """The headings of a page as links name them, and nothing for the page itself."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {"", *("#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)}


def commands(group: click.Group, context: click.Context) -> set[str]:
    return set(group.list_commands(context))


def test_every_link_of_a_page_leads_to_a_file_and_a_heading(checkout: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        for to, anchor in LINK.findall(text):
            target = (checkout / name).parent / to if to else checkout / name
            assert target.exists(), f"{name}: {to}"
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), f"{name}: {to}{anchor}"


def test_every_file_and_folder_that_a_page_names_is_there(checkout: Path, pages: dict[str, str]) -> None:
    named = {path for text in pages.values() for path in NAMED.findall(text)}
    assert sorted(path for path in named if not (checkout / path).exists()) == []


def test_every_test_that_a_page_names_is_there(checkout: Path, pages: dict[str, str]) -> None:
    named = {found for text in pages.values() for found in SHOWN.findall(text)}
    assert [name for file, name in named if f"def {name}(" not in (checkout / file).read_text(encoding="utf-8")] == []


def test_the_hazards_that_a_report_names_are_the_rows_of_the_page(pages: dict[str, str]) -> None:
    rows = [(each.number, each.goes_wrong, each.harm) for each in hazards().values()]
    assert HAZARD.findall(pages["docs/hazards.md"]) == rows


def test_every_command_that_a_page_names_exists(pages: dict[str, str]) -> None:
    named = {command for text in pages.values() for command in COMMAND.findall(text)}
    assert named - commands(main, click.Context(main)) == set()


def test_the_words_that_a_guide_sets_in_italics_stand_on_the_screen(pages: dict[str, str], on_screen: str) -> None:
    emphasised = {words for name in GUIDES for words in EMPHASISED.findall(pages[f"docs/{name}"])}
    said = {flowing(part) for words in emphasised for part in words.split("→")}
    assert sorted(words for words in said if words not in on_screen) == []


def test_what_is_worked_out_by_hand_is_what_the_program_works_out(pages: dict[str, str]) -> None:
    (order,) = ORDER.findall(pages["docs/documents.md"])
    answer: Any = calculate(json.loads(order))
    derivation = answer["batches"][0]["derivation"]
    assert [line["label"] for line in derivation if f"`{line['result']}`" not in pages["docs/by-hand.md"]] == []


def test_every_finding_of_the_review_is_listed(checkout: Path, pages: dict[str, str]) -> None:
    review = (checkout / "compounder" / "domain" / "batch").glob("*review*.py")
    found = {code for file in review for code in FOUND.findall(file.read_text(encoding="utf-8"))}
    assert len(found) > 10
    assert {code for code in found if f"`{code}`" not in pages["docs/documents.md"]} == set()
