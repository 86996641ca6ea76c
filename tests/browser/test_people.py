"""The list of people, with names as long as they may be, at a desk and on a phone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from compounder.services.example_people import EXAMPLE_PASSWORD
from tests.browser import steps
from tests.fixtures.browser import A_PHONE, A_SCREEN
from tests.fixtures.served import ServedWorkspace


def invite(page: Page, address: str, name: str, sign_in_name: str) -> str:
    """The link that an owner is given."""
    page.goto(f"{address}/people/invite")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Sign-in name").fill(sign_in_name)
    page.get_by_label("Your password").fill(EXAMPLE_PASSWORD)
    page.get_by_role("button", name="Make the link").click()
    return page.locator(".once").inner_text()


def come_in(page: Page, link: str) -> None:
    """As somebody invited."""
    page.goto(link)
    page.get_by_label("Password", exact=True).fill("four words of our own")
    page.get_by_label("Password again").fill("four words of our own")
    page.get_by_role("button", name="Set it and sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_longest_names_are_read_without_scrolling_sideways(
    example_server: ServedWorkspace,
    page: Page,
    assert_well_made: Callable[[Page], None],
) -> None:
    address = example_server.address
    steps.sign_in_by_name(page, f"{address}/people", "o.example")
    invite(page, address, "W" * 60, "w" * 60)
    come_in(page, invite(page, address, "M" * 60, "m" * 60))
    steps.sign_out(page)
    steps.sign_in_by_name(page, f"{address}/people", "o.example")
    expect(page.get_by_role("button", name="Withdraw the link")).to_be_visible()
    assert_well_made(page)
    factor = page.locator("[data-head='Second factor']").first
    for size in (A_SCREEN, A_PHONE):
        page.set_viewport_size(size)
        heads = factor.evaluate("cell => getComputedStyle(cell, '::before').content")
        assert ("Second factor" in heads) is (size is A_PHONE)
