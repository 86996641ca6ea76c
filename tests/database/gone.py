"""A PostgreSQL database that goes away while somebody works on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text

BREAK_OFF = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
)


def break_off(url: str) -> None:
    """End every connection to the database at `url`, as a server does that goes down."""
    ask_server(url, BREAK_OFF.bindparams(name=make_url(url).database))


def ask_server(url: str, statement: object) -> None:
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # text with or without values
    engine.dispose()


@contextmanager
def out_of_service(url: str) -> Iterator[None]:
    """Nobody reaches the database until the block ends."""
    name = make_url(url).database
    ask_server(url, text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
    break_off(url)
    yield
    ask_server(url, text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
