"""The key that signs forms and sessions' cookies, and that second factors come from: one file, its owner's only."""

import secrets
from pathlib import Path

from compounder.services.whole_files import keep_first

_BYTES = 32


def form_key(keys: Path) -> bytes:
    """The key in this folder, made when it is first asked for."""
    path = keys / "forms.key"
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        keep_first(path, secrets.token_bytes(_BYTES))
    return path.read_bytes()
