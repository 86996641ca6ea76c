"""The application: settings in, blueprints and their shared context out."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, g, send_from_directory
from flask_wtf.csrf import CSRFProtect
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from werkzeug.wrappers import Response

from compounder import __version__, clock, fonts
from compounder.services.workspace import open_workspace
from compounder.settings import Settings, from_environment
from compounder.web import (
    account,
    api,
    asking,
    batches,
    bench,
    checks,
    corrections,
    courses,
    deviations,
    dispensing,
    finishing,
    formulations,
    front,
    imports,
    leaflet,
    lots,
    opioids,
    orders,
    pace,
    papers,
    patients,
    people,
    permissions,
    prescriptions,
    protocols,
    recalls,
    recovering,
    refusals,
    security,
    security_log,
    shelf,
    sign_in,
    steps,
    tracing,
    trends,
    triturations,
)
from compounder.web import settings as settings_pages
from compounder.web.sent import SentRequest
from compounder.web.workspace import EXTENSION, Workspace, current_site_settings, person

TEMPLATES = Path(__file__).parents[2] / "templates"
LARGEST_FORM = 1_000_000
PAGES = (
    front,
    orders,
    courses,
    batches,
    bench,
    steps,
    deviations,
    recovering,
    checks,
    corrections,
    finishing,
    trends,
    triturations,
    papers,
    patients,
    prescriptions,
    protocols,
    opioids,
    leaflet,
    dispensing,
    tracing,
    recalls,
    shelf,
    lots,
    imports,
    formulations,
    settings_pages,
    sign_in,
    account,
    people,
    api,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for one workspace, opened and at the newest revision."""
    settings = settings or from_environment()
    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.request_class = SentRequest
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.bytecode_cache = _compiled_templates()
    app.config.update(
        TRUSTED_HOSTS=list(settings.hosts) or None,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions[EXTENSION] = Workspace(settings=settings, database=open_workspace(settings, at=clock.now()))
    csrf = CSRFProtect(app)
    csrf.exempt(api.pages)
    for pages in PAGES:
        app.register_blueprint(pages.pages)
    refusals.register(app)
    security.protect(app, settings)
    security_log.watch(app)
    permissions.protect(app)
    pace.keep(app, settings.requests_a_minute)
    app.context_processor(_page_context)
    app.add_url_rule("/fonts/<name>", "fonts", _font)
    return app


def _compiled_templates() -> FileSystemBytecodeCache | None:
    """Where compiled templates are kept beside their sources, as Python keeps its modules; nowhere if it may not."""
    folder = TEMPLATES / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


def _page_context() -> dict[str, Any]:
    site = current_site_settings()
    signed_in = person() if "session" in g else None
    return {
        "site_name": site.pharmacy.name,
        "program_version": __version__,
        "is_example": site.is_example,
        "signed_in": signed_in,
        "signed_in_for": asking.seconds_left() if signed_in else 0,
    }


def _font(name: str) -> Response:
    return send_from_directory(Path(fonts.__file__).parent, name, max_age=86_400)
