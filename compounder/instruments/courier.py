"""Takes each reading of a balance to the server, while the balance is listened to all the same.

No reading is lost without a word: one that the server refuses, that is too old, or after which another came is named.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import Any, Final, Self

from compounder.domain.record.offered import OFFERED_FOR
from compounder.instruments.reading import BalanceReading
from compounder.instruments.server_errors import NotTaken, ServerLost

PAUSE: Final = 1.0
_PATIENCE: Final = OFFERED_FOR.total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A reading on its way, and since when by this machine's watch; `key` makes it one however often it is sent."""

    reading: BalanceReading
    key: str
    since: float

    @property
    def milliseconds_ago(self) -> int:
        return int((time.monotonic() - self.since) * 1000)


class Courier:
    """Sends one reading after the other. `take` is the server's door, `tell` hears what did not get there."""

    def __init__(
        self,
        take: Callable[[dict[str, Any]], None],
        protocol: str,
        *,
        tell: Callable[[str], None],
        pause: float = PAUSE,
        patience: float = _PATIENCE,
    ) -> None:
        self._take = take
        self._protocol = protocol
        self._tell = tell
        self._pause = pause
        self._patience = patience
        self._parcels: SimpleQueue[Parcel | None] = SimpleQueue()
        self._newest: Parcel | None = None
        self._has_moved = False
        self._stopped = Event()
        self._thread = Thread(target=self._work, daemon=True)
        self.lost = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends once everything is sent, or at once, each reading tried, where somebody ends the program."""
        if kind is not None:
            self._stopped.set()
        self._parcels.put(None)
        self._thread.join()

    def send(self, reading: BalanceReading) -> None:
        """Take a reading along; it is sent as soon as those before it are."""
        self._newest = Parcel(reading=reading, key=secrets.token_urlsafe(16), since=time.monotonic())
        self._parcels.put(self._newest)

    def _work(self) -> None:
        for parcel in iter(self._parcels.get, None):
            self._has_moved = self._has_moved or parcel.reading.has_moved
            if self._delivers(parcel):
                self._has_moved = False
            else:
                self.lost += 1

    def _delivers(self, parcel: Parcel) -> bool:
        """Whether the reading got there; why it did not, somebody has heard by then. That the balance moved goes along
        with the next one that gets there."""
        has_waited, shown = False, parcel.reading.text
        while True:
            try:
                self._take(self._document(parcel))
            except NotTaken as refusal:
                self._tell(f"{shown} was not offered: {refusal}")
                return False
            except ServerLost as lost:
                if reason := self._gives_up(parcel):
                    self._tell(f"{shown} was not offered: {lost} {reason}")
                    return False
                if not has_waited:
                    self._tell(f"{lost} {shown} is kept and sent again; look at the server and the network.")
                has_waited = True
                self._stopped.wait(self._pause)
            else:
                if has_waited:
                    self._tell(f"The server answers again; {shown} is offered now.")
                return True

    def _document(self, parcel: Parcel) -> dict[str, Any]:
        return {
            "key": parcel.key,
            "protocol": self._protocol,
            "line": parcel.reading.line,
            "milliseconds_ago": parcel.milliseconds_ago,
            "has_moved": self._has_moved,
        }

    def _gives_up(self, parcel: Parcel) -> str:
        """Why a reading is not sent again; nothing where it is."""
        if self._stopped.is_set():
            return "This program was ended."
        if parcel is not self._newest:
            return "The balance has sent another since."
        return "It is too old; weigh again." if time.monotonic() - parcel.since + self._pause > self._patience else ""
