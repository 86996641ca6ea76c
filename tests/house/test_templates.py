"""Every template compiles, refuses a name it was not given, and keeps scripts and styles in files of their own."""

import re
from pathlib import Path

import pytest
from jinja2 import StrictUndefined

INLINE = re.compile(
    r"<style\b|\sstyle\s*=|<script\b(?![^>]*\bsrc\s*=)|javascript:|<[a-z][^<>]*\son[a-z]+\s*=|\|\s*safe\b",
    re.IGNORECASE,
)
NOT_MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|<!--.*?-->", re.DOTALL)


def pages(checkout: Path) -> list[Path]:
    """The templates of the screen; those of paper may carry their style with them."""
    templates = checkout / "templates"
    return [path for path in sorted(templates.rglob("*.html")) if not path.is_relative_to(templates / "print")]


def test_every_page_compiles_and_refuses_unknown_names(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compounder.web import create_app

    monkeypatch.setenv("COMPOUNDER_HOME", str(tmp_path))
    monkeypatch.setenv("COMPOUNDER_KEYS", str(tmp_path / "keys"))
    environment = create_app().jinja_env
    assert environment.undefined is StrictUndefined
    for page in pages(checkout):
        environment.get_template(page.relative_to(checkout / "templates").as_posix())


def test_no_page_holds_a_script_or_a_style(checkout: Path) -> None:
    found = {
        str(page): INLINE.findall(NOT_MARKUP.sub("", page.read_text(encoding="utf-8"))) for page in pages(checkout)
    }
    assert {page: inline for page, inline in found.items() if inline} == {}


@pytest.mark.parametrize(
    "markup",
    [
        "<style>",
        '<p style="x">',
        "<script>f()</script>",
        '<a onclick="f()">',
        '<a href="javascript:f()">',
        "{{ x | safe }}",
    ],
)
def test_inline_scripts_and_styles_are_recognised(markup: str) -> None:
    assert INLINE.search(markup)


@pytest.mark.parametrize(
    "markup", ['<script src="a.js" defer></script>', '<p class="style">on = 1</p>', "{{ url(on=1) }}"]
)
def test_scripts_in_files_of_their_own_are_not_inline(markup: str) -> None:
    assert not INLINE.search(markup)
