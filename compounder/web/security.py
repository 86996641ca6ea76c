"""What every answer carries, which requests are taken, and the session's cookie."""

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError

from compounder.services.form_key import form_key
from compounder.settings import Settings

POLICY = (
    "default-src 'none'; object-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONLY_BY_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
ALIKE_FOR_ALL = ("static", "fonts")
"""What holds nothing of the pharmacy's, and may be kept by caches."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OUR_OWN_PAGES = ("same-origin", "none")


def protect(app: Flask, settings: Settings) -> None:
    """Set the cookie, look where each request comes from, and put the headers on every answer.

    A cookie named `__Host-` is taken by browsers only if it came by TLS, for this one host and all of its pages.
    """
    app.config.update(
        SECRET_KEY=form_key(settings.keys),
        SESSION_COOKIE_NAME="__Host-session" if settings.is_behind_tls else "session",
        SESSION_COOKIE_SECURE=settings.is_behind_tls,
        SESSION_COOKIE_SAMESITE="Strict",
    )
    app.before_request(refuse_other_sites)
    app.after_request(add_headers)


def refuse_other_sites() -> None:
    """Refuses what a page of another site sends; programs, and old browsers, do not say where it comes from.

    Source: Fetch Metadata Request Headers, W3C; asked for beside the token that every form of ours carries.
    """
    comes_from = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method not in SAFE_METHODS and comes_from not in OUR_OWN_PAGES:
        raise CSRFError("A page of another site sent this.")


def add_headers(response: Response) -> Response:
    """The same strict headers on every answer; what the pharmacy wrote is kept by no cache."""
    response.headers.update(HEADERS)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.update(ONLY_BY_TLS)
    if request.endpoint not in ALIKE_FOR_ALL or not response.cache_control:
        response.headers["Cache-Control"] = "no-store"
    return response
