"""From an order to its release by two people, the first at a desk, the second on a phone; and corrections after it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from compounder.services.example_people import EXAMPLE_PASSWORD
from tests.browser import steps
from tests.browser.keyboard import focused, tab_to
from tests.fixtures.browser import browsing
from tests.fixtures.served import ServedWorkspace
from tests.printing import reading

RIGHT = {
    "Strength": "1.5 mg",
    "Capsules to make": "103",
    "Assay of lot": "99.2",
    "Water of lot": "1.6",
    "Residual solvent": "0",
    "To weigh of naltrexone hydrochloride": "0.1583 g",
}


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Page]:
    """The technician's browser, 1280 px wide."""
    with browsing(chromium, 1280, scripts=True) as context:
        yield context.new_page()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """The pharmacist's browser, 360 px wide."""
    with browsing(chromium, 360, scripts=True) as context:
        yield context.new_page()


def ordered(page: Page, address: str) -> str:
    """Our lot number of a batch of 1.5 mg that the technician orders."""
    steps.sign_in(page, address, "T. Example, technician")
    return steps.order_one(page)


def enter(page: Page, **slips: str) -> None:
    """The figures as the second person reads them off the papers, and the password."""
    for label, figure in {**RIGHT, **slips}.items():
        page.get_by_label(re.compile(f"^{label}")).fill(figure)
    page.get_by_label(re.compile("^Powder of lot")).select_option("naltrexone hydrochloride")
    page.get_by_label("Your password").fill(EXAMPLE_PASSWORD)
    page.get_by_role("button", name="Compare and sign").click()


def test_two_people_take_an_order_to_its_release(
    desk: Page, phone: Page, example_server: ServedWorkspace, assert_well_made: Callable[[Page], None]
) -> None:
    address = example_server.address
    number = ordered(desk, address)
    desk.goto(f"{address}/batches/{number}")
    expect(desk.get_by_text("Somebody other than T. Example verifies it")).to_be_visible()
    expect(desk.get_by_role("link", name="Verify")).to_have_count(0)
    desk.goto(f"{address}/batches/{number}/verify")
    expect(desk.get_by_text(f"T. Example had a hand in batch {number}; somebody else has to do this.")).to_be_visible()

    steps.sign_in(phone, f"{address}/batches/{number}")
    phone.get_by_role("link", name="Verify").click()
    assert_well_made(phone)
    assert "158.3" not in phone.content()
    enter(phone, Strength="15 mg")
    expect(phone.get_by_role("alert")).to_contain_text("Strength: the batch was planned with another figure.")
    expect(phone.get_by_label("Strength")).to_have_attribute("aria-invalid", "true")
    expect(phone.get_by_label("Capsules to make")).to_have_value("103")
    assert_well_made(phone)
    enter(phone)
    expect(phone.get_by_role("status")).to_have_text(f"Batch {number} is verified.")

    phone.get_by_role("link", name="Release").click()
    expect(phone.get_by_role("row", name=re.compile("Verified A. Example, pharmacist"))).to_be_visible()
    assert_well_made(phone)
    phone.get_by_label("Your password").fill("not the password")
    phone.get_by_role("button", name="Release the batch").click()
    expect(phone.get_by_role("alert")).to_contain_text("Nothing was done; type it again.")
    phone.get_by_label("Your password").fill(EXAMPLE_PASSWORD)
    phone.get_by_role("button", name="Release the batch").click()
    expect(phone.get_by_role("status")).to_have_text(f"Batch {number} is released.")
    assert_well_made(phone)

    desk.goto(f"{address}/batches/{number}")
    expect(desk.get_by_text("released", exact=True)).to_be_visible()
    for meaning in ("Verified", "Released"):
        row = desk.get_by_role("row", name=re.compile(f"{meaning} A. Example, pharmacist"))
        expect(row).to_contain_text("Valid.")
    assert_well_made(desk)
    sheets = "\n".join(reading.pages(steps.file_behind(desk, "Worksheet, A4")))
    assert "Verified A. Example, pharmacist" in sheets
    assert "Released A. Example, pharmacist" in sheets


def weigh(page: Page, reading: str = "") -> None:
    """The jar that the bench names, and the mass that it asks for or another."""
    read = reading or page.locator("p.bench__figure").inner_text().replace(",", "")
    page.get_by_label("Lot on the jar").fill(page.locator(".bench__jar .figure").inner_text())
    page.get_by_label("Empty vessel").fill("0.0 mg")
    for name in ("Reading", "The reading again"):
        page.get_by_label(name, exact=True).fill(read)
    page.get_by_role("button", name="Weighed").click()


def make_at_the_bench(page: Page, address: str, number: str) -> None:
    """The drug is over and the plan revised to it, the filler weighed, each step ticked, one of them otherwise."""
    page.goto(f"{address}/batches/{number}/bench")
    weigh(page, "171.2 mg")
    page.get_by_role("link", name="Recover: revise the plan to it").click()
    page.get_by_label("More capsules: 111 instead of 103").check()
    page.get_by_label("Reason").fill("The spatula slipped; the powder is clean")
    page.get_by_role("button", name="Revise the plan").click()
    weigh(page)
    page.get_by_role("link", name="Go on with step 1").click()
    page.get_by_role("link", name="It went otherwise: write it down").click()
    page.get_by_label("What went otherwise").fill("The hood was cleaned a second time")
    page.get_by_role("button", name="Write it down").click()
    while page.get_by_role("heading", name="Every step is done").count() == 0:
        page.get_by_role("button", name=re.compile(r"Step \d is done")).click()


def finish_capsules(page: Page, address: str, number: str) -> None:
    """Ten capsules weighed, and all of them counted; the powder stands there as it was weighed at the bench."""
    page.goto(f"{address}/batches/{number}/weigh-capsules")
    page.get_by_label("B1, 0.1 mg").check()
    page.get_by_label("Weights of filled capsules, mg").fill(
        "\n".join(["168.2", "167.9", "169.4", "168.8", "168.5"] * 2)
    )
    page.get_by_role("button", name="Keep the weights").click()
    page.get_by_role("link", name="Count capsules").click()
    expect(page.get_by_label("Powder weighed")).to_have_value("13.3768 g")
    for label, count in (("Capsules made", "111"), ("Good", "109"), ("Rejected", "2")):
        page.get_by_label(label).fill(count)
    page.get_by_role("button", name="Keep the count").click()


def test_a_batch_made_at_the_bench_goes_from_its_order_to_its_release(
    desk: Page, phone: Page, example_server: ServedWorkspace, assert_well_made: Callable[[Page], None]
) -> None:
    address = example_server.address
    number = ordered(desk, address)
    make_at_the_bench(desk, address, number)
    finish_capsules(desk, address, number)
    assert_well_made(desk)

    steps.sign_in(phone, f"{address}/batches/{number}/verify")
    enter(phone, **{"Capsules to make": "111", "To weigh of naltrexone hydrochloride": "170.6 mg"})
    expect(phone.get_by_role("status")).to_have_text(f"Batch {number} is verified.")
    phone.get_by_role("link", name="Assess it").first.click()
    phone.get_by_label("What it means for the batch").fill("Nothing")
    phone.get_by_role("button", name="Keep the assessment").click()
    phone.goto(f"{address}/batches/{number}/release")
    expect(phone.get_by_text("1.5055 mg per capsule, planned 1.5 mg, +0.37 %")).to_be_visible()
    assert_well_made(phone)
    phone.get_by_label("Your password").fill(EXAMPLE_PASSWORD)
    phone.get_by_role("button", name="Release the batch").click()
    expect(phone.get_by_role("status")).to_have_text(f"Batch {number} is released.")
    sheets = "\n".join(reading.pages(steps.file_behind(phone, "Worksheet, A4")))
    for said in ("The spatula slipped", "The hood was cleaned a second time", "Released A. Example, pharmacist"):
        assert said in sheets


def test_what_was_released_is_amended_verified_anew_and_recalled(
    desk: Page, example_server: ServedWorkspace, assert_well_made: Callable[[Page], None]
) -> None:
    steps.sign_in(desk, f"{example_server.address}/batches?status=released")
    desk.locator("th.list__lot a").first.click()
    desk.get_by_role("link", name="Amend the record").click()
    assert_well_made(desk)
    desk.get_by_label("What it really is").fill("2030-01-01")
    desk.get_by_label("Reason").fill("The jar was opened before")
    desk.get_by_role("button", name="Amend the record").click()
    expect(desk.get_by_role("alert")).to_contain_text("1 Jan 2030 was read")
    day = desk.get_by_label("What it really is")
    day.fill("2026-11-30")
    desk.get_by_role("button", name="Amend the record").click()
    expect(desk.get_by_role("status")).to_contain_text("the old value stands beside the new")
    expect(desk.get_by_text("quarantined", exact=True)).to_be_visible()
    expect(
        desk.get_by_role("row", name=re.compile("Beyond-use date .* 30 Nov 2026 The jar was opened"))
    ).to_be_visible()
    expect(desk.get_by_text("Valid, of the record before it was changed.").first).to_be_visible()
    assert_well_made(desk)
    desk.get_by_role("link", name="Recall").click()
    assert_well_made(desk)
    desk.get_by_label("Reason").fill("The jar was opened before")
    desk.get_by_label("Your password").fill(EXAMPLE_PASSWORD)
    desk.get_by_role("button", name="Recall the batch").click()
    expect(desk.get_by_text("recalled", exact=True)).to_be_visible()
    expect(desk.get_by_role("link", name="Worksheet, A4")).to_be_visible()
    expect(desk.get_by_label("Copies")).to_have_count(0)


def choose(page: Page, wanted: str) -> None:
    """Go down the list that has the focus to what is wanted."""
    while page.evaluate("document.activeElement.value") != wanted:
        page.keyboard.press("ArrowDown")


@pytest.mark.parametrize("viewport_width", [360, 1280], indirect=True)
def test_the_second_persons_part_needs_no_mouse(page: Page, example_server: ServedWorkspace) -> None:
    """The example's technician planned 103 capsules of 3 mg two days ago."""
    steps.sign_in(page, f"{example_server.address}/batches?status=planned&strength=3+mg")
    tab_to(page, lambda: focused(page) == steps.lot_numbers(page)[0])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Somebody other than T. Example verifies it")).to_be_visible()
    tab_to(page, lambda: focused(page) == "Verify")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Verify Naltrexone hydrochloride")).to_be_visible()
    tab_to(page, lambda: focused(page) == "strength")
    for figure in ("3 mg", "103", "", "99.2", "1.6", "0", "316.6 mg", EXAMPLE_PASSWORD):
        if figure:
            page.keyboard.type(figure)
        else:
            choose(page, "naltrexone hydrochloride")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is verified")
    tab_to(page, lambda: focused(page) == "Release")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Release", exact=True)).to_be_visible()
    tab_to(page, lambda: focused(page) == "password")
    page.keyboard.type(EXAMPLE_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("released", exact=True)).to_be_visible()
