"""On the way to a bench in a browser."""

from playwright.sync_api import Page, expect

from tests.browser import steps


def go_to_a_bench(page: Page, address: str) -> None:
    """The bench of a new batch of 1.5 mg."""
    steps.open_order_form(page, address)
    steps.fill_in_standard_set(page)
    steps.work_out(page)
    steps.store(page)
    page.goto(f"{address}/batches/{steps.lot_numbers(page)[0]}")
    page.get_by_role("link", name="Weigh at the bench").click()
    expect(page.get_by_role("heading", name="Weigh 1 of 2")).to_be_visible()
