"""The real server behind the recorder, ended as a power cut or `kill -9` ends it: at once, with all its processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.durability.pharmacy import Pharmacy
from tests.fixtures.recorder import Recorder
from tests.fixtures.served import COMPOUNDER, free_port, wait_until_it_answers

CHECKOUT = Path(__file__).parents[2]
PROGRAM: Sequence[str] = (str(COMPOUNDER),)


def weakened(journal_mode: str, synchronous: str) -> Sequence[str]:
    """The program with settings that lose what was told."""
    return sys.executable, "-m", "tests.durability.weakened", journal_mode, synchronous


@contextmanager
def serving(
    pharmacy: Pharmacy, recorder: Recorder, program: Sequence[str] = PROGRAM, workers: int = 1
) -> Iterator[str]:
    """The address of the server, whose processes are killed when the block ends."""
    port = free_port()
    where = pharmacy.settings
    named = {"COMPOUNDER_HOME": str(where.home), "COMPOUNDER_KEYS": str(where.keys), **recorder.environment()}
    named["COMPOUNDER_REQUESTS_A_MINUTE"] = "0"  # programs click quicker than people
    log = where.home.with_name(f"{where.home.name}.log")
    with (
        log.open("a") as output,
        subprocess.Popen(
            [*program, "run", "--port", str(port), "--workers", str(workers)],
            env={**os.environ, **named},
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        ) as server,
    ):
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}/sign-in", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
