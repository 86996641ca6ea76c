"""The bench in a real browser: by scanner and keyboard alone, on a phone, and without scripts."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.at_bench import go_to_a_bench
from tests.browser.keyboard import focused
from tests.fixtures.served import ServedWorkspace

Check = Callable[[Page], None]


def mass(page: Page) -> str:
    """The one big figure, as it is typed."""
    return page.locator("p.bench__figure").inner_text().replace(",", "")


def scan(page: Page, text: str) -> None:
    """As a scanner does: the text and Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def weigh_by_keyboard(page: Page) -> None:
    """The jar scanned, the empty vessel's zero and the reading twice typed, the button pressed."""
    reading = mass(page)
    assert focused(page) == "lot"
    scan(page, page.locator(".bench__jar .figure").inner_text())
    assert focused(page) == "tared"
    scan(page, "0.0 mg")
    assert focused(page) == "reading"
    scan(page, reading)
    scan(page, reading)
    assert focused(page) == "weighed"
    page.keyboard.press("Enter")


def test_a_batch_is_weighed_by_scanner_and_keyboard_alone(
    page: Page, example_server: ServedWorkspace, assert_well_made: Check
) -> None:
    go_to_a_bench(page, example_server.address)
    assert_well_made(page)
    page.get_by_label("Lot on the jar").fill("LAC-77")
    page.get_by_label("Empty vessel").fill("0.0 mg")
    for name in ("Reading", "The reading again"):
        page.get_by_label(name, exact=True).fill("170.1 mg")
    page.get_by_role("button", name="Weighed").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text('"LAC-77" is no lot known here. Put it back')
    assert_well_made(page)
    page.get_by_role("link", name="discard it").click()
    assert_well_made(page)
    page.get_by_label("How much is lost").fill("170.1 mg")
    page.get_by_label("Reason").fill("Unbrokenwordofthepharmacist" * 12)
    page.get_by_role("button", name="Discard it").click()
    weigh_by_keyboard(page)
    expect(page.get_by_role("heading", name="Weigh 2 of 2")).to_be_visible()
    assert_well_made(page)
    weigh_by_keyboard(page)
    expect(page.get_by_role("heading", name="Everything is weighed")).to_be_visible()
    expect(page.locator("p.bench__figure")).to_have_text("1.5002 mg")
    assert_well_made(page)


def test_a_scan_sends_nothing_where_no_script_runs(page_without_scripts: Page, example_server: ServedWorkspace) -> None:
    page = page_without_scripts
    go_to_a_bench(page, example_server.address)
    here = page.url
    page.get_by_label("Lot on the jar").focus()
    scan(page, "EXAMPLE-NTX-2")
    page.get_by_label("Reading", exact=True).focus()
    scan(page, "010950600013435210EXAMPLE-NTX-2")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.url == here
    reading = mass(page)
    page.get_by_label("Lot on the jar").fill(page.locator(".bench__jar .figure").inner_text())
    page.get_by_label("Empty vessel").fill("0.0 mg")
    for name in ("Reading", "The reading again"):
        page.get_by_label(name, exact=True).fill(reading)
    page.get_by_role("button", name="Weighed").click()
    expect(page.get_by_role("heading", name="Weigh 2 of 2")).to_be_visible()
