"""The real server: gunicorn with one thread a process, because PDFs are rendered in single-threaded processes."""

import logging
import os
import socket
from contextlib import closing
from ipaddress import ip_address
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from compounder import clock
from compounder.database.engine import address_of
from compounder.domain.errors import CompoundingError
from compounder.services.invitations import first_owners_link
from compounder.services.people import has_owner
from compounder.services.workspace import open_workspace
from compounder.settings import LOOPBACK_NAMES, from_environment
from compounder.web import security_log
from compounder.web.application import create_app

SECONDS_FOR_A_REQUEST = 120


class Server(BaseApplication):
    """gunicorn with our application and nothing read from files."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in each process, after it was forked."""
        return create_app()


def serve(host: str, port: int, workers: int) -> None:
    """Serve until interrupted; says the address first, or in one sentence why it cannot."""
    if not _is_this_machine(host):
        _require_tls(host)
        os.environ.setdefault("COMPOUNDER_HOSTS", "*")
    _require_free(host, port)
    link = _first_owners_link()
    _keep_log()
    click.echo(f"Compounder serves {_workspace_name()} at http://{host}:{port}  (stop with Ctrl-C)")
    if link:
        click.echo(f"Nobody may sign in yet. The first owner comes in here, once: http://{host}:{port}/links/{link}")
    Server(
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "sync",
            "timeout": SECONDS_FOR_A_REQUEST,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
    ).run()


def _is_this_machine(host: str) -> bool:
    """Whether only programs of this machine reach what is served at this address."""
    try:
        return host in LOOPBACK_NAMES or ip_address(host).is_loopback
    except ValueError:
        return False


def _require_tls(host: str) -> None:
    """Refuses to send passwords and patients' names over a wire as they are. Source: OWASP ASVS 5.0, 12.2.1."""
    if not from_environment().is_behind_tls:
        raise click.ClickException(
            f"At {host} others would send their passwords as they typed them. Put a server with TLS before Compounder, "
            "and set COMPOUNDER_TLS=1; docs/server.md says how."
        )


def _keep_log() -> None:
    """What concerns security goes to standard error, a line each, whatever else is silent."""
    security_log.LOG.setLevel(logging.INFO)
    security_log.LOG.addHandler(logging.StreamHandler())


def _workspace_name() -> str:
    """The folder, or the database's address where it is not in the folder."""
    where = from_environment()
    return str(where.home) if where.database_url.startswith("sqlite") else address_of(where.database_url)


def _first_owners_link() -> str:
    """What the first owner comes in by, new each time it is served; empty once there is one."""
    where = from_environment()
    try:
        with closing(open_workspace(where, at=clock.now())) as database, database.writing() as writing:
            return "" if has_owner(writing, where.site) else first_owners_link(writing, where.site, at=clock.now())
    except OSError as error:
        raise click.ClickException(f"Cannot use the workspace {where.home}: {error.strerror}.") from None
    except CompoundingError as refusal:
        raise click.ClickException(str(refusal)) from None


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Cannot serve at {host}:{port}: {error.strerror}. Try --port with another number."
            ) from None
