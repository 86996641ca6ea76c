"""The way from an order to the history on either database, and what only one of them would stumble over."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.database.gone import out_of_service
from tests.services.orders import a_bench
from tests.web.conftest import served, signed_in
from tests.web.histories import numbers, void
from tests.web.ordering import filled_in, store, work_out


@pytest.fixture
def client(database_url: str, fixed_time: datetime, tmp_path: Path) -> Iterator[FlaskClient]:
    """Somebody who visits a bench on SQLite or on PostgreSQL."""
    bench = a_bench(database_url)
    with served(bench, tmp_path) as application:
        yield signed_in(application)
    bench.database.close()


def test_an_order_is_stored_printed_found_and_given_up(client: FlaskClient) -> None:
    stored = store(client, work_out(client, filled_in(client, "1.5 mg", "3 mg")))
    assert stored.location == "/orders/2611-001"
    made = numbers(client.get(stored.location).text)
    assert client.get(f"/batches/{made[0]}/worksheet.pdf").data == client.get(f"/batches/{made[0]}/worksheet.pdf").data
    assert numbers(client.get("/batches?words=hillcrest+mull&strength=3+mg&status=planned").text) == [made[1]]
    assert client.get(f"/batches/find?lot={made[1][:10]}").location == f"/batches/{made[1]}"
    assert void(client, made[1]) == 303
    assert re.search(r"3 mg, voided, newest first: 1 batch<", client.get("/batches?strength=3+mg&status=voided").text)


@pytest.mark.parametrize(
    "address",
    ["/batches/%00", "/batches/a%00b/void", "/batches/%00/labels.pdf", "/orders/%00", "/orders/%00/worksheets.pdf"],
)
def test_an_address_that_no_database_takes_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_history_is_asked_nothing_that_no_database_takes(client: FlaskClient) -> None:
    assert client.get("/batches/find?lot=26%0011%00", follow_redirects=True).status_code == 200
    assert client.get("/batches?words=%00&lot_number=%F0%9F%92%8A%00").status_code == 422
    assert client.get("/batches?words=%F0%9F%92%8A&lot_number=%F0%9F%92%8A").status_code == 200


def test_a_database_that_does_not_answer_is_said_in_a_sentence_and_found_again(
    postgresql_url: str, fixed_time: datetime, tmp_path: Path
) -> None:
    bench = a_bench(postgresql_url)
    with served(bench, tmp_path) as application:
        client = signed_in(application)
        with out_of_service(postgresql_url):
            answer = client.get("/batches")
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
            assert "The database does not answer. Nothing was stored; try again in a moment." in answer.text
        assert client.get("/batches").status_code == 200
    bench.database.close()
