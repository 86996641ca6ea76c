"""What a request works in: the database, the site and its settings, and who is signed in; read once a request."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import current_app, g

from compounder import clock
from compounder.database.engine import Database
from compounder.domain.people.person import Person
from compounder.domain.record.journal import Actor
from compounder.domain.site import SiteSettings
from compounder.services.acting import Acting
from compounder.services.signing_in import Session
from compounder.services.tokens import IssuedToken
from compounder.services.workspace import site_settings
from compounder.settings import Settings

EXTENSION = "compounder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What the application was created for."""

    settings: Settings
    database: Database


def workspace() -> Workspace:
    return cast("Workspace", current_app.extensions[EXTENSION])


def database() -> Database:
    return workspace().database


def site() -> str:
    return workspace().settings.site


def current_site_settings() -> SiteSettings:
    """The site's settings in force; every page names them."""
    if "site_settings" not in g:
        with database().reading() as reading:
            g.site_settings = site_settings(reading, site())
    return cast("SiteSettings", g.site_settings)


def person() -> Person:
    """Who is signed in."""
    return cast("Session", g.session).person


def token_holder() -> Person:
    """Whose program asks."""
    return cast("IssuedToken", g.token).person


def actor() -> Actor:
    """Who acts, as the journal says it."""
    return person().actor


def act() -> Acting:
    """Who acts, where and when."""
    return Acting(site=site(), actor=actor(), at=clock.now())


def today() -> date:
    """The pharmacy's own calendar day."""
    return clock.today(current_site_settings().zone)
