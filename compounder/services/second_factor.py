"""The second factor: six digits from a telephone, new every half minute, each taken once. Source: RFC 6238.

A secret is worked out from the workspace's own key, the person and a number, so that it lies in no database: who takes
a copy of the records takes no second factor with it.
"""

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime
from pathlib import Path
from typing import Final

import pyotp

from compounder.services.form_key import form_key

_STEP_SECONDS: Final = 30
_SECRET_BYTES: Final = 20
_EARLY_OR_LATE: Final = (0, -1, 1)


def secret_of(keys: Path, site: str, sign_in_name: str, number: int) -> str:
    """The Base32 text that a telephone keeps."""
    said = f"second factor\n{site}\n{sign_in_name}\n{number}".encode()
    return b32encode(hmac.digest(form_key(keys), said, hashlib.sha256)[:_SECRET_BYTES]).decode("ascii")


def address_of(secret: str, sign_in_name: str, pharmacy: str) -> str:
    """The address that a telephone reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=sign_in_name, issuer_name=pharmacy)


def step_of(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """Which half minute's code it is; None if it is none of this half minute or its neighbours, or was used before.

    `after` is the newest half minute whose code was used.
    """
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // _STEP_SECONDS
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdecimal()):
        return None
    for step in (now + each for each in _EARLY_OR_LATE):
        if step > after and hmac.compare_digest(totp.generate_otp(step), typed):
            return step
    return None
