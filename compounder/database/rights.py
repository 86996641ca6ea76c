"""What a PostgreSQL role that only serves may do: read, add, and change what changes; it owns no table.

The journal and what else is only ever added to it can neither change nor take away, whatever the program is made to
send. The role that owns the tables brings them up to date, and serves nobody. Source: OWASP ASVS 5.0, 13.2.2.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text

from compounder.database.base import Base

ONLY_ADDED_TO: Final = frozenset(
    {"journal", "checkpoints", "site_settings", "stock_movements", "capsule_movements", "one_time_keys"}
)
TAKEN_FROM: Final = frozenset({"sessions", "sign_in_failures", "invitations", "offered_readings"})
"""Where rows go again; everywhere else they stay."""
_KNOWN: Final = text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
_OWNS: Final = text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tableowner = :role")


def has_role(connection: Connection, role: str) -> bool:
    """Whether the server knows a role of this name."""
    return bool(connection.scalar(_KNOWN, {"role": role}))


def owns_tables(connection: Connection, role: str) -> bool:
    """Whether the role owns a table here: an owner's rights cannot be taken away."""
    return bool(connection.scalar(_OWNS, {"role": role}))


def let_serve(connection: Connection, role: str) -> None:
    """The role may do in this database what serving needs, and nothing else any more."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    schema, to = quoted(str(connection.scalar(text("SELECT current_schema()")))), quoted(role)
    for statement in _statements(schema, to):
        connection.exec_driver_sql(statement)


def _statements(schema: str, role: str) -> Iterator[str]:
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}"
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM {role}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
    yield f"GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"
    for name in Base.metadata.tables:
        may = ("INSERT", *(["UPDATE"] * (name not in ONLY_ADDED_TO)), *(["DELETE"] * (name in TAKEN_FROM)))
        yield f'GRANT {", ".join(may)} ON {schema}."{name}" TO {role}'
