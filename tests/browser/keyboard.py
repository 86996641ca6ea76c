"""Without a mouse: Tab until the wished for has the focus."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

FOCUS_SHOWS = """() => {
  const element = document.activeElement;
  if (element === document.body) return true;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  return isMarked && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def tab_to(page: Page, is_there: Callable[[], bool]) -> None:
    """Press Tab until the wished for has the focus; each thing on the way shows that it has it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SHOWS), f"Nothing shows that {focused(page)} has the focus."
        if is_there():
            return
    pytest.fail(f"Tab does not lead there; it ended at {focused(page)}.")


def focused(page: Page) -> str:
    """What has the focus: its id, or else its words."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
