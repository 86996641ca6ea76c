"""Where this installation keeps its things, read once from the environment. What changes a dose is in `domain/site`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from compounder.domain.errors import CompoundingError, as_read

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
MOST_REQUESTS_A_MINUTE = 600
"""Ten a second for a whole minute: a scanner reads two or three, and each is a page asked for twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A workspace (a folder), its database, the folder of its keys, its site, and the host names it answers to.

    No host names means any: for a server behind a proxy that checks them. Whether browsers reach it by TLS only who
    set it up can say; what a request claims of itself is not asked. One person may ask so many times a minute, of each
    process; 0 is as often as they like. `breached_passwords` is a list of them, where there is one.
    """

    home: Path
    database_url: str
    keys: Path
    site: str
    hosts: tuple[str, ...]
    is_behind_tls: bool = False
    requests_a_minute: int = 0
    breached_passwords: Path | None = None


class SettingUnread(CompoundingError):
    """A variable of the environment that says nothing this program knows."""

    code = "setting-unread"
    title = "Setting not read"
    variable: str
    read: str
    most: int

    def __str__(self) -> str:
        return f"{self.variable} is {as_read(self.read)}; a whole number from 0 to {self.most} is accepted."


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that COMPOUNDER_HOME, _DATABASE_URL, _KEYS, _SITE, _HOSTS, _TLS, _REQUESTS_A_MINUTE and
    _BREACHED_PASSWORDS give, with their defaults; refuses with `SettingUnread` what is no number where one stands."""
    home = Path(environment.get("COMPOUNDER_HOME") or "instance").absolute()
    own_keys = home / "keys"
    elsewhere = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "compounder"
    breached = environment.get("COMPOUNDER_BREACHED_PASSWORDS", "")
    hosts = environment.get("COMPOUNDER_HOSTS", ",".join(LOOPBACK_NAMES))
    return Settings(
        home=home,
        database_url=environment.get("COMPOUNDER_DATABASE_URL") or f"sqlite:///{home / 'compounder.db'}",
        keys=Path(environment.get("COMPOUNDER_KEYS") or (own_keys if own_keys.is_dir() else elsewhere)).absolute(),
        site=environment.get("COMPOUNDER_SITE") or "A",
        hosts=tuple(host for host in hosts.split(",") if host and host != "*"),
        is_behind_tls=_number(environment, "COMPOUNDER_TLS", 0, most=1) == 1,
        requests_a_minute=_number(environment, "COMPOUNDER_REQUESTS_A_MINUTE", MOST_REQUESTS_A_MINUTE, most=1_000_000),
        breached_passwords=Path(breached).absolute() if breached else None,
    )


def _number(environment: Mapping[str, str], variable: str, otherwise: int, *, most: int) -> int:
    """The whole number that a variable gives; a word such as "false" must not be taken for yes."""
    written = environment.get(variable, "")
    if written and not (
        written.isascii() and written.isdecimal() and len(written) <= len(str(most)) and int(written) <= most
    ):
        raise SettingUnread(variable=variable, read=written, most=most)
    return int(written) if written else otherwise
