"""Taking files in: without JavaScript, from a file with a slip to lots in quarantine; and by whoever uses the pages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import steps
from tests.fixtures.served import ServedWorkspace
from tests.services.importing import BATCHES, LOTS


def look(page: Page, what: str, many: str, text: str) -> None:
    """Choose a file and look at it."""
    file: FilePayload = {"name": f"{what}.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files(f"#file-{what}", file)
    page.get_by_role("button", name=f"Look at the {many}").click()


@pytest.mark.parametrize("viewport_width", [360], indirect=True)
def test_lots_come_in_from_a_file_once_its_slip_is_put_right(
    page_without_scripts: Page, example_server: ServedWorkspace
) -> None:
    page = page_without_scripts
    steps.sign_in(page, f"{example_server.address}/lots")
    page.get_by_role("link", name="Take lots in from a file").click()
    look(page, "lots", "lots", LOTS.replace("5 kg", "5"))
    expect(page.get_by_role("heading", name="1 problem: nothing can be stored")).to_be_visible()
    page.get_by_role("link", name="Choose the corrected file").click()
    look(page, "lots", "lots", LOTS)
    page.get_by_role("button", name="Store 2 lots").click()
    expect(page.get_by_text("2 lots are stored.")).to_be_visible()


def test_every_page_of_taking_in_can_be_used_by_all(
    page: Page, example_server: ServedWorkspace, assert_well_made: Callable[[Page], None]
) -> None:
    steps.sign_in(page, f"{example_server.address}/imports")
    assert_well_made(page)
    look(page, "batches", "past batches", BATCHES.replace("1.5 mg", "1.5"))
    assert_well_made(page)
    page.get_by_role("link", name="Choose the corrected file").click()
    look(page, "batches", "past batches", BATCHES)
    assert_well_made(page)
    page.get_by_role("button", name="Store 2 past batches").click()
    page.get_by_role("link", name="-117").click()
    assert_well_made(page)
