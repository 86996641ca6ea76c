"""From a new patient to an order of what was prescribed: without JavaScript, and without a mouse."""

import re
from urllib.parse import unquote

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.keyboard import focused, tab_to
from tests.fixtures.served import ServedWorkspace

NAME = "Wilhelmine Never-Born von und zu Beispielhausen-Musterfrau-X"

PERSON = 60
"""Milliseconds from one key to the next; a scanner takes fewer."""


def add_patient(page: Page, address: str) -> None:
    """Somebody with a name of sixty letters, added from the list of patients."""
    page.goto(f"{address}/prescriptions")
    page.get_by_role("link", name="add a patient").click()
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Born on").fill("1984-02-29")
    page.get_by_label("Current medicines").fill("levothyroxine 50 mcg\nvitamin D")
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()


def test_a_patient_is_prescribed_for_and_the_demand_ordered_without_javascript(
    page_without_scripts: Page, example_server: ServedWorkspace
) -> None:
    page, asked = page_without_scripts, list[str]()
    page.on("request", lambda request: asked.append(unquote(request.url)))
    steps.sign_in(page, f"{example_server.address}/prescriptions")
    add_patient(page, example_server.address)
    page.get_by_role("link", name="Enter a prescription").click()
    page.get_by_label("Prescriber").fill("Dr. Ada Example")
    page.get_by_label("Filled with").fill("2 mg")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("alert")).to_contain_text("is not a whole number of 2 mg capsules")
    page.get_by_label("Filled with").fill("1.5 mg")
    page.get_by_label("Supply, days").fill("365")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("heading", name="1,053 of 1.5 mg")).to_be_visible()
    page.get_by_role("button", name="Store the prescription").click()
    expect(page.get_by_text("is stored.")).to_be_visible()
    page.get_by_role("link", name="Patients", exact=True).click()
    page.get_by_label("Name, or its beginnings").fill("wilhelm never")
    page.get_by_role("search").get_by_role("button", name="Find").last.click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    page.get_by_role("link", name="Demand").click()
    page.get_by_role("link", name="Order what is to be made").click()
    expect(page.get_by_label("Strength, row 1")).to_have_value("1.5 mg")
    assert [url for url in asked if re.search("wilhelm|never|born|beispielhausen", url, re.IGNORECASE)] == []


def test_a_course_is_prescribed_and_held_without_a_mouse(page: Page, example_server: ServedWorkspace) -> None:
    steps.sign_in(page, f"{example_server.address}/prescriptions")
    add_patient(page, example_server.address)
    tab_to(page, lambda: focused(page) == "Enter a prescription")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Prescription for")).to_be_visible()
    tab_to(page, lambda: focused(page) == "prescriber")
    page.keyboard.type("Dr. Ada Example", delay=PERSON)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Store the prescription")).to_be_enabled()
    tab_to(page, lambda: focused(page) == "Store the prescription")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is stored.")).to_be_visible()
    tab_to(page, lambda: focused(page) == "Hold, slow, step back or start late")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Change the course")).to_be_visible()
    tab_to(page, lambda: focused(page) == "days")
    page.keyboard.type("7")
    tab_to(page, lambda: focused(page) == "reason")
    page.keyboard.type("Dreams")
    tab_to(page, lambda: focused(page) == "Work it out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Store in place of")).to_be_enabled()
    tab_to(page, lambda: focused(page).startswith("Store in place of"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("In place of")).to_be_visible()


def test_a_protocol_of_the_sites_own_becomes_a_course_and_stays_with_it(
    page_without_scripts: Page, example_server: ServedWorkspace
) -> None:
    page = page_without_scripts
    steps.sign_in(page, f"{example_server.address}/protocols")
    page.get_by_role("link", name="Add a protocol").click()
    page.get_by_label("Name").fill("Careful")
    page.get_by_label("Code").fill("careful")
    page.get_by_label("Steps").fill("0.5 mg: 21\n1 mg")
    page.get_by_label("Highest dose a day").fill("1 mg")
    page.get_by_label("Reference").fill("Our own practice since 2024")
    page.get_by_role("button", name="Add the protocol").click()
    page.get_by_role("link", name="Plan a course").click()
    expect(page.get_by_role("heading", name="30 capsules for 30 days")).to_be_visible()
    expect(page.get_by_text("Our own practice since 2024")).to_be_visible()
    add_patient(page, example_server.address)
    page.get_by_role("link", name="Enter a prescription").click()
    page.get_by_label("Prescriber").fill("Dr. Ada Example")
    page.get_by_label("Protocol").select_option("careful")
    page.get_by_role("button", name="Work it out").click()
    page.get_by_role("button", name="Store the prescription").click()
    page.get_by_role("link", name="Careful, version 1").click()
    page.get_by_role("link", name="Revise the protocol").click()
    page.get_by_label("Steps").fill("0.5 mg: 28\n1 mg")
    page.get_by_label("Reason for this version").fill("Three weeks were too few")
    page.get_by_role("button", name="Keep as version 2").click()
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_text("New courses follow version 2.")).to_be_visible()
