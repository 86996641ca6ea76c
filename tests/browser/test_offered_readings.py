"""A balance, its program, the server and the bench, all real: what the balance shows is taken with one press."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product

from playwright.sync_api import Locator, Page, expect

from compounder.services.example_people import EXAMPLE_PASSWORD
from tests.browser import steps
from tests.browser.at_bench import go_to_a_bench
from tests.fixtures.served import COMPOUNDER, ServedWorkspace
from tests.instruments.played import Terminal, a_terminal, an_adapter, answers

MOVING, BUSY = b"S D        1.0 mg\r\n", b"S I\r\n"
Check = Callable[[Page], None]


def a_token(page: Page, address: str) -> str:
    """A token that whoever is signed in issues for the bench's own machine."""
    page.goto(f"{address}/account/tokens/new")
    page.get_by_label("What it is for").fill("Balance B1")
    page.get_by_label("Your password").fill(EXAMPLE_PASSWORD)
    page.get_by_role("button", name="Issue it").click()
    return page.locator("p.figure").inner_text()


@contextmanager
def running(token: str, address: str, *port: str) -> Iterator["subprocess.Popen[str]"]:
    """`compounder balance`, as it runs beside the balance."""
    command = [str(COMPOUNDER), "balance", *port, "--protocol", "mt-sics", "--server", address, "--name", "B1"]
    with subprocess.Popen(
        command,
        env={**os.environ, "COMPOUNDER_TOKEN": token},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        yield program
        program.terminate()


def show(terminal: Terminal, program: "subprocess.Popen[str]", line: str, after: bytes = MOVING) -> None:
    """The balance comes to rest; ends when its program has read it."""
    assert program.stdout is not None
    terminal.send(after + line.encode() + b"\r\n")
    assert program.stdout.readline() == f"{line.split(maxsplit=2)[2]}\n"


def wait_until_asked(terminal: Terminal) -> None:
    """The program listens once it has asked."""
    assert any(terminal.heard() for _ in range(30))


def type_as_fast_as_a_scanner(page: Page, text: str) -> bool:
    """Whether this machine was as fast; a scanner takes less than 20 ms a key."""
    began = time.monotonic()
    page.keyboard.type(text)
    return time.monotonic() - began < 0.04 * len(text)


def scan_into(page: Page, field: Locator, before: str, text: str) -> None:
    """A scan with the focus on this field, which holds something: the text and Enter."""
    for _ in range(20):
        field.fill(before)
        field.focus()
        if type_as_fast_as_a_scanner(page, text):
            break
    page.keyboard.press("Enter")


def test_what_the_balance_shows_is_taken_with_one_press(
    page: Page, example_server: ServedWorkspace, assert_well_made: Check
) -> None:
    address = example_server.address
    go_to_a_bench(page, address)
    bench = page.url
    token = a_token(page, address)
    page.goto(bench)
    expect(page.locator("[data-offer-said]")).to_have_text("The balance has sent nothing new.")
    jar = page.locator(".bench__jar .figure").inner_text()
    with a_terminal() as terminal, running(token, address, "--port", terminal.path) as program:
        wait_until_asked(terminal)
        show(terminal, program, "S S        0.0 mg")
        page.get_by_role("button", name="Take it for the empty vessel").click()
        expect(page.get_by_label("Empty vessel")).to_have_value("0.0 mg")
        show(terminal, program, "S S      171.2 mg")
        expect(page.locator("[data-offer-said]")).to_have_text("B1 shows 171.2 mg")
        expect(page.locator("[data-offer-verdict]")).to_have_text("above the window")
        page.set_viewport_size({"width": 360, "height": 740})
        assert_well_made(page)
        page.get_by_label("Lot on the jar").fill(jar)
        page.get_by_role("button", name="Take 171.2 mg").click()
        expect(page.get_by_role("alert")).to_contain_text("156.7 mg to 159.8 mg is accepted")
        show(terminal, program, "S S      158.3 mg")
        expect(page.locator("[data-offer-verdict]")).to_have_text("in the window")
        expect(page.locator(".bench__read")).to_have_attribute("x", "503")
        assert_well_made(page)
        page.get_by_label("Lot on the jar").focus()
        for _ in range(3):
            page.keyboard.press("Enter")
        expect(page.get_by_text("158.3 mg is weighed.")).to_be_visible()
        show(terminal, program, "S S      158.3 mg", after=BUSY)
        for _ in range(2):
            with page.expect_response("**/bench/offered?**"):
                pass
        expect(page.locator("[data-offer-said]")).to_have_text("The balance has sent nothing new.")
        show(terminal, program, "S S      158.3 mg")
        expect(page.locator("[data-offer-said]")).to_have_text("B1 shows 158.3 mg")
    page.goto(bench.removesuffix("/bench"))
    expect(page.get_by_role("table", name="Lines that balances sent")).to_contain_text("S S      158.3 mg")
    assert_well_made(page)


def test_without_scripts_a_button_looks_again_and_what_was_scanned_stays(
    page_without_scripts: Page, example_server: ServedWorkspace
) -> None:
    page, address = page_without_scripts, example_server.address
    go_to_a_bench(page, address)
    bench, token = page.url, a_token(page_without_scripts, address)
    page.goto(bench)
    page.get_by_label("Lot on the jar").fill(page.locator(".bench__jar .figure").inner_text())
    page.get_by_label("Empty vessel").fill("0.0 mg")
    with an_adapter(answers(b"SIR\r\n", b"S S      158.2 mg\r\n")) as (host, port):
        with running(token, address, "--tcp", f"{host}:{port}") as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "158.2 mg\n"
            for _ in range(20):
                page.get_by_role("button", name="Look again").click()
                if page.get_by_role("button", name="Take 158.2 mg").is_visible():
                    break
        page.get_by_role("button", name="Take 158.2 mg").click()
    expect(page.get_by_text("158.2 mg is weighed.")).to_be_visible()


def test_a_scan_with_the_focus_on_a_reading_changes_nothing_and_sends_nothing(
    page: Page, example_server: ServedWorkspace
) -> None:
    go_to_a_bench(page, example_server.address)
    here = page.url
    scans = ("EXAMPLE-NTX-2", "0109506000134352172806301012345", "261121A0078", "4006381333931")
    for field, text in product(("Reading", "The reading again"), scans):
        scan_into(page, page.get_by_label(field, exact=True), "158.3", text)
        expect(page.get_by_label(field, exact=True)).to_have_value("158.3")
        expect(page.get_by_text("That was a scan.")).to_be_visible()
    page.get_by_role("button", name="Weighed").focus()
    type_as_fast_as_a_scanner(page, "EXAMPLE-NTX 2")
    page.keyboard.press("Enter")
    assert page.url == here
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_scan_stores_no_order_and_receives_no_lot(page: Page, shown_server: ServedWorkspace) -> None:
    steps.open_order_form(page, shown_server.address)
    for name in ("Strength, row 1", "Capsules, row 1", "Compounded on"):
        before = page.get_by_label(name).input_value()
        scan_into(page, page.get_by_label(name), before, "010950600013435210EXAMPLE-NTX-2")
        expect(page.get_by_label(name)).to_have_value(before)
    expect(page.locator("[data-results]")).to_have_count(0)
    page.goto(f"{shown_server.address}/lots/receive")
    for name, kept in (("Quantity received", ""), ("Assay, %", ""), ("Maker's lot number", "010950600013435210AB-7")):
        scan_into(page, page.get_by_label(name), "", "010950600013435210AB-7")
        expect(page.get_by_label(name)).to_have_value(kept)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("heading", name="Receive a lot")).to_be_visible()
