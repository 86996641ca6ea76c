"""What the whole history costs as a file: the memory that a fresh process held that sent it, and the time it took.

Memory is held against a day of the history, and against half of it, which fills what SQLite keeps of it: 64 MB.
"""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import process_time

from sqlalchemy import make_url

from bench.history_filled import DAYS, LAST_DAY, SITE
from bench.table import Row, Target
from bench.visiting import a_session, visitor
from compounder.settings import LOOPBACK_NAMES, Settings

WHOLE, HALF = "", f"?made_from={(LAST_DAY - timedelta(days=DAYS // 2)).isoformat()}"
ONE_DAY = f"?made_from={LAST_DAY.isoformat()}"
COLUMNS = "lot_number, strength, preparation, compounded_on, beyond_use_date, capsules, order_number, status"


def exported(url: str, batches: int) -> Iterator[Row]:
    """The whole history against parts of it, then against the bare SQL."""
    path = Path(str(make_url(url).database))
    megabytes, seconds = sent_alone(path, WHOLE)
    for floor, asked, target in (("half of them", HALF, Target(times=1.1)), ("a day of them", ONE_DAY, None)):
        yield Row(
            figure=f"export of {batches:,} batches, memory",
            measured=megabytes,
            floor=floor,
            floor_measured=sent_alone(path, asked)[0],
            target=target,
            unit="MB",
        )
    bare = seconds_to_read(path)
    yield Row(figure=f"export of {batches:,} batches", measured=seconds, floor="the bare SQL", floor_measured=bare)


def sent_alone(path: Path, asked: str) -> tuple[float, float]:
    """The most megabytes that a fresh process held, and the seconds it took, to send the file."""
    program = "import sys; from bench.history_export import send; send(*sys.argv[1:])"
    command = [sys.executable, "-c", program, str(path), asked, a_session(f"sqlite:///{path}", SITE)]
    megabytes, seconds = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(megabytes), float(seconds)


def send(path: str, asked: str, token: str) -> None:
    """Send the file as the server does to whoever's session it is, and print what it cost."""
    from compounder.web.application import create_app

    with tempfile.TemporaryDirectory() as home:
        where = Settings(
            home=Path(home), database_url=f"sqlite:///{path}", keys=Path(home), site=SITE, hosts=LOOPBACK_NAMES
        )
        client, began = visitor(create_app(where), token), process_time()
        with client.get(f"/batches/history.csv{asked}") as answer:
            if answer.status_code != 200 or not sum(map(len, answer.iter_encoded())):
                raise ValueError(f"The export answered {answer.status}")
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024, process_time() - began)


def seconds_to_read(path: Path) -> float:
    """The seconds that the driver takes to read all of it, a row at a time."""
    with closing(sqlite3.connect(path)) as bare:
        began = process_time()
        for _ in bare.execute(f"SELECT {COLUMNS} FROM batches WHERE site = 'A' ORDER BY id DESC"):
            pass
        return process_time() - began
