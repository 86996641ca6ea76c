"""How often one person or program may ask: more often than hands and scanners can, and not without end."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from compounder.settings import MOST_REQUESTS_A_MINUTE, from_environment
from compounder.web.pace import Pace
from tests.services.orders import MORNING, Bench
from tests.services.people import TOM
from tests.web.acting import a_token, program
from tests.web.conftest import served, signed_in

SCANS_A_SECOND, ASKED_BY_A_SCAN = 3, 2
FEW = 5


@pytest.fixture
def slow(bench: Bench, tmp_path: Path) -> Iterator[Flask]:
    """The application, where each may ask five times a minute."""
    with served(bench, tmp_path, requests_a_minute=FEW) as application:
        yield application


def test_who_asks_oftener_than_hands_can_waits_until_the_minute_is_over(slow: Flask) -> None:
    anna, tom = signed_in(slow), signed_in(slow, TOM)
    with time_machine.travel(MORNING + timedelta(seconds=20), tick=False):
        assert [anna.get("/batches").status_code for _ in range(FEW)] == [200] * FEW
        refused = anna.get("/batches")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
        assert "Nothing was done; wait 40 seconds, then go on." in refused.text
        assert signed_in(slow).get("/batches").status_code == 429
        assert tom.get("/batches").status_code == 200
        assert slow.test_client().get("/sign-in").status_code == 200
    with time_machine.travel(MORNING + timedelta(seconds=60), tick=False):
        assert anna.get("/batches").status_code == 200


def test_what_a_page_asks_by_itself_slows_nobody(slow: Flask) -> None:
    anna = signed_in(slow)
    looked = [anna.get("/batches/any/bench/offered?balance=B1").status_code for _ in range(3 * FEW)]
    assert looked == [200] * 3 * FEW
    assert anna.get("/batches").status_code == 200


def test_a_program_is_slowed_too_and_told_so_in_a_problem_document(slow: Flask, bench: Bench) -> None:
    robot = program(slow, a_token(bench))
    answers = [robot.post("/api/v1/calculations", json=[]) for _ in range(FEW + 1)]
    assert [answer.status_code for answer in answers] == [200] * FEW + [429]
    assert answers[-1].mimetype == "application/problem+json"
    assert '"code": "asked-too-often"' in answers[-1].text


def test_a_scanner_that_reads_three_a_second_for_a_minute_never_waits() -> None:
    pace, asked = Pace(MOST_REQUESTS_A_MINUTE), 60 * SCANS_A_SECOND * ASKED_BY_A_SCAN
    assert {pace.seconds_to_wait("Anna", MORNING) for _ in range(asked)} == {0}


def test_nobody_is_slowed_where_the_server_is_told_so() -> None:
    assert from_environment({}).requests_a_minute == MOST_REQUESTS_A_MINUTE
    assert from_environment({"COMPOUNDER_REQUESTS_A_MINUTE": "0"}).requests_a_minute == 0
    assert {Pace(0).seconds_to_wait("Anna", MORNING) for _ in range(2000)} == {0}
