"""Every page as it is met: nothing that axe-core objects to, and nothing wider than a phone."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from compounder.services.example_people import EXAMPLE_PASSWORD
from tests.browser import steps
from tests.fixtures.served import ServedWorkspace

Check = Callable[[Page], None]
ON_A_PHONE = pytest.mark.parametrize("viewport_width", [360], indirect=True)
MAIN = (
    "/",
    "/batches",
    "/lots",
    "/lots/1",
    "/formulations/NTX-CAPS",
    "/formulations/NTX-CAPS/trend",
    "/settings",
    "/account",
    "/courses/new",
)
OTHERS = (
    "/batches?strength=1,5+mg",
    "/batches/find?lot=nowhere",
    "/batches/nothing",
    "/lots/receive",
    "/lots/5",
    "/lots/6",
    "/lots/1/measure",
    "/lots/1/status",
    "/lots/1/adjust",
    "/formulations",
    "/settings/revise",
    "/account/password",
    "/account/second-factor",
    "/account/tokens/new",
    "/people",
    "/people/a.example",
    "/batches?status=recalled",
    "/lots/1/amend",
    "/lots/2/trend",
    "/lots/5/trend",
    "/formulations/NTX-CAPS/revise",
    "/dates?days=90",
)
CARE = (
    "/prescriptions?status=",
    "/prescriptions/demand",
    "/patients",
    "/patients/new",
    "/patients/due",
    "/protocols",
    "/protocols/trial",
    "/protocols/new",
    "/opioids?words=co",
    "/opioids/codeine",
    "/leaflet",
    "/leaflet/revise",
    "/shelf",
)
COURSE = "/courses/new?" + urlencode(
    {
        "protocol": "trial",
        "start_on": "2026-12-01",
        "supply_days": "90",
        "fill_with": "0.75 mg",
        "steps": "",
        "step_days": "7",
        "time_of_day": "",
        "treatment_started_on": "",
        "beyond_use_date": "2027-02-01",
    }
)
EMPTY = ("/", "/orders/new", "/batches", "/lots", "/formulations", "/settings", "/people", "/people/invite")
FORTY = """() => {
  for (let row = 3; row < 40; row++) document.querySelector("[data-add-row]").click();
  document.querySelectorAll("[data-strength]").forEach((input, row) => { input.value = `${(row + 1) / 10} mg`; });
  document.querySelectorAll("[data-capsules]").forEach((input) => { input.value = "30"; });
}"""


@ON_A_PHONE
def test_the_pages_of_a_workspace_at_work(page: Page, shown_server: ServedWorkspace, assert_well_made: Check) -> None:
    page.goto(f"{shown_server.address}/sign-in")
    assert_well_made(page)
    steps.sign_in(page, f"{shown_server.address}/account")
    for address in (*MAIN, COURSE):
        page.goto(shown_server.address + address)
        assert_well_made(page)


@ON_A_PHONE
@pytest.mark.parametrize("addresses", [OTHERS, CARE], ids=["others", "care"])
def test_more_pages_of_a_workspace_at_work(
    page: Page, shown_server: ServedWorkspace, assert_well_made: Check, addresses: tuple[str, ...]
) -> None:
    steps.sign_in(page, f"{shown_server.address}/account")
    for address in addresses:
        page.goto(shown_server.address + address)
        assert_well_made(page)


@ON_A_PHONE
def test_the_pages_of_a_new_workspace(page: Page, live_server: ServedWorkspace, assert_well_made: Check) -> None:
    page.goto(live_server.first_owners_link())
    assert_well_made(page)
    page.get_by_role("button", name="Set it and sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_well_made(page)
    steps.come_in(page, live_server.first_owners_link())
    for address in EMPTY:
        page.goto(live_server.address + address)
        assert_well_made(page)
    page.goto(f"{live_server.address}/orders/new")
    steps.work_out(page)
    assert_well_made(page)


def test_the_pages_of_an_order(page: Page, shown_server: ServedWorkspace, assert_well_made: Check) -> None:
    steps.open_order_form(page, shown_server.address)
    assert_well_made(page)
    steps.work_out(page)
    assert_well_made(page)
    for row, (strength, count) in enumerate([("1.5 mg", "100"), ("2.2 mg", "100000"), ("45 mg", "9")], start=1):
        page.get_by_label(f"Strength, row {row}").fill(strength)
        page.get_by_label(f"Capsules, row {row}").fill(count)
    steps.work_out(page)
    for details in page.get_by_text("How every figure came about").all():
        details.click()
    assert_well_made(page)
    page.get_by_label("Strength, row 1").fill("1,5 mg")
    assert_well_made(page)
    steps.work_out(page)
    assert_well_made(page)


def test_the_pages_of_a_batch(page: Page, example_server: ServedWorkspace, assert_well_made: Check) -> None:
    steps.open_order_form(page, example_server.address)
    page.get_by_label("Strength, row 1").fill("2.2 mg")
    page.get_by_label("Capsules, row 1").fill("100")
    steps.work_out(page)
    page.get_by_role("button", name="Store 1 batch").click()
    assert_well_made(page)
    page.get_by_label("Reason").fill("Unbrokenwordofthepharmacist" * 12)
    page.get_by_role("button", name="Store 1 batch").click()
    assert_well_made(page)
    page.locator("table a").first.click()
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()
    assert_well_made(page)
    page.get_by_role("link", name="Void this batch").click()
    page.get_by_role("button", name="Void the batch").click()
    assert_well_made(page)
    page.get_by_label("Reason").fill("Unbrokenwordofthepharmacist" * 12)
    page.get_by_label("Your password").fill("a wrong one")
    page.get_by_role("button", name="Void the batch").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not your password")
    assert_well_made(page)
    page.get_by_label("Your password").fill(EXAMPLE_PASSWORD)
    page.get_by_role("button", name="Void the batch").click()
    expect(page.get_by_text("is voided")).to_be_visible()
    assert_well_made(page)


@ON_A_PHONE
def test_an_order_of_forty_strengths_is_no_wider_than_a_phone(page: Page, shown_server: ServedWorkspace) -> None:
    steps.open_order_form(page, shown_server.address)
    page.evaluate(FORTY)
    steps.work_out(page)
    expect(page.get_by_role("article", name=re.compile(r"^[0-9.]+ mg$"))).to_have_count(40)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
