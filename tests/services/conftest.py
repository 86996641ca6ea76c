"""A small pharmacy with a whole journal, in a database of its own, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy, copytree

import pytest
import sqlalchemy as sa

from compounder.database.engine import open_database
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.services.signing_in import Place
from compounder.services.workspace import FIRST_SETTINGS, start_site
from compounder.settings import Settings
from tests.fixtures.databases import new_database
from tests.services.orders import MORNING, SITE
from tests.services.people import ANNA, OLGA, TOM, add
from tests.services.proved import fill, settings_at


@pytest.fixture(scope="session")
def sqlite_pharmacy(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small pharmacy in a SQLite file, to be copied."""
    folder = tmp_path_factory.mktemp("pharmacy")
    copy(sqlite_template, folder / "compounder.db")
    where = settings_at(f"sqlite:///{folder / 'compounder.db'}", folder)
    fill(where)
    return where


@pytest.fixture
def sqlite_copy(sqlite_pharmacy: Settings, tmp_path: Path) -> Settings:
    """A copy of the small pharmacy to be attacked."""
    copytree(sqlite_pharmacy.home, tmp_path / "copy")
    return settings_at(f"sqlite:///{tmp_path / 'copy' / 'compounder.db'}", tmp_path / "copy")


@pytest.fixture
def postgresql_copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The small pharmacy in a PostgreSQL database of its own."""
    filled: dict[str, Settings] = request.getfixturevalue("postgresql_pharmacy")
    ((template, where),) = filled.items()
    with new_database(request.getfixturevalue("postgresql_server"), template) as url:
        yield settings_at(url, where.home)


@pytest.fixture(scope="session")
def postgresql_pharmacy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Settings]]:
    """The small pharmacy in a PostgreSQL database, by its name, to be copied."""
    server = request.getfixturevalue("postgresql_server")
    with new_database(server, request.getfixturevalue("postgresql_template")) as url:
        where = settings_at(url, tmp_path_factory.mktemp("pharmacy"))
        fill(where)
        yield {sa.make_url(url).database or "": where}


@pytest.fixture(params=["sqlite", "postgresql"])
def pharmacy(request: pytest.FixtureRequest) -> Settings:
    """A copy of the small pharmacy: the test runs once on SQLite and once on PostgreSQL."""
    where: Settings = request.getfixturevalue(f"{request.param}_copy")
    return where


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """A site with an owner, a pharmacist and a technician, on both databases."""
    database = open_database(database_url)
    with database.writing() as writing:
        start_site(writing, SITE, FIRST_SETTINGS, first_formulation(1), at=MORNING)
        for person in (OLGA, ANNA, TOM):
            add(writing, person)
    yield Place(database=database, site=SITE, keys=tmp_path / "keys")
    database.close()
