"""The second factor's secret, as a telephone reads it from the screen and as a person types it."""

from base64 import b64decode

from flask import Response

from compounder.services.invitations import number_to_offer
from compounder.services.second_factor import address_of, secret_of
from compounder.web.workspace import current_site_settings, database, site, workspace

LETTERS_TOGETHER = 4


def offered_secret(sign_in_name: str) -> str:
    """The Base32 text of the next second factor of somebody, who need not be here yet."""
    with database().reading() as reading:
        number = number_to_offer(reading, site(), sign_in_name)
    return secret_of(workspace().settings.keys, site(), sign_in_name, number)


def spelled(secret: str) -> str:
    """The secret in groups of four letters."""
    return " ".join(secret[start : start + LETTERS_TOGETHER] for start in range(0, len(secret), LETTERS_TOGETHER))


def picture(sign_in_name: str) -> Response:
    """The QR code that a telephone reads."""
    from compounder.printing.codes import PNG, qr_code  # noqa: PLC0415 - no other page draws, and none waits for it

    text = address_of(offered_secret(sign_in_name), sign_in_name, current_site_settings().pharmacy.name)
    return Response(b64decode(qr_code(text).removeprefix(PNG)), mimetype="image/png")
