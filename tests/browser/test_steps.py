"""The steps in a real browser: by keyboard alone, on a phone, a mixing time counted down, and without scripts.

The server runs in this process, and its clock stands until it is moved; the browser's own clock runs as it does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.browser.keyboard import focused, tab_to
from tests.services.orders import MORNING, Bench
from tests.services.people import ANNA
from tests.services.stepping import TIMED, a_timed_batch, a_weighed_batch, note, steps_of, tick_before
from tests.web.conftest import served, signed_in

Check = Callable[[Page], None]
LONG_WORDS = "Unbrokenwordofthepharmacist" * 12


@dataclass(frozen=True)
class Served:
    """A pharmacy served from this process: where, and the clock that it goes by."""

    bench: Bench
    application: Flask
    address: str
    clock: time_machine.Traveller

    def sign_in(self, page: Page) -> None:
        """Anna, as if she had typed her password."""
        cookie = signed_in(self.application).get_cookie(self.application.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])

    def go_to_steps(self, page: Page, number: str) -> None:
        """Anna at the steps of this batch."""
        self.sign_in(page)
        page.goto(f"{self.address}/batches/{number}/bench/steps")


@pytest.fixture
def here(sqlite_bench: Bench, tmp_path: Path) -> Iterator[Served]:
    """A pharmacy whose clock stands at half past nine until it is moved."""
    with time_machine.travel(MORNING, tick=False) as clock, served(sqlite_bench, tmp_path) as application:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Served(sqlite_bench, application, f"http://127.0.0.1:{server.port}", clock)
        finally:
            server.shutdown()
            thread.join()


def test_steps_are_done_by_keyboard_alone_and_a_deviation_written_beside_them(
    page: Page, here: Served, assert_well_made: Check
) -> None:
    number = a_weighed_batch(here.bench)
    here.go_to_steps(page, number)
    page.goto(f"{here.address}/batches/{number}/bench")
    assert_well_made(page)
    page.get_by_role("link", name="Go on with step 1").press("Enter")
    expect(page.get_by_role("heading", name="Step 1 of 8")).to_be_visible()
    assert_well_made(page)
    page.keyboard.type("EXAMPLE-NTX-2")
    page.keyboard.press("Enter")  # a stray scan ticks nothing
    expect(page.get_by_role("heading", name="Step 1 of 8")).to_be_visible()
    for step in (2, 3, 4):
        tab_to(page, lambda: focused(page) == "done")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Step {step} of 8")).to_be_visible()
    assert_well_made(page)
    tab_to(page, lambda: focused(page) == "It went otherwise: write it down")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Otherwise than planned")).to_be_visible()
    assert_well_made(page)
    page.get_by_role("button", name="Write it down").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("What went otherwise is missing")
    assert_well_made(page)
    page.get_by_label("What went otherwise").fill(LONG_WORDS)
    page.get_by_role("button", name="Write it down").press("Enter")
    expect(page.get_by_text(LONG_WORDS).first).to_be_visible()
    assert_well_made(page)
    for step in range(4, 9):
        page.get_by_role("button", name=f"Step {step} is done").press("Enter")
    expect(page.get_by_role("heading", name="Every step is done")).to_be_visible()
    assert_well_made(page)
    page.get_by_role("link", name="To the batch").click()
    expect(page.get_by_text("8 of 8 steps are done at the bench.")).to_be_visible()
    assert_well_made(page)


def test_a_mixing_time_is_counted_down_and_the_server_says_when_it_is_over(
    page: Page, here: Served, assert_well_made: Check
) -> None:
    number = a_timed_batch(here.bench)
    tick_before(here.bench, number, TIMED)
    here.go_to_steps(page, number)
    assert_well_made(page)
    page.get_by_role("button", name="Start the time").press("Enter")
    timer, done = page.get_by_role("timer"), page.get_by_role("button", name="Step 5 is done")
    expect(timer).to_have_text(re.compile(r"9:5\d"))
    expect(done).to_be_hidden()
    assert_well_made(page)
    here.clock.shift(timedelta(minutes=9, seconds=58))
    page.get_by_role("link", name="Look again").click()
    expect(timer).to_have_text("0:00", timeout=8_000)
    expect(done).to_be_visible()
    assert_well_made(page)
    done.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Step 5 has 2 s left")
    here.clock.shift(timedelta(seconds=2))
    page.get_by_role("link", name="Look again").click()
    done.press("Enter")
    expect(page.get_by_role("heading", name="Step 6 of 8")).to_be_visible()
    assert steps_of(here.bench, number).done[-1].number == TIMED


def test_without_scripts_a_look_again_shows_what_is_left(page_without_scripts: Page, here: Served) -> None:
    page, number = page_without_scripts, a_timed_batch(here.bench)
    tick_before(here.bench, number, TIMED)
    here.go_to_steps(page, number)
    page.get_by_role("button", name="Start the time").click()
    expect(page.get_by_text("over at 10:40:00")).to_be_visible()
    expect(page.get_by_role("button", name="is done")).to_be_hidden()
    here.clock.shift(timedelta(minutes=10))
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Step 5 is done").click()
    expect(page.get_by_role("heading", name="Step 6 of 8")).to_be_visible()


def test_a_pharmacist_assesses_a_deviation(page: Page, here: Served, assert_well_made: Check) -> None:
    number = a_weighed_batch(here.bench)
    note(here.bench, number, LONG_WORDS)
    here.go_to_steps(page, number)
    page.goto(f"{here.address}/batches/{number}")
    assert_well_made(page)
    page.get_by_role("link", name="Assess it").press("Enter")
    assert_well_made(page)
    page.get_by_label("What it means for the batch").fill("The mix is even.")
    page.get_by_role("button", name="Keep the assessment").press("Enter")
    expect(page.get_by_text(f"{ANNA.name}, 21 Nov 2026 10:30: The mix is even.")).to_be_visible()
    assert_well_made(page)
