"""Where a balance hangs: a serial line (pyserial), or a TCP adapter that passes a serial line on.

A port gives bytes as they come, none after `wait` seconds of silence, and raises `OSError` when it is lost.
"""

import errno
import os
import socket
from dataclasses import dataclass
from typing import Any, Protocol

import serial

WAIT = 1.0
_CHUNK = 4_096
_KEEP_ALIVE = (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))


class Port(Protocol):
    """What a connection needs of a port. `name` is what a person calls it."""

    @property
    def name(self) -> str: ...
    def open(self) -> None: ...
    def read(self) -> bytes: ...
    def write(self, data: bytes) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialSettings:
    """Both ends must have the same. One stop bit, as all makers set it."""

    baud: int
    bits: int
    parity: str
    has_xon_xoff: bool


PARITIES = {"none": serial.PARITY_NONE, "odd": serial.PARITY_ODD, "even": serial.PARITY_EVEN}
BAUDS = (600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200)
BITS = (7, 8)


class SerialPort:
    """A serial line, for one program at a time."""

    def __init__(self, path: str, settings: SerialSettings, *, wait: float = WAIT) -> None:
        self.name = path
        self._settings = settings
        self._wait = wait
        self._line: Any = None

    def open(self) -> None:
        self._line = serial.Serial(
            self.name,
            baudrate=self._settings.baud,
            bytesize=self._settings.bits,
            parity=PARITIES[self._settings.parity],
            xonxoff=self._settings.has_xon_xoff,
            timeout=self._wait,
            write_timeout=self._wait,
            exclusive=True,
        )

    def read(self) -> bytes:
        first: bytes = self._line.read(1)
        rest: bytes = self._line.read(self._line.in_waiting) if first else b""
        return first + rest

    def write(self, data: bytes) -> None:
        self._line.write(data)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()


class TcpPort:
    """A TCP adapter, or a balance with a network port of its own."""

    def __init__(self, host: str, port: int, *, wait: float = WAIT) -> None:
        self.name = f"{host}:{port}"
        self._address = (host, port)
        self._wait = wait
        self._socket: socket.socket | None = None

    def open(self) -> None:
        self._socket = socket.create_connection(self._address, timeout=self._wait)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEP_ALIVE:
            if hasattr(socket, name):  # which of them there are is the system's choice
                self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def read(self) -> bytes:
        try:
            data = self._opened().recv(_CHUNK)
        except TimeoutError:
            return b""
        if not data:
            raise ConnectionResetError("the other end has closed")
        return data

    def write(self, data: bytes) -> None:
        self._opened().sendall(data)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionError("not open")
        return self._socket


_WORDS = {errno.EAGAIN: "another program uses it"}


def why(loss: OSError) -> str:
    """What went wrong, in the system's own words where they say it."""
    if loss.errno and loss.errno > 0:
        return _WORDS.get(loss.errno) or os.strerror(loss.errno)
    return loss.strerror or str(loss)
