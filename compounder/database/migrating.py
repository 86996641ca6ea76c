"""Schema changes, one file each under `migrations/`, applied by Alembic."""

from pathlib import Path
from typing import Any, Final

import alembic.command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"


def to_newest(connection: Connection) -> None:
    """Apply every change that the connection's database does not have yet."""
    alembic.command.upgrade(_configuration(connection=connection), "head")


def newest() -> str | None:
    """The revision that the newest file makes."""
    return ScriptDirectory.from_config(_configuration()).get_current_head()


def known() -> frozenset[str]:
    """Every revision that this program has a file for."""
    return frozenset(each.revision for each in ScriptDirectory.from_config(_configuration()).walk_revisions())


def _configuration(**attributes: Any) -> Config:
    configuration = Config(attributes=attributes)
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return configuration
