"""`compounder balance`: what a balance shows at rest, a reading a line, or why there is none.

With a server's address each reading is offered there too, to whoever weighs on that balance.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import Final

import click

from compounder.cli.refusals import REFUSED
from compounder.domain.errors import CompoundingError
from compounder.instruments.balance import PROTOCOLS, BalanceProtocol, readings_asked_for, readings_sent
from compounder.instruments.connection import Connection
from compounder.instruments.courier import Courier
from compounder.instruments.errors import BalanceSilent
from compounder.instruments.ports import BAUDS, BITS, PARITIES, Port, SerialPort, SerialSettings, TcpPort
from compounder.instruments.server import server_at
from compounder.instruments.server_errors import NoToken

_LAST_TCP_PORT = 65_535
TOKEN: Final = "COMPOUNDER_TOKEN"  # noqa: S105 - the name under which the environment holds it
_SENDABLE = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)


class _Teller:
    """Says why there is no reading, each sentence once until another comes."""

    def __init__(self, *, gives_up: bool) -> None:
        self._gives_up = gives_up
        self._last = ""

    def __call__(self, refusal: CompoundingError) -> None:
        if self._gives_up and isinstance(refusal, BalanceSilent):
            raise refusal
        if str(refusal) != self._last:
            click.echo(str(refusal), err=True)
        self._last = str(refusal)


@click.command()
@click.option("--port", "path", metavar="PATH", help="Serial port, such as /dev/ttyUSB0.")
@click.option("--tcp", "address", metavar="HOST:PORT", help="TCP adapter or network balance, such as 10.0.0.7:4001.")
@click.option("--protocol", "name", type=click.Choice(tuple(PROTOCOLS)), required=True, help="How the balance speaks.")
@click.option("--once", is_flag=True, help="Ask for one stable reading and end.")
@click.option("--server", metavar="URL", help="Offer each reading there too, such as to https://compounder.example.")
@click.option("--name", "known_as", metavar="NAME", help="The balance's name in the site's settings, such as B1.")
@click.option("--baud", type=click.Choice(tuple(map(str, BAUDS))), help="Speed; without it the maker's setting.")
@click.option("--bits", type=click.Choice(tuple(map(str, BITS))), help="Data bits; without it the maker's setting.")
@click.option("--parity", type=click.Choice(tuple(PARITIES)), help="Without it the maker's setting.")
def balance(
    path: str | None,
    address: str | None,
    name: str,
    once: bool,  # noqa: FBT001 - click's way
    server: str | None,
    known_as: str | None,
    baud: str | None,
    bits: str | None,
    parity: str | None,
) -> None:
    """Print each stable reading of a balance: digits and unit as it shows them.

    What is no reading, a value that moves or a foreign unit, is said in a sentence on standard error. With --server
    and --name each reading is offered to whoever weighs on that balance; the token is read from COMPOUNDER_TOKEN.
    """
    protocol = PROTOCOLS[name]
    makers = protocol.settings
    settings = SerialSettings(
        baud=int(baud or makers.baud),
        bits=int(bits or makers.bits),
        parity=parity or makers.parity,
        has_xon_xoff=makers.has_xon_xoff,
    )
    with _offering(server, known_as, name) as courier:
        _print_readings(_port(path, address, settings), protocol, courier, most=1 if once else None)


@contextmanager
def _offering(server: str | None, known_as: str | None, protocol: str) -> Iterator[Courier | None]:
    """What takes readings to the server; None without a server's address. One that got lost is an error at the end."""
    if bool(server) != bool(known_as):
        raise click.UsageError("Name both --server and --name, or neither.")
    if not (server and known_as):
        yield None
        return
    token = os.environ.get(TOKEN, "").strip()
    if not _SENDABLE.fullmatch(token):
        raise NoToken
    with Courier(server_at(server, known_as, token).take, protocol, tell=_tell) as courier:
        yield courier
    if courier.lost:
        raise SystemExit(REFUSED)


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)


def _print_readings(port: Port, protocol: BalanceProtocol, courier: Courier | None, *, most: int | None) -> None:
    told = _Teller(gives_up=most is not None)
    readings_of = readings_asked_for if most is not None or protocol.streams else readings_sent
    with Connection(port, told=told) as connection, closing(readings_of(connection, protocol, told=told)) as readings:
        for reading in islice(readings, most):
            click.echo(reading.text)
            if courier:
                courier.send(reading)


def _port(path: str | None, address: str | None, settings: SerialSettings) -> Port:
    if path and not address:
        return SerialPort(path, settings)
    if address and not path:
        return _tcp_port(address)
    raise click.UsageError("Name either --port or --tcp.")


def _tcp_port(address: str) -> TcpPort:
    host, _, port = address.rpartition(":")
    if not (host and port.isascii() and port.isdecimal() and 0 < int(port) <= _LAST_TCP_PORT):
        raise click.BadParameter(f"{address} is no address; write it as 10.0.0.7:4001.", param_hint="--tcp")
    return TcpPort(host.strip("[]"), int(port))
