"""The key that signs forms and sessions' cookies, and that second factors come from: one file, its owner's only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

_BYTES = 32


def form_key(keys: Path) -> bytes:
    """The key in this folder, made when it is first asked for."""
    path = keys / "forms.key"
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """The whole key appears under its name at once, so that processes that start together read the same."""
    with NamedTemporaryFile(dir=path.parent) as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)
