"""A command as it is typed: read and run in this process, or by the program itself in one of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner

from compounder.cli import main

COMPOUNDER = Path(sys.executable).with_name("compounder")
Answer = subprocess.CompletedProcess[str]


def typed(home: Path, *words: str | Path, sent: bytes = b"") -> Answer:
    """What the command answers, without the second that a new process takes to bring everything along."""
    arguments = [str(word) for word in words]
    ended = CliRunner().invoke(main, arguments, input=sent, env=_workspace(home), catch_exceptions=False)
    return Answer(arguments, ended.exit_code, ended.stdout, ended.stderr)


def started(home: Path, *words: str | Path, sent: bytes = b"", most_bytes: int | None = None) -> Answer:
    """What the program answers, on a disk that takes no larger file than `most_bytes`."""
    limit = ["prlimit", f"--fsize={most_bytes}"] if most_bytes is not None else []
    command = [*limit, COMPOUNDER, *words]
    ended = subprocess.run(command, input=sent, env={**os.environ, **_workspace(home)}, capture_output=True, timeout=60)
    return Answer(command, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def _workspace(home: Path) -> Mapping[str, str]:
    return {"COMPOUNDER_HOME": str(home), "COMPOUNDER_KEYS": str(home / "keys")}
