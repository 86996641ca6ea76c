"""The Compounder server, to which a balance's lines are sent over HTTP, with the token of a person.

No redirection is followed: the token goes to the server that was named, and to no other.
"""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import quote, urlsplit

from compounder.domain.errors import UnknownKey
from compounder.instruments.server_errors import NoServerAddress, NotTaken, ServerLost, ServerTooOld, Unprotected

TIMEOUT: Final = 5
_THIS_MACHINE: Final = {"127.0.0.1", "localhost", "::1"}
_LONGEST_ANSWER: Final = 20_000
_LONGEST_SENTENCE: Final = 300
_TAKEN, _MOVED, _BROKEN = 200, 300, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the readings of one balance are sent: its name as the site's settings have it."""

    host: str
    port: int | None
    is_protected: bool
    path: str
    token: str

    @property
    def name(self) -> str:
        """The server, as a person calls it."""
        return f"{self.host}:{self.port}" if self.port else self.host

    def take(self, document: dict[str, Any]) -> None:
        """Send one reading; refuses with `ServerLost` where no answer comes, with `NotTaken` what it refuses,
        and with `ServerTooOld` what it cannot read."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection = self._connection()
        try:
            connection.request("POST", self.path, json.dumps(document), headers)
            answer = connection.getresponse()
            said = answer.read(_LONGEST_ANSWER)
        except (OSError, HTTPException) as lost:
            raise ServerLost(server=self.name, why=_why(lost)) from None
        finally:
            connection.close()
        self._require_taken(answer, said)

    def _connection(self) -> HTTPConnection:
        if self.is_protected:
            return HTTPSConnection(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
        return HTTPConnection(self.host, self.port, timeout=TIMEOUT)

    def _require_taken(self, answer: HTTPResponse, said: bytes) -> None:
        if answer.status >= _BROKEN:
            raise ServerLost(server=self.name, why=f"status {answer.status}")
        if not _TAKEN <= answer.status < _MOVED:
            problem = _problem(said)
            if problem.get("code") == UnknownKey.code:
                raise ServerTooOld(server=self.name)
            raise NotTaken(said=_sentence(problem) or f"{self.name} answers with status {answer.status}.")


def server_at(address: str, balance: str, token: str) -> Server:
    """The server at an address such as https://compounder.example; refuses with `NoServerAddress`, and with
    `Unprotected` another machine without TLS."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NoServerAddress(read=address) from None
    if parts.scheme not in ("http", "https") or not host or parts.username or not host.isascii():
        raise NoServerAddress(read=address)
    if parts.scheme == "http" and host not in _THIS_MACHINE:
        raise Unprotected(read=address)
    path = f"{parts.path.rstrip('/')}/api/v1/balances/{quote(balance, safe='')}/readings"
    return Server(host=host, port=port, is_protected=parts.scheme == "https", path=path, token=token)


def _why(lost: Exception) -> str:
    """In the system's own words where it has some."""
    return getattr(lost, "strerror", None) or str(lost) or type(lost).__name__


def _problem(said: bytes) -> Mapping[str, Any]:
    """A problem document (RFC 9457); of any other answer nothing."""
    try:
        document = json.loads(said)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _sentence(problem: Mapping[str, Any]) -> str:
    """What the problem says, as a terminal can show it."""
    detail = str(problem.get("detail", ""))
    return "".join(letter for letter in detail[:_LONGEST_SENTENCE] if letter.isprintable())
