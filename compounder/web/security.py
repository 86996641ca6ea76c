"""What every answer carries, and the key that signs forms."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import Response

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def add_headers(response: Response) -> Response:
    """The same strict headers on every answer; pages are not kept by caches."""
    response.headers.extend({name: value for name, value in HEADERS.items() if name not in response.headers})
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def secret_key(keys: Path) -> bytes:
    """The key that signs forms and sessions: made once, readable by its owner only."""
    path = keys / "forms.key"
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """The whole key appears under its name at once, so that processes that start together read the same."""
    with NamedTemporaryFile(dir=path.parent) as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)
