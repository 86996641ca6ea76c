"""Finished capsules in the browser: one person weighs and counts them by keyboard, another decides."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.fixtures.served import ServedWorkspace

Check = Callable[[Page], None]
NINE = "168.2\n167.9\n169.4\n168.8\n170.1\n168.0\n169.9\n168.6\n168.4\n"


def test_capsules_are_weighed_counted_and_decided_on(
    page: Page, example_server: ServedWorkspace, assert_well_made: Check
) -> None:
    steps.sign_in(page, example_server.address)
    number = steps.order_one(page)
    steps.sign_out(page)
    steps.sign_in(page, f"{example_server.address}/batches/{number}", "T. Example, technician")
    page.get_by_role("link", name="Weigh capsules").click()
    page.get_by_label("B1, 0.1 mg").press("Space")
    page.get_by_label("Weights of filled capsules, mg").fill(f"{NINE}180,9")
    page.get_by_role("button", name="Keep the weights").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("has a comma")
    assert_well_made(page)
    page.get_by_label("Weights of filled capsules, mg").fill(f"{NINE}180.9")
    page.get_by_role("button", name="Keep the weights").press("Enter")
    page.get_by_role("link", name="Count capsules").click()
    assert_well_made(page)
    for label, typed in (("Capsules made", "103"), ("Good", "102"), ("Rejected", "1"), ("Powder weighed", "12.41 g")):
        page.get_by_label(label).fill(typed)
    page.get_by_label("Powder weighed").press("Enter")
    expect(page.get_by_role("img", name="Capsule 10")).to_be_visible()
    expect(page.get_by_text("A pharmacist or owner other than T. Example decides")).to_be_visible()
    assert_well_made(page)
    steps.sign_out(page)
    steps.sign_in(page, f"{example_server.address}/batches/{number}")
    page.get_by_role("link", name="Decide on the capsules").click()
    assert_well_made(page)
    page.get_by_label("Reason").fill("Capsule 10 is the one rejected")
    page.get_by_role("button", name="Let the batch go on").press("Enter")
    expect(page.get_by_text("A. Example: Capsule 10 is the one rejected")).to_be_visible()
    expect(page.get_by_role("link", name="Decide on the capsules")).to_have_count(0)
