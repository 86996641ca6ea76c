"""What every answer there is carries, whoever asks."""

from contextlib import closing
from dataclasses import replace
from shutil import copy

import pytest
from time_machine import travel
from werkzeug.test import TestResponse

from compounder.database.engine import open_database
from tests.services.batches import lot_numbers
from tests.services.orders import MORNING, Bench
from tests.web.conftest import served
from tests.web.walking import answers, known_of

POLICY = {
    "default-src": "'none'",
    "object-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.fixture(scope="module")
def answered(sqlite_bench_template: Bench, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, TestResponse]]:
    """All those answers, read to their end; asked once for all the tests that only look at them."""
    home = tmp_path_factory.mktemp("answered")
    file = copy(str(sqlite_bench_template.database.engine.url.database), home / "compounder.db")
    with closing(open_database(f"sqlite:///{file}")) as database, travel(MORNING, tick=False):
        bench = replace(sqlite_bench_template, database=database)
        known = known_of(bench, lot_numbers(bench, bench.order("1.5 mg"))[0])
        with served(bench, home) as application:
            return list(answers(application, known, buffered=True))


def test_every_answer_forbids_what_the_pages_do_not_need(answered: list[tuple[str, TestResponse]]) -> None:
    for asked, answer in answered:
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        assert policy == POLICY, asked
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.status_code < 500, asked


def test_what_the_pharmacy_wrote_is_kept_by_no_cache(answered: list[tuple[str, TestResponse]]) -> None:
    kept = {asked for asked, answer in answered if answer.headers["Cache-Control"] != "no-store"}
    assert {asked.split("/")[1] for asked in kept} == {"static", "fonts"}
    assert "GET /fonts/nothing" not in kept


def test_most_routes_answer_with_a_page_of_their_own(answered: list[tuple[str, TestResponse]]) -> None:
    """Else the tests above would look at nothing but pages that say "not found"; the owner was asked first."""
    asked = answered[: len(answered) // 2]
    found = {address: answer.status_code for address, answer in asked if address.startswith("GET")}
    assert list(found.values()).count(200) > len(found) * 2 // 3, found


def test_no_page_holds_a_script_or_a_style_of_its_own(answered: list[tuple[str, TestResponse]]) -> None:
    for asked, answer in answered:
        if answer.mimetype == "text/html":
            assert " style=" not in answer.text, asked
            assert "<style" not in answer.text, asked
            assert answer.text.count("<script") == answer.text.count("<script src="), asked
