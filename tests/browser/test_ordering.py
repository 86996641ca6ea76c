"""From an order to its papers and back through the history, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from compounder.services.example_people import EXAMPLE_PASSWORD
from tests.browser import steps
from tests.browser.keyboard import focused, tab_to
from tests.fixtures.served import ServedWorkspace

BOTH_WIDTHS = pytest.mark.parametrize("viewport_width", [360, 1280], indirect=True)


@BOTH_WIDTHS
def test_an_order_becomes_batches_papers_and_history(page: Page, example_server: ServedWorkspace) -> None:
    steps.open_order_form(page, example_server.address)
    steps.fill_in_standard_set(page)
    steps.work_out(page)
    cards = page.get_by_role("article")
    expect(cards).to_have_count(3)
    expect(cards.nth(0)).to_contain_text("103 capsules, size 3")
    steps.store(page)
    numbers = steps.lot_numbers(page)
    assert len(numbers) == 3
    steps.assert_papers(page, numbers)
    steps.find(page, numbers[1])
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 mg")
    page.get_by_role("link", name="Batches", exact=True).click()
    assert steps.lot_numbers(page)[:3] == numbers[::-1]


def test_a_changed_form_takes_its_result_back_until_it_is_worked_out_again(
    page: Page, example_server: ServedWorkspace
) -> None:
    steps.open_order_form(page, example_server.address)
    steps.fill_in_standard_set(page)
    steps.work_out(page)
    storing, result = page.get_by_role("button", name="Store 3 batches"), page.get_by_label("Result")
    expect(storing).to_be_enabled()
    page.get_by_label("Strength, row 1").fill("2 mg")
    expect(storing).to_be_disabled()
    expect(result).to_have_class(re.compile("stale"))
    expect(result.get_by_role("status")).to_have_text("Changed: work it out again")
    expect(result.get_by_text("changed: work it out again").first).to_be_visible()
    page.get_by_label("Strength, row 1").fill("1.5 mg")
    expect(storing).to_be_enabled()
    page.get_by_label("Drug lot").select_option(index=1)
    expect(storing).to_be_disabled()
    page.get_by_label("Drug lot").select_option(index=0)
    page.get_by_label("Strength, row 1").fill("2 mg")
    steps.work_out(page)
    expect(page.get_by_role("article").first).to_contain_text("2 mg")
    steps.store(page)


def test_a_finding_is_decided_in_its_own_card(page: Page, example_server: ServedWorkspace) -> None:
    steps.open_order_form(page, example_server.address)
    page.get_by_label("Strength, row 1").fill("2.2 mg")
    page.get_by_label("Capsules, row 1").fill("100")
    steps.work_out(page)
    page.get_by_role("button", name="Store 1 batch").click()
    summary = page.get_by_role("alert")
    summary.get_by_role("link", name="The reason is missing").click()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.get_by_label("Reason").fill("The prescriber was telephoned.")
    expect(page.get_by_role("button", name="Store 1 batch")).to_be_enabled()
    steps.store(page, "1 batch")
    page.get_by_role("link", name=steps.lot_numbers(page)[0]).click()
    expect(page.get_by_text("A. Example: The prescriber was telephoned.")).to_be_visible()


def test_a_second_person_decides_before_a_paper_is_printed(page: Page, example_server: ServedWorkspace) -> None:
    steps.open_order_form(page, example_server.address)
    page.get_by_label("Strength, row 1").fill("2.2 mg")
    page.get_by_label("Capsules, row 1").fill("100")
    steps.work_out(page)
    page.get_by_label("Reason").fill("The prescriber was telephoned.")
    steps.store(page, "1 batch")
    batch = f"{example_server.address}/batches/{steps.lot_numbers(page)[0]}"
    page.goto(batch)
    expect(page.get_by_role("link", name="Share the decision")).to_have_count(0)
    expect(page.get_by_role("link", name="Worksheet, A4")).to_have_count(0)
    steps.sign_out(page)
    steps.sign_in_by_name(page, batch, "o.example")
    page.get_by_role("link", name="Share the decision").click()
    expect(page.get_by_text("A. Example: The prescriber was telephoned.")).to_be_visible()
    page.get_by_label("Reason").fill("Read the prescription too.")
    page.get_by_role("button", name="Share the decision").click()
    expect(page.get_by_role("status")).to_contain_text("is shared")
    expect(page.get_by_role("link", name="Worksheet, A4")).to_be_visible()


def test_a_stopped_strength_says_why_and_nothing_can_be_stored(page: Page, shown_server: ServedWorkspace) -> None:
    steps.open_order_form(page, shown_server.address)
    steps.fill_in_standard_set(page)
    page.get_by_label("Strength, row 3").fill("45 mg")
    steps.work_out(page)
    expect(page.get_by_role("article").nth(2)).to_contain_text("Ten times less is 4.5 mg.")
    expect(page.get_by_role("button", name="Store")).to_have_count(0)


@pytest.mark.parametrize("viewport_width", [360], indirect=True)
def test_the_whole_way_needs_no_script(page_without_scripts: Page, example_server: ServedWorkspace) -> None:
    page = page_without_scripts
    steps.open_order_form(page, example_server.address)
    steps.fill_in_standard_set(page)
    page.get_by_role("button", name="Another row").click()
    page.get_by_label("Strength, row 4").fill("1,5 mg")
    steps.work_out(page)
    expect(page.get_by_role("alert")).to_contain_text("has a comma, which could mean ten times more")
    page.get_by_label("Strength, row 4").fill("")
    steps.work_out(page)
    page.get_by_label("Strength, row 1").fill("2 mg")
    page.get_by_role("button", name="Store 3 batches").click()
    expect(page.get_by_role("alert")).to_contain_text("the result is not the one shown before")
    steps.store(page)
    numbers = steps.lot_numbers(page)
    steps.assert_papers(page, numbers)
    steps.find(page, numbers[0])


def test_the_whole_way_needs_no_mouse(page: Page, example_server: ServedWorkspace) -> None:
    page.goto(example_server.address)
    tab_to(page, lambda: focused(page) == "As A. Example, pharmacist")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    tab_to(page, lambda: "New order" in focused(page))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New order")).to_be_visible()
    tab_to(page, lambda: "1.5 · 3 · 4.5 mg" in focused(page))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Strength, row 3")).to_have_value("4.5 mg")
    tab_to(page, lambda: focused(page) == "strengths-2-capsules")
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page.get_by_role("article").nth(2)).to_contain_text("62 capsules")
    tab_to(page, lambda: "Store 3 batches" in focused(page))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is stored")
    number = steps.lot_numbers(page)[0]
    tab_to(page, lambda: focused(page) == "find-lot")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{example_server.address}/batches/{number}")
    tab_to(page, lambda: "Void this batch" in focused(page))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{example_server.address}/batches/{number}/void")
    tab_to(page, lambda: focused(page) == "reason")
    page.keyboard.type("Ordered twice")
    page.keyboard.press("Tab")
    page.keyboard.type(EXAMPLE_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Voided: Ordered twice")).to_be_visible()
