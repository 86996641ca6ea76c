"""Takes the pictures of README and guides again, from one example workspace (`make pictures`).

It makes an example workspace in a folder of its own, serves it, and goes through it in a real browser.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
COMPOUNDER = Path(sys.executable).with_name("compounder")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-sync")
WIDTH = 1280
WORKSHEET_DPI, LABEL_DPI = 110, 300
COLOURS = 64
SECONDS_TO_WAIT = 20


def main() -> None:
    """An order worked out, stored, printed and weighed; then what the example has made and given out before."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "example") as address, browsing() as page:
        sign_in(page, address)
        keep(top(page, 620), "today")
        work_out(page, address)
        keep(page.screenshot(full_page=True), "order")
        store(page)
        keep(drawn(page, f"{page.url}/worksheets.pdf?paper=a4", WORKSHEET_DPI), "worksheet")
        keep(drawn(page, f"{page.url}/labels.pdf?stock=100x50", LABEL_DPI), "label")
        weigh(page)
        keep(page.screenshot(full_page=True), "bench")
        page.goto(f"{address}/batches?status=released")
        page.locator("tbody a").first.click()
        keep(
            page.locator("section", has=page.get_by_role("heading", name="Finished capsules")).screenshot(), "capsules"
        )
        page.goto(f"{address}/trace?code=EXAMPLE-NTX-1")
        keep(top(page, 1_000), "trace")
        page.get_by_role("table").first.get_by_role("link").first.click()
        keep(drawn(page, f"{page.url}/leaflet.pdf?paper=a4", WORKSHEET_DPI), "leaflet")
        keep(drawn(page, f"{page.url}/label.pdf?stock=100x50", LABEL_DPI), "patient-label")


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address at which an example workspace is served until the block ends."""
    subprocess.run([COMPOUNDER, "example", home], check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    ours = {"COMPOUNDER_HOME": str(home), "COMPOUNDER_KEYS": str(home / "keys")}
    theirs = {name: text for name, text in os.environ.items() if not name.startswith("COMPOUNDER_")}
    command = [str(COMPOUNDER), "run", "--port", str(port)]
    with subprocess.Popen(command, env=theirs | ours, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    """Return when the address answers."""
    began = time.monotonic()
    while True:
        try:
            urlopen(address, timeout=SECONDS_TO_WAIT).close()
        except URLError:
            if time.monotonic() - began > SECONDS_TO_WAIT:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def browsing() -> Iterator[Page]:
    """A page in the machine's Chromium, or in Playwright's own."""
    installed = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=installed, args=FLAGS) as browser:
        yield browser.new_page(viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce", locale="en-US")


def sign_in(page: Page, address: str) -> None:
    """As the example's pharmacist, by the button that the sign-in page offers on its own machine."""
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="As A. Example, pharmacist").click()
    page.get_by_role("button", name="Sign out").wait_for()


def work_out(page: Page, address: str) -> None:
    """The standard titration, a hundred capsules of each strength."""
    page.goto(f"{address}/orders/new")
    page.get_by_label("Drug lot").select_option(index=1)  # the first expires soon
    page.get_by_role("button", name="1.5 · 3 · 4.5 mg").click()
    page.get_by_role("button", name="Work it out").click()
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")


def store(page: Page) -> None:
    """Store what was worked out; the order's page follows."""
    page.get_by_role("button", name="Store 3 batches").click()


def weigh(page: Page) -> None:
    """The drug of the order's first batch, before it is sent."""
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Weigh at the bench").click()
    planned = page.locator(".bench__figure").inner_text()
    page.get_by_label("Reading", exact=True).fill(planned)
    page.get_by_label("The reading again").fill(planned)


def top(page: Page, height: int) -> bytes:
    """The page as far as it is seen at first."""
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
    return page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": height})


def drawn(page: Page, address: str, dpi: int) -> bytes:
    """The first page of a paper as a picture."""
    picture = BytesIO()
    with closing(pypdfium2.PdfDocument(page.request.get(address).body())) as paper:
        paper[0].render(scale=dpi / 72).to_pil().save(picture, "PNG")
    return picture.getvalue()


def keep(picture: bytes, name: str) -> None:
    """Write the picture beside this script, in few colours."""
    path = HERE / f"{name}.png"
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(f"{path.relative_to(HERE.parent)}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
