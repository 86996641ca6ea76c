"""What a pharmacist does in the browser, step by step, in the words on the screen."""

import re

from playwright.sync_api import Page, expect

from compounder.services.example_people import EXAMPLE_PASSWORD
from tests.printing import reading

PATIENCE = 60_000
"""Milliseconds for a paper, which the first time in a process takes its press along."""


def sign_in(page: Page, address: str, who: str = "A. Example, pharmacist") -> None:
    """As one of the example's people; ends where the address leads."""
    page.goto(address)
    page.get_by_role("button", name=f"As {who}").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def sign_in_by_name(page: Page, address: str, sign_in_name: str) -> None:
    """As one of the example's people whom the page does not offer by name; ends where the address leads."""
    page.goto(address)
    page.get_by_label("Sign-in name").fill(sign_in_name)
    page.get_by_label("Password", exact=True).fill(EXAMPLE_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def come_in(page: Page, link: str) -> None:
    """As a new workspace's first owner, by the link that its server gave."""
    page.goto(link)
    page.get_by_label("Your name").fill("Olga Sand")
    page.get_by_label("Sign-in name").fill("o.sand")
    page.get_by_label("Password", exact=True).fill("four words of our own")
    page.get_by_label("Password again").fill("four words of our own")
    page.get_by_role("button", name="Set it and sign in").click()
    expect(page.get_by_role("link", name="Olga Sand, owner")).to_be_visible()


def open_order_form(page: Page, address: str) -> None:
    """From the first page to an empty order."""
    sign_in(page, address)
    page.get_by_role("link", name="New order").click()
    expect(page.get_by_role("heading", name="New order")).to_be_visible()


def order_one(page: Page) -> str:
    """Our lot number of a batch of 1.5 mg, ordered by whoever is signed in on the first page."""
    page.get_by_role("link", name="New order").click()
    page.get_by_label("Balance").select_option("B1")
    page.get_by_label("Strength, row 1").fill("1.5 mg")
    page.get_by_label("Capsules, row 1").fill("100")
    work_out(page)
    store(page, "1 batch")
    (number,) = lot_numbers(page)
    return number


def fill_in_standard_set(page: Page) -> None:
    """One click, and a balance that weighs small masses."""
    page.get_by_label("Balance").select_option("B1")
    page.get_by_role("button", name="1.5 · 3 · 4.5 mg").click()
    expect(page.get_by_label("Strength, row 3")).to_have_value("4.5 mg")
    expect(page.get_by_label("Capsules, row 3")).to_have_value("100")


def work_out(page: Page) -> None:
    page.get_by_role("button", name="Work it out").click()


def store(page: Page, count: str = "3 batches") -> None:
    """Ends on the order's page."""
    page.get_by_role("button", name=f"Store {count}").click()
    expect(page.get_by_role("status")).to_contain_text("is stored")


def lot_numbers(page: Page) -> list[str]:
    """Our lot numbers on the page, in its order."""
    return page.locator("th.list__lot").all_inner_texts()


def file_behind(page: Page, link: str) -> bytes:
    """The file that a link leads to, fetched as the browser would."""
    address = page.get_by_role("link", name=link).get_attribute("href")
    answer = page.request.get(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}{address}", timeout=PATIENCE)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    return answer.body()


def labels(page: Page, stock: str, copies: str) -> bytes:
    """The file that the label form leads to. A browser without a screen saves what it cannot show."""
    page.get_by_label("Label", exact=True).select_option(stock)
    page.get_by_label("Copies").fill(copies)
    form = page.locator("form", has=page.get_by_label("Copies"))
    address = form.evaluate("form => `${form.action}?${new URLSearchParams(new FormData(form))}`")
    answer = page.request.get(address, timeout=PATIENCE)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    return answer.body()


def assert_papers(page: Page, numbers: list[str]) -> None:
    """The worksheets and labels of the order on the page are those of its batches, and a scanner reads them."""
    sheets = reading.pages(file_behind(page, "Worksheet, A4"))
    assert [[number for number in numbers if number in text] for text in sheets[:: len(sheets) // 3]] == [
        [number] for number in numbers
    ]
    pdf = labels(page, "100x50", "2")
    assert [reading.scanned(reading.picture(pdf, 200, each)) for each in range(6)] == [
        [number] for number in numbers for _ in range(2)
    ]


def find(page: Page, number: str) -> None:
    """As a scanner does: the number and Enter; ends on the batch's page."""
    page.get_by_label("Number of a batch, lot or bottle").fill(number)
    page.get_by_label("Number of a batch, lot or bottle").press("Enter")
    expect(page).to_have_url(re.compile(f"/batches/{number}$"))
    expect(page.get_by_text("planned", exact=True)).to_be_visible()
