"""How long a person waits for the first answer of a command, against a Python that does nothing.

`compounder calculate` answers one order. `compounder run` serves a workspace that exists; its answer is the first page.
Half a second and 0.8 s are wanted where `python -c pass` takes 15 ms. They are held as ratios to it, so that a slow or
busy machine says the same as a quick one.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.planning import DOCUMENT
from bench.table import Row, Target, interleaved, middle

COMPOUNDER = Path(sys.executable).with_name("compounder")
SECONDS_TO_WAIT = 60
NOTHING, CALCULATE, RUN = "python -c pass", "compounder calculate, first answer", "compounder run, first page"
WANTED_WHERE_NOTHING_TAKES = 0.015
TARGETS = {
    CALCULATE: Target(times=round(0.5 / WANTED_WHERE_NOTHING_TAKES)),
    RUN: Target(times=round(0.8 / WANTED_WHERE_NOTHING_TAKES)),
}


def rows(rounds: int = 9) -> Iterator[Row]:
    """Both commands beside the empty one."""
    with tempfile.TemporaryDirectory() as folder:
        order = Path(folder) / "order.json"
        order.write_text(json.dumps(DOCUMENT), encoding="utf-8")
        environment = alone(Path(folder) / "workspace")
        taken = interleaved(
            {
                NOTHING: lambda: finished([sys.executable, "-c", "pass"], environment),
                CALCULATE: lambda: finished([str(COMPOUNDER), "calculate", str(order)], environment),
            },
            rounds,
        )
        taken[RUN] = [first_page(environment) for _ in range(rounds)]
    for figure, target in TARGETS.items():
        yield Row(
            figure=figure,
            measured=middle(taken[figure]),
            floor=NOTHING,
            floor_measured=middle(taken[NOTHING]),
            target=target,
        )


def alone(home: Path) -> Mapping[str, str]:
    """The environment of a workspace that is nobody else's."""
    ours = {"COMPOUNDER_HOME": str(home), "COMPOUNDER_KEYS": str(home / "keys")}
    return {name: text for name, text in os.environ.items() if not name.startswith("COMPOUNDER_")} | ours


def finished(command: list[str], environment: Mapping[str, str]) -> None:
    """Run the command to its end."""
    subprocess.run(command, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def first_page(environment: Mapping[str, str]) -> float:
    """The seconds from starting the server to its first page."""
    port = free_port()
    began = time.perf_counter()
    with serving(port, environment):
        while time.perf_counter() - began < SECONDS_TO_WAIT:
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=SECONDS_TO_WAIT).close()
            except URLError:
                time.sleep(0.002)
            else:
                return time.perf_counter() - began
    raise TimeoutError("The server did not answer.")


@contextmanager
def serving(port: int, environment: Mapping[str, str]) -> Iterator[None]:
    """The server, until the block ends."""
    command = [str(COMPOUNDER), "run", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet) as server:
        try:
            yield
        finally:
            server.terminate()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
