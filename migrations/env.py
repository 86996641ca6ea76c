"""Runs the migrations on the connection that the program hands over (`compounder.database.engine.upgrade`)."""

from typing import Any, Literal

from alembic import context


def plainly(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own column types as the plain types they stand for: a migration outlives the program."""
    if kind == "type" and type(item).__module__.startswith("compounder."):
        return f"sa.{item.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    render_item=plainly,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
