"""A server that the tests play on this machine: it remembers what was sent, and answers as it is told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class PlayedServer:
    """`answers` are given one after the other, the last again and again: a status and what it says."""

    answers: list[tuple[int, Any]]
    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str, token: str, sent: bytes) -> tuple[int, bytes]:
        self.asked.append((path, token))
        self.documents.append(json.loads(sent))
        status, said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return status, json.dumps(said).encode()


@contextmanager
def a_server(*answers: tuple[int, Any]) -> Iterator[PlayedServer]:
    """Listens on a free port until the block ends; without answers it takes everything."""
    played = PlayedServer(list(answers) or [(201, {})])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            status, said = played.answer(self.path, self.headers["Authorization"], sent)
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", f"{played.address}/elsewhere")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            """Nothing is written beside the test's own words."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        played.address = f"http://127.0.0.1:{listening.server_port}"
        Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield played
        listening.shutdown()
