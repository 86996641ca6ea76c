"""The choice between ways of weighing, in a real browser: by keyboard alone, on a phone, and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.keyboard import focused, tab_to
from tests.fixtures.served import ServedWorkspace

Check = Callable[[Page], None]
ON_A_PHONE = pytest.mark.parametrize("viewport_width", [360], indirect=True)
TAKE = "Take this: One stock, 1:10"


def ways(page: Page) -> Locator:
    """The comparison."""
    return page.get_by_role("table", name="Ways of weighing")


def taken(page: Page) -> Locator:
    """The line of the way that is taken."""
    return ways(page).get_by_role("row").filter(has_text="Taken").filter(has=page.get_by_role("strong"))


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def fill_in_small_masses(page: Page) -> None:
    """Thirty capsules each of 0.5, 1.5 and 3 mg, on the balance that weighs smallest."""
    page.get_by_label("Balance").select_option("B1")
    for row, strength in enumerate(("0.5 mg", "1.5 mg", "3 mg"), start=1):
        page.get_by_label(f"Strength, row {row}").fill(strength)
        page.get_by_label(f"Capsules, row {row}").fill("30")


def test_another_way_is_taken_by_keyboard_alone(
    page: Page, shown_server: ServedWorkspace, assert_well_made: Check
) -> None:
    steps.open_order_form(page, shown_server.address)
    page.get_by_label("Balance").select_option("B1")
    tab_to(page, lambda: focused(page) == "strengths-0-strength")
    for text in ("0.5 mg", "30", "1.5 mg", "30", "3 mg", "30"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "How the drug is weighed"
    page.keyboard.press("Enter")
    expect(page.get_by_label("Weigh the drug")).to_be_visible()
    assert_well_made(page)
    tab_to(page, lambda: focused(page) == "trituration")
    page.keyboard.type("one stock")
    tab_to(page, lambda: focused(page) == "Work it out")
    page.keyboard.press("Enter")
    expect(taken(page)).to_have_count(1)
    expect(page.get_by_role("article").first).to_have_accessible_name("Trituration T1, 1:2")
    assert_well_made(page)
    tab_to(page, lambda: page.evaluate("document.activeElement.getAttribute('aria-label')") == TAKE)
    page.keyboard.press("Enter")
    expect(taken(page)).to_contain_text("One stock, 1:10")
    expect(taken(page)).to_contain_text("Taken by choice")
    expect(page.get_by_role("article").first).to_have_accessible_name("Trituration T1, 1:10")
    expect(page.get_by_role("button", name=TAKE)).to_have_count(0)
    expect(page.get_by_label("Weigh the drug")).to_have_value("shared")
    assert_well_made(page)


def test_a_changed_form_takes_the_other_ways_back_until_it_is_worked_out_again(
    page: Page, shown_server: ServedWorkspace, assert_well_made: Check
) -> None:
    steps.open_order_form(page, shown_server.address)
    fill_in_small_masses(page)
    steps.work_out(page)
    ways(page).get_by_role("button").first.click()
    expect(taken(page)).to_contain_text("Taken by choice")
    page.get_by_label("Capsules, row 1").fill("31")
    expect(ways(page).get_by_role("button").first).to_be_disabled()
    assert_well_made(page)
    steps.work_out(page)
    expect(page.get_by_text("The order has changed; the preferred way is taken again.")).to_be_visible()
    expect(taken(page)).not_to_contain_text("Taken by choice")
    assert_well_made(page)


@ON_A_PHONE
def test_the_choice_needs_no_script(page_without_scripts: Page, example_server: ServedWorkspace) -> None:
    page = page_without_scripts
    steps.open_order_form(page, example_server.address)
    fill_in_small_masses(page)
    page.get_by_text("How the drug is weighed").click()
    page.get_by_label("Ratios").fill("1:4 1:x")
    steps.work_out(page)
    expect(page.get_by_role("alert")).to_contain_text('"1:x" was read')
    expect(page.get_by_label("Ratios")).to_be_visible()
    page.get_by_label("Ratios").fill("1:4, 1:10")
    page.get_by_label("Weigh the drug").select_option("one stock for all strengths")
    steps.work_out(page)
    page.get_by_role("button", name=TAKE).click()
    expect(taken(page)).to_contain_text("One stock, 1:10")
    assert_fits(page)
    page.get_by_label("Strength, row 3").fill("2 mg")
    page.get_by_role("button", name="Take this").first.click()
    expect(page.get_by_text("The order has changed; the preferred way is taken again.")).to_be_visible()
    page.get_by_role("button", name=TAKE).click()
    steps.store(page)
    assert len(steps.lot_numbers(page)) >= 3


@ON_A_PHONE
def test_a_page_with_everything_wrong_about_weighing(
    page: Page, shown_server: ServedWorkspace, assert_well_made: Check
) -> None:
    steps.open_order_form(page, shown_server.address)
    fill_in_small_masses(page)
    page.get_by_text("How the drug is weighed").click()
    page.get_by_label("Ratios").fill("1:x " * 19 + "x" * 300)
    page.get_by_label("Weigh the drug").select_option("each")
    page.get_by_label("Second lot of the drug").select_option(index=1)
    steps.work_out(page)
    expect(page.get_by_role("alert")).to_contain_text("Two lots are weighed directly")
    assert_well_made(page)


@ON_A_PHONE
def test_tablets_are_received(page: Page, example_server: ServedWorkspace, assert_well_made: Check) -> None:
    steps.sign_in(page, f"{example_server.address}/lots/receive", "T. Example, technician")
    page.get_by_label("It comes as").select_option("tablets")
    page.get_by_role("button", name="Receive the lot").click()
    assert_well_made(page)
    page.get_by_label("Maker", exact=True).fill("Tablet Works")
    page.get_by_label("Maker's lot number").fill("TAB-77")
    page.get_by_label("Quantity received").fill("25 g")
    page.get_by_label("Expires on").fill("2199-12")
    page.get_by_label("Strength of a tablet").fill("50 mg")
    page.get_by_label("Weights of whole tablets, mg").fill("248.2 251.7 249.8 250.5\n" * 5)
    page.get_by_role("button", name="Receive the lot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Naltrexone hydrochloride 50 mg tablets")
    assert_well_made(page)
