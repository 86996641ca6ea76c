"""The closed door: nothing reaches a paper but what is bundled or written into the page."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from weasyprint.urls import FatalURLFetchingError

from compounder.printing import press
from compounder.printing.errors import ResourceRefused
from compounder.printing.paper import LARGE, Paper
from compounder.printing.pdf import render_labels, render_worksheets
from tests.printing.papers import a_label, a_worksheet

OUTSIDE = (
    "file:///etc/hostname",
    "http://127.0.0.1:9/x.png",
    "https://example.org/",
    "ftp://example.org/",
    "bundled:x",
    "data:text/css,p{}",
)


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_fetcher_refuses_what_is_not_bundled(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        press.BundledOnly().fetch(address)


@pytest.mark.parametrize("address", [*OUTSIDE, "x.png"])
@pytest.mark.parametrize("element", ["<img src='{}' alt=''>", "<link rel=stylesheet href='{}'>"])
def test_a_template_that_asks_for_an_outside_file_is_refused_by_name(
    element: str, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "bad.html").write_text(f"<html lang=en>{element.format(address)}")
    (tmp_path / "bad" / "bad.css").write_text("")
    monkeypatch.setattr(press, "TEMPLATES", tmp_path)
    press._templates.cache_clear()
    try:
        with pytest.raises(ResourceRefused):
            press.lay_out("bad", "62mm 29mm")
    finally:
        press._templates.cache_clear()


def test_a_value_that_is_not_given_is_refused() -> None:
    with pytest.raises(UndefinedError):
        press.lay_out("worksheet", "210mm 297mm")


def test_printing_says_nothing_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        render_worksheets([a_worksheet()], Paper.A4)
        render_labels([a_label()], LARGE, copies=1)
    assert [record.getMessage() for record in caplog.records] == []


def test_weasyprint_is_imported_when_the_first_paper_is_printed() -> None:
    program = "import sys; import compounder.printing.pdf; print('weasyprint' in sys.modules, 'flask' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.split() == ["False", "False"]
