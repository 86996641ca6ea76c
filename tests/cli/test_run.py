"""`compounder run`: an address to open, or one sentence that says why not."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from click import ClickException

from compounder.web.server import serve
from tests.fixtures.served import ServedWorkspace

COMPOUNDER = Path(sys.executable).with_name("compounder")


def run(home: Path, *options: str) -> tuple[int, str]:
    """Status and complaints of a server that cannot start."""
    environment = {**os.environ, "COMPOUNDER_HOME": str(home), "COMPOUNDER_KEYS": str(home / "keys")}
    command = [str(COMPOUNDER), "run", *options]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stderr


def test_a_new_workspace_is_served(live_server: ServedWorkspace) -> None:
    with urlopen(live_server.address, timeout=10) as answer:
        assert answer.status == 200
    assert (live_server.home / "compounder.db").exists()


def test_a_new_workspace_says_where_its_first_owner_comes_in(live_server: ServedWorkspace) -> None:
    link = live_server.first_owners_link()
    assert link.startswith(f"{live_server.address}/links/")
    with urlopen(link, timeout=10) as answer:
        assert "The first owner" in answer.read().decode()


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: +4",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
    ],
)
def test_a_request_whose_end_can_be_read_in_two_ways_is_refused_and_the_line_closed(
    live_server: ServedWorkspace, headers: str
) -> None:
    port = urlsplit(live_server.address).port
    another = "GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n0\r\n\r\n{another}".encode())
        said = b"".join(iter(partial(line.recv, 65_536), b"")).decode()
    assert (said.count("HTTP/1.1 "), said.split()[1] in {"400", "501"}) == (1, True)


def test_a_workspace_with_an_owner_gives_no_link(shown_server: ServedWorkspace) -> None:
    assert shown_server.first_owners_link() == ""
    assert "/links/" not in shown_server.log.read_text()


def test_a_port_that_is_taken_is_named(live_server: ServedWorkspace, tmp_path: Path) -> None:
    port = str(urlsplit(live_server.address).port)
    status, complaints = run(tmp_path / "second", "--port", port)
    assert status == 1
    assert complaints == (
        f"Error: Cannot serve at 127.0.0.1:{port}: Address already in use. Try --port with another number.\n"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "pharmacy.example"])
def test_others_are_not_served_without_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.delenv("COMPOUNDER_TLS", raising=False)
    monkeypatch.setenv("COMPOUNDER_HOME", str(tmp_path / "workspace"))
    with pytest.raises(ClickException, match=f"At {host} others would send their passwords as they typed them"):
        serve(host, 1, 1)
    assert not (tmp_path / "workspace").exists()


def test_a_workspace_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    status, complaints = run(in_the_way, "--port", "0")
    assert status == 2
    status, complaints = run(in_the_way / "workspace", "--port", "1")
    assert status == 1
    assert complaints.count("\n") == 1
    assert str(in_the_way) in complaints


def test_the_key_that_signs_forms_is_its_owners_alone(live_server: ServedWorkspace) -> None:
    key = live_server.home / "keys" / "forms.key"
    assert (key.stat().st_mode & 0o777, key.stat().st_size) == (0o600, 32)
