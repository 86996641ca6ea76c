"""A conversation with a balance over a port that may be lost and found again: whole lines come, commands go."""

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from compounder.domain.errors import CompoundingError
from compounder.instruments.errors import BalanceLost, BalanceUnreachable
from compounder.instruments.lines import LineBuffer
from compounder.instruments.ports import Port, why

Told = Callable[[CompoundingError], None]
"""Who is told what is no reading: a person who stands at the balance."""
PAUSE = 1.0


class Connection:
    """Lines from one port. A lost port is told once and opened again every `pause` seconds.

    The half line before a loss and what comes after it are never joined.
    """

    def __init__(self, port: Port, *, told: Told, pause: float = PAUSE) -> None:
        self._port = port
        self._told = told
        self._pause = pause
        self._buffer = LineBuffer()
        self._lines: deque[str] = deque()
        self._is_lost = False

    @property
    def name(self) -> str:
        """The port, as a person calls it."""
        return self._port.name

    def __enter__(self) -> Self:
        try:
            self._port.open()
        except OSError as refusal:
            raise BalanceUnreachable(port=self.name, why=why(refusal)) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._port.close()

    def line(self) -> str | None:
        """The next whole line, or None when there was none within the port's time."""
        if not self._lines:
            self._receive()
        return self._lines.popleft() if self._lines else None

    def say(self, command: bytes) -> None:
        """Send a command, unless the port is lost."""
        if self._is_lost:
            return
        try:
            self._port.write(command)
        except OSError:
            self._lose()

    def _receive(self) -> None:
        if self._is_lost:
            self._find_again()
            return
        try:
            self._lines.extend(self._buffer.feed(self._port.read()))
        except OSError:
            self._lose()

    def _lose(self) -> None:
        self._is_lost = True
        self._buffer.forget()
        self._port.close()
        self._told(BalanceLost(port=self.name))

    def _find_again(self) -> None:
        time.sleep(self._pause)
        try:
            self._port.open()
        except OSError:
            return
        self._is_lost = False
