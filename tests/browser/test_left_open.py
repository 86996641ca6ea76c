"""A page that somebody left open: nobody reads on when its session has ended, and what was typed is not lost."""

import sqlite3
from contextlib import closing

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.fixtures.served import ServedWorkspace

QUARTER = "15:02"
TECHNICIAN = "T. Example, technician"


def leave(page: Page, workspace: ServedWorkspace) -> None:
    """Nobody asks anything for a quarter of an hour, by the page's clock and by the server's."""
    with closing(sqlite3.connect(workspace.home / "compounder.db")) as database, database:
        database.execute("UPDATE sessions SET seen_at = '2020-01-01 00:00:00.000000'")
    page.clock.fast_forward(QUARTER)


def test_a_page_left_open_is_covered_and_goes_on_for_the_same_person(
    page: Page, example_server: ServedWorkspace
) -> None:
    page.clock.install()
    steps.sign_in(page, f"{example_server.address}/orders/new")
    page.get_by_label("Strength, row 1").type("2.5 mg", delay=60)
    with page.expect_response("**/account/session") as told:
        page.clock.fast_forward(QUARTER)
    told.value.finished()
    expect(page.get_by_role("heading", name="New order")).to_be_visible()
    leave(page, example_server)
    expect(page.get_by_role("heading", name="You are signed out")).to_be_focused()
    assert "New order" not in page.content()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in again").click()
    steps.sign_in(opened.value, opened.value.url)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_label("Strength, row 1")).to_have_value("2.5 mg")
    page.get_by_label("Capsules, row 1").fill("100")
    page.get_by_label("Balance").select_option("B1")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("[data-results]")).to_contain_text("2.5 mg")
    leave(page, example_server)
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    opened.value.close()
    steps.sign_in(page.context.new_page(), f"{example_server.address}/sign-in", TECHNICIAN)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("heading", name="You are signed out")).to_have_count(0)
    assert "2.5 mg" not in page.content()


def test_a_page_left_open_where_nothing_was_typed_asks_to_sign_in(page: Page, example_server: ServedWorkspace) -> None:
    page.clock.install()
    steps.sign_in(page, f"{example_server.address}/batches?strength=3+mg")
    leave(page, example_server)
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    page.get_by_role("button", name=f"As {TECHNICIAN}").click()
    expect(page).to_have_url(f"{example_server.address}/batches?strength=3+mg")
