"""One migration by itself, over a database that has everything but what it makes."""

import runpy
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parents[2] / "migrations/versions"


def migrate_by(connection: Connection, name: str) -> None:
    """Run the migration in the file of this name."""
    with Operations.context(MigrationContext.configure(connection)):
        runpy.run_path(str(MIGRATIONS / f"{name}.py"))["upgrade"]()
