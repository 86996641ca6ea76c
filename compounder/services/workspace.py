"""Opening a workspace: its folder, its database at the newest revision, and what a new site starts with."""

from datetime import date, datetime
from typing import Final

from compounder.database import formulations, settings
from compounder.database.engine import Connection, Database, open_database, upgrade
from compounder.database.errors import NotFound
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.record.journal import Actor, EntryKind
from compounder.domain.site import Pharmacy, SiteSettings
from compounder.domain.stock.equipment import Balance
from compounder.services.acting import Acting, append
from compounder.services.errors import NoSuchBalance
from compounder.services.settings import revise_settings
from compounder.settings import Settings

PROGRAM: Final = Actor(name="Compounder", is_authenticated=True)
"""Who acts where no person does: the program itself, when it makes a new workspace."""

FIRST_SETTINGS: Final = SiteSettings(
    version=1,
    pharmacy=Pharmacy(name="Name the pharmacy under Settings", address="", telephone=""),
    letter="A",
    time_zone="UTC",
    reason="A new workspace",
)


def open_workspace(where: Settings, *, at: datetime) -> Database:
    """The workspace's database, made `at` this moment and brought to the newest revision if need be."""
    where.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(where.database_url)
    database = open_database(where.database_url)
    with database.reading() as reading:
        is_new = settings.current(reading, where.site) is None
    if is_new:
        _start(database, where.site, at)
    return database


def _start(database: Database, site: str, at: datetime) -> None:
    with database.writing() as writing:
        if settings.current(writing, site) is None:
            formulation = first_formulation(FIRST_SETTINGS.day_of_compounding)
            start_site(writing, site, FIRST_SETTINGS, formulation, at=at)


def start_site(
    connection: Connection, site: str, first: SiteSettings, formulation: Formulation, *, at: datetime
) -> None:
    """What a new site starts with: its first settings, and the first formulation, still to be approved."""
    revise_settings(connection, site, first, actor=PROGRAM, at=at)
    act = Acting(site=site, actor=PROGRAM, at=at)
    entry = append(connection, act, formulation.code, EntryKind.FORMULATION_ADDED, formulation)
    formulations.add_version(connection, site, formulation, entry.number)


def site_settings(connection: Connection, site: str) -> SiteSettings:
    """The site's settings in force; refuses with `NotFound` a site that this workspace does not have."""
    found = settings.current(connection, site)
    if found is None:
        raise NotFound(what="site", name=site)
    return found


def day_at(connection: Connection, site: str, at: datetime) -> date:
    """The pharmacy's own calendar day at this moment."""
    return at.astimezone(site_settings(connection, site).zone).date()


def balance_named(connection: Connection, site: str, name: str) -> Balance:
    """The balance as the site's settings have it now; refuses with `NoSuchBalance`."""
    known = site_settings(connection, site).balances
    found = next((each for each in known if each.name == name), None)
    if found is None:
        raise NoSuchBalance(read=name, known=tuple(each.name for each in known))
    return found
