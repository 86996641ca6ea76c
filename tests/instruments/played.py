"""Balances that the tests play: behind a pseudo-terminal, and behind a real socket."""

import os
import select
import socket
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

from compounder.domain.errors import CompoundingError
from compounder.instruments.connection import Connection
from compounder.instruments.ports import Port

WAIT = 0.05


@dataclass
class Heard:
    """Somebody who remembers what was said."""

    refusals: list[CompoundingError] = field(default_factory=list)

    def __call__(self, refusal: CompoundingError) -> None:
        self.refusals.append(refusal)

    @property
    def names(self) -> list[str]:
        return [type(refusal).__name__ for refusal in self.refusals]


@dataclass
class Terminal:
    """The balance's end of a pseudo-terminal. `path` is the serial port that the program opens."""

    end: int
    path: str

    def send(self, data: bytes) -> None:
        os.write(self.end, data)

    def heard(self) -> bytes:
        """What the program has said within a second."""
        ready, _, _ = select.select([self.end], [], [], 1)
        return os.read(self.end, 1_024) if ready else b""

    def unplug(self) -> None:
        os.close(self.end)
        self.end = -1


@contextmanager
def a_terminal() -> Iterator[Terminal]:
    """A pseudo-terminal that stands for a serial line."""
    end, other = os.openpty()
    tty.setraw(other)
    terminal = Terminal(end, os.ttyname(other))
    yield terminal
    os.close(other)
    if terminal.end >= 0:
        terminal.unplug()


Visit = Callable[[socket.socket], None]


@contextmanager
def an_adapter(*visits: Visit) -> Iterator[tuple[str, int]]:
    """A TCP adapter on this machine, which plays one visit a connection, then hangs up, and refuses when they end."""
    listening, done = socket.create_server(("127.0.0.1", 0)), Event()

    def play() -> None:
        for visit in visits:
            with suppress(OSError):
                visitor, _ = listening.accept()
                with visitor:
                    visit(visitor)
        done.wait(10)

    thread = Thread(target=play, daemon=True)
    thread.start()
    yield listening.getsockname()
    done.set()
    listening.close()
    thread.join(10)


def sends(*parts: bytes) -> Visit:
    """A visit that sends the parts, each by itself, and hangs up."""

    def visit(visitor: socket.socket) -> None:
        for part in parts:
            visitor.sendall(part)
            Event().wait(0.01)

    return visit


def answers(ask: bytes, answer: bytes) -> Visit:
    """A visit that answers each time it is asked, until the other end closes."""

    def visit(visitor: socket.socket) -> None:
        heard = b""
        while data := visitor.recv(1_024):
            heard += data
            while ask in heard:
                heard = heard.partition(ask)[2]
                visitor.sendall(answer)

    return visit


def lines_of(port: Port, count: int, told: Heard, *, most_silences: int = 40) -> list[str]:
    """The next lines of a connection, as many as asked for."""
    found: list[str] = []
    with Connection(port, told=told, pause=WAIT) as connection:
        for _ in range(most_silences):
            line = connection.line()
            found += [] if line is None else [line]
            if len(found) == count:
                break
    return found
