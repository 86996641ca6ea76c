"""Why a reading did not get to the server: one sentence each, for whoever stands at the balance."""

from compounder.domain.errors import CompoundingError, as_read


class NoServerAddress(CompoundingError):
    code = "no-server-address"
    title = "Not the address of a server"
    read: str

    def __str__(self) -> str:
        return f"{as_read(self.read)} is no address of a server; write it as https://compounder.example."


class Unprotected(CompoundingError):
    """Whoever listens on the way would have the token."""

    code = "unprotected"
    title = "The token would travel unprotected"
    read: str

    def __str__(self) -> str:
        return f"{as_read(self.read)} would carry the token unprotected to another machine; use https."


class NoToken(CompoundingError):
    code = "no-token"
    title = "No token"

    def __str__(self) -> str:
        return "Put a token from Account, Tokens for programs, into COMPOUNDER_TOKEN; none is there that can be sent."


class ServerLost(CompoundingError):
    """It may answer again: a reading is kept meanwhile."""

    code = "server-lost"
    title = "The server does not answer"
    server: str
    why: str

    def __str__(self) -> str:
        return f"The server {self.server} does not answer ({self.why})."


class NotTaken(CompoundingError):
    """The server answered, and refused the reading: it would refuse it again."""

    code = "not-taken"
    title = "The server refused the reading"
    said: str

    def __str__(self) -> str:
        return self.said


class ServerTooOld(NotTaken):
    """The server reads every key that its own version of this program sends."""

    code = "server-too-old"
    title = "The server is older than this program"
    said: str = ""
    server: str

    def __str__(self) -> str:
        return f"The server {self.server} is older than this program and cannot read what it sends; update the server."
