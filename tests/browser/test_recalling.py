"""A recall in the browser: from a scan to the last letter, without JavaScript; its pages on a phone and on a desk."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from playwright.sync_api import Page, expect

from compounder.services.example_people import EXAMPLE_PASSWORD
from tests.browser import steps
from tests.fixtures.served import ServedWorkspace

Check = Callable[[Page], None]
LOT = "EXAMPLE-NTX-1"


def open_trace(page: Page, address: str) -> None:
    """The trace of the drug's lot, found by its number."""
    steps.sign_in(page, f"{address}/trace")
    page.get_by_label("Lot, batch, trituration or bottle").fill(LOT)
    page.get_by_role("button", name="Trace it").click()
    expect(page.get_by_role("heading", name=f"Lot {LOT}")).to_be_visible()


def start(page: Page) -> None:
    """The supplier calls the lot back."""
    page.get_by_role("link", name="Start a recall").click()
    page.get_by_label("Number of the notice").fill("EX-2026-17")
    page.get_by_label("Reason").fill("Another substance was found in it")
    page.get_by_label("Your password").fill(EXAMPLE_PASSWORD)
    page.get_by_role("button", name="Start the recall").click()
    expect(page.get_by_role("status")).to_contain_text("is started")


def test_a_lot_is_recalled_down_to_its_patients_without_javascript(
    page_without_scripts: Page, example_server: ServedWorkspace
) -> None:
    page, asked = page_without_scripts, list[str]()
    page.on("request", lambda request: asked.append(unquote(request.url)))
    open_trace(page, example_server.address)
    expect(page.locator("svg.tree").first).to_contain_text("for Ina Invented")
    start(page)
    expect(page.get_by_text("0 of 2 patients reached")).to_be_visible()
    page.get_by_role("row").filter(has_text="Ina Invented").get_by_role("link", name="Write down").click()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("1 of 2 patients reached")).to_be_visible()
    form = page.locator("form", has=page.get_by_label("Paper"))
    sent = form.evaluate("form => Object.fromEntries(new FormData(form))")
    paper = page.request.post(f"{page.url.partition('#')[0]}/letters.pdf", form=sent, timeout=steps.PATIENCE)
    assert (paper.ok, paper.headers["content-type"]) == (True, "application/pdf")
    page.goto(f"{example_server.address}/lots")
    expect(page.get_by_role("row").filter(has_text=LOT)).to_contain_text("quarantined")
    assert [url for url in asked if re.search("invented|fiction", url, re.IGNORECASE)] == []


def test_the_pages_of_a_recall(page: Page, example_server: ServedWorkspace, assert_well_made: Check) -> None:
    open_trace(page, example_server.address)
    assert_well_made(page)
    page.get_by_role("link", name="Start a recall").click()
    assert_well_made(page)
    page.go_back()
    start(page)
    assert_well_made(page)
    for name in ("Write down", "Prescribers", "Close the recall"):
        page.get_by_role("link", name=name).first.click()
        assert_well_made(page)
        page.go_back()
    page.goto(f"{example_server.address}/recalls")
    assert_well_made(page)
