"""A line in the server's log for each sign-in, refused proof and refused request: for whoever looks into an attack.

A line is JSON: when (UTC), what, at which of our addresses, from where, who, and why. It never holds a password, a
code, a token or the parts of an address; nor what a stranger typed as a name, which may have been a password.
Source: OWASP ASVS 5.0, V16.2 and V16.3.
"""

import json
import logging
from ipaddress import ip_address
from typing import Final

from flask import Flask, Response, current_app, g, request

from compounder import clock

LOG: Final = logging.getLogger("compounder.security")
EVENTS: Final = {
    400: "request-refused",
    401: "not-known",
    403: "not-allowed",
    404: "not-found",
    405: "method-refused",
    413: "too-large",
    429: "too-often",
    500: "failed",
    503: "database-lost",
}


def watch(app: Flask) -> None:
    """Note every request that was refused, and every failure."""
    app.after_request(note_refusal)


def note_refusal(response: Response) -> Response:
    """The answer as it is; what it refuses is noted."""
    if response.status_code in EVENTS:
        note(EVENTS[response.status_code])
    return response


def note(event: str, *, who: str = "", why: str = "") -> None:
    """Put one event into the log; `who` is the sign-in name of somebody known, by default of whoever is signed in."""
    said = {
        "at": clock.now().isoformat(timespec="milliseconds"),
        "event": event,
        "asked": f"{request.method} {request.endpoint or 'nothing'}",
        "from": _from(),
        "who": who or _who_asks(),
        "why": why,
    }
    LOG.info(json.dumps({name: value for name, value in said.items() if value}))


def _who_asks() -> str:
    """Whoever is signed in, or whose program it is."""
    known = g.get("session") or g.get("token")
    return known.person.sign_in_name if known else ""


def _from() -> str:
    """The address that the server with TLS before us wrote last into its header, else whose connection it is."""
    said = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    try:
        return str(ip_address(said)) if current_app.config["SESSION_COOKIE_SECURE"] else request.remote_addr or ""
    except ValueError:
        return request.remote_addr or ""
