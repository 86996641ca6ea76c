"""From a prescription to its bottle and label: without JavaScript, without a mouse, and on a phone."""

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.keyboard import focused, tab_to
from tests.fixtures.served import ServedWorkspace

Check = Callable[[Page], None]
WHO = "Paula Beispiel"


def open_prescription(page: Page, address: str) -> None:
    """Paula's, who takes an opioid against diarrhoea; her first dose was due yesterday."""
    steps.sign_in(page, f"{address}/prescriptions")
    page.get_by_role("row").filter(has_text=WHO).get_by_role("rowheader").get_by_role("link").click()


def is_focused(page: Page, name: str) -> bool:
    """Whether the keyboard is there."""
    return focused(page) == name


def answer(page: Page) -> None:
    """She takes nothing else, and has neither."""
    page.get_by_label("Asked today").check()
    for group in page.get_by_role("group").all():
        group.get_by_label("No", exact=True).check()


def test_a_bottle_is_dispensed_and_labelled_without_javascript(
    page_without_scripts: Page, example_server: ServedWorkspace
) -> None:
    page, asked = page_without_scripts, list[str]()
    page.on("request", lambda request: asked.append(unquote(request.url)))
    open_prescription(page, example_server.address)
    page.get_by_role("link", name="Dispense").click()
    answer(page)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("is loperamide, an opioid.")).to_be_visible()
    page.get_by_label("What was decided").fill("It was stopped ten days ago")
    page.get_by_label("With whom").fill("Dr. E. Example, by telephone")
    page.get_by_label("Keep them").check()
    page.get_by_role("button", name="Dispense the bottle").click()
    expect(page.get_by_text("is dispensed.")).to_be_visible()
    paper = page.request.get(f"{page.url}/label.pdf?stock=100x50", timeout=steps.PATIENCE)
    assert (paper.ok, paper.headers["content-type"]) == (True, "application/pdf")
    assert [url for url in asked if re.search("paula|beispiel|loperamide", url, re.IGNORECASE)] == []


def test_a_bottle_is_dispensed_without_a_mouse(page: Page, example_server: ServedWorkspace) -> None:
    open_prescription(page, example_server.address)
    tab_to(page, lambda: focused(page) == "Dispense")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dispense for")).to_be_visible()
    for name in ("medicines_asked", "liver-0", "allergy-0"):
        tab_to(page, partial(is_focused, page, name))
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is loperamide, an opioid.")).to_be_visible()
    tab_to(page, lambda: focused(page) == "dates-0")
    page.keyboard.press("Space")
    tab_to(page, lambda: focused(page) == "reason-opioid-named")
    page.keyboard.type("It was stopped ten days ago")
    page.keyboard.press("Tab")
    page.keyboard.type("Dr. E. Example")
    tab_to(page, lambda: focused(page) == "Dispense the bottle")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is dispensed.")).to_be_visible()


def test_the_pages_of_a_bottle(page: Page, example_server: ServedWorkspace, assert_well_made: Check) -> None:
    open_prescription(page, example_server.address)
    page.get_by_role("link", name="Dispense").click()
    page.get_by_role("button", name="Look at it").click()
    assert_well_made(page)
    answer(page)
    page.get_by_role("button", name="Look at it").click()
    assert_well_made(page)
    page.get_by_label("What was decided").fill("It was stopped ten days ago")
    page.get_by_label("With whom").fill("Dr. E. Example, by telephone")
    page.get_by_label("Keep them").check()
    page.get_by_role("button", name="Dispense the bottle").click()
    assert_well_made(page)
    page.get_by_role("link", name="Capsules came back").click()
    assert_well_made(page)
