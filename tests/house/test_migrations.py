"""The tables that the migrations make are the tables that the code describes, on both databases."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

DATED = re.compile(r"\d{4}_\d{2}_\d{2}_[a-z][a-z_]+\.py")


@pytest.fixture
def metadata() -> sa.MetaData:
    """The tables as the code describes them."""
    from compounder.database.schema import Base

    return Base.metadata


def description(url: str) -> dict[str, Any]:
    """What the database says of its own tables, constraints and indexes."""
    engine = sa.create_engine(url)
    look = sa.inspect(engine)
    tables = [name for name in look.get_table_names() if name != "alembic_version"]
    described = {
        name: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(name)},
            "primary key": look.get_pk_constraint(name)["constrained_columns"],
            "foreign keys": in_order(unnamed(key) for key in look.get_foreign_keys(name)),
            "unique": in_order(look.get_unique_constraints(name)),
            "checks": in_order(look.get_check_constraints(name)),
            "indexes": in_order(spelled(index) for index in look.get_indexes(name)),
        }
        for name in tables
    }
    engine.dispose()
    return described


def unnamed(foreign_key: Any) -> dict[str, Any]:
    """A reference without its name: SQLite forgets that of a column added later."""
    return {part: value for part, value in foreign_key.items() if part != "name"}


def spelled(index: Any) -> dict[str, Any]:
    """An index with the words of what is in it only in part."""
    options = {option: str(value) for option, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def in_order(constraints: Any) -> list[str]:
    """The constraints as text, so that they can be compared whatever their order."""
    return sorted(str(sorted(constraint.items())) for constraint in constraints)


def test_models_and_migrations_agree(database_url: str, metadata: sa.MetaData) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_sqlite_gets_the_constraints_and_indexes_that_the_code_describes(
    sqlite_url: str, tmp_path: Path, metadata: sa.MetaData
) -> None:
    described = f"sqlite:///{tmp_path / 'described.db'}"
    create(metadata, described)
    assert description(sqlite_url) == description(described)


def test_postgresql_gets_the_constraints_and_indexes_that_the_code_describes(
    postgresql_url: str, empty_postgresql_url: str, metadata: sa.MetaData
) -> None:
    create(metadata, empty_postgresql_url)
    assert description(postgresql_url) == description(empty_postgresql_url)


def create(metadata: sa.MetaData, url: str) -> None:
    """Make the tables straight from the code, without a migration."""
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    engine.dispose()


def test_the_migrations_form_one_line(checkout: Path) -> None:
    script = ScriptDirectory(checkout / "migrations")
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_a_migration_is_named_by_its_day_and_what_it_does(checkout: Path) -> None:
    assert [p.name for p in (checkout / "migrations" / "versions").glob("*.py") if not DATED.fullmatch(p.name)] == []


def test_a_migration_takes_nothing_from_the_program_it_will_outlive(checkout: Path) -> None:
    for path in (checkout / "migrations" / "versions").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        froms = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert [name for name in froms + names if name.partition(".")[0] == "compounder"] == []


def test_the_program_works_with_the_newest_revision() -> None:
    from compounder.database.engine import REVISION
    from compounder.database.migrating import newest

    assert newest() == REVISION
