"""A balance on a serial line and on a TCP adapter: whole lines, whatever happens to the cable."""

import socket

import pytest

from compounder.instruments.balance import PROTOCOLS
from compounder.instruments.connection import Connection
from compounder.instruments.errors import BalanceUnreachable
from compounder.instruments.ports import PARITIES, SerialPort, SerialSettings, TcpPort
from tests.instruments.played import WAIT, Heard, Terminal, a_terminal, an_adapter, lines_of, sends

SETTINGS = PROTOCOLS["mt-sics"].settings
STABLE = "S S     100.00 g"


def serial_port(terminal: Terminal, settings: SerialSettings = SETTINGS) -> SerialPort:
    return SerialPort(terminal.path, settings, wait=WAIT)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_serial_line_gives_whole_lines_and_takes_commands(name: str) -> None:
    told = Heard()
    with a_terminal() as terminal, Connection(serial_port(terminal, PROTOCOLS[name].settings), told=told) as balance:
        assert balance.line() is None
        terminal.send(b"S S     1")
        assert balance.line() is None
        terminal.send(b"00.00 g\r\nS D      99")
        assert balance.line() == STABLE
        balance.say(PROTOCOLS[name].ask)
        assert terminal.heard() == PROTOCOLS[name].ask
    assert told.refusals == []


@pytest.mark.parametrize("parity", PARITIES)
@pytest.mark.parametrize("bits", [7, 8])
def test_speed_bits_and_parity_are_set(parity: str, bits: int) -> None:
    settings = SerialSettings(baud=1_200, bits=bits, parity=parity, has_xon_xoff=False)
    with a_terminal() as terminal:
        port = serial_port(terminal, settings)
        port.open()
        terminal.send(b"x")
        assert (port._line.baudrate, port._line.bytesize, port._line.parity) == (1_200, bits, PARITIES[parity])
        assert port.read() == b"x"
        port.close()


def test_noise_on_the_line_is_dropped_and_the_next_line_is_whole() -> None:
    with a_terminal() as terminal, Connection(serial_port(terminal), told=Heard()) as balance:
        terminal.send(b"\xff\x00" * 200)
        assert balance.line() is None
        terminal.send(b"\xfe\r\n" + STABLE.encode() + b"\r\n")
        assert balance.line() == STABLE


def test_an_unplugged_serial_line_is_told_once_and_found_again() -> None:
    told = Heard()
    with a_terminal() as first, a_terminal() as second:
        port = serial_port(first)
        with Connection(port, told=told, pause=WAIT) as balance:
            first.send(b"S S     1")
            assert balance.line() is None
            first.unplug()
            assert [balance.line() for _ in range(3)] == [None] * 3
            balance.say(b"SIR\r\n")
            assert told.names == ["BalanceLost"]
            assert str(told.refusals[0]).startswith(f"The balance at {first.path} was lost")
            port.name = second.path  # plugged in again, the system may well give it another number
            assert balance.line() is None
            second.send(b"00.00 g\r\n" + STABLE.encode() + b"\r\n")
            assert [balance.line(), balance.line()] == ["00.00 g", STABLE]  # the two halves are not joined
    assert told.names == ["BalanceLost"]


def test_a_serial_port_belongs_to_one_program_at_a_time() -> None:
    with a_terminal() as terminal, Connection(serial_port(terminal), told=Heard()):
        with pytest.raises(BalanceUnreachable) as refused, Connection(serial_port(terminal), told=Heard()):
            pass
        assert "(another program uses it)" in str(refused.value)


def test_a_port_that_is_not_there_is_named() -> None:
    with (
        pytest.raises(BalanceUnreachable) as refused,
        Connection(SerialPort("/dev/nothing", SETTINGS), told=Heard()),
    ):
        pass
    assert str(refused.value) == (
        "The balance at /dev/nothing cannot be reached (No such file or directory); look at its cable and name."
    )


def test_an_adapter_that_refuses_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
    with pytest.raises(BalanceUnreachable, match=rf"127\.0\.0\.1:{port} .*\(Connection refused\)"):
        lines_of(TcpPort(host, port, wait=WAIT), 1, Heard())


def test_an_adapter_gives_whole_lines_out_of_pieces_and_noise() -> None:
    pieces = (b"00.00 g\r\nS S     1", b"00.00", b" g\r", b"\n" + b"\xff" * 500, b"\xff\r\nS D      99.98 g\r\n")
    with an_adapter(sends(*pieces)) as (host, port):
        found = lines_of(TcpPort(host, port, wait=WAIT), 3, Heard())
    assert found == ["00.00 g", STABLE, "S D      99.98 g"]


def test_an_adapter_that_hangs_up_is_told_and_found_again_and_halves_are_not_joined() -> None:
    told = Heard()
    with an_adapter(sends(b"S S     1"), sends(b"00.00 g\r\n", STABLE.encode() + b"\r\n")) as (host, port):
        found = lines_of(TcpPort(host, port, wait=WAIT), 2, told)
    assert found == ["00.00 g", STABLE]
    assert told.names[0] == "BalanceLost"
    assert str(told.refusals[0]) == (
        f"The balance at 127.0.0.1:{port} was lost; it is looked for again. Look at its cable."
    )
