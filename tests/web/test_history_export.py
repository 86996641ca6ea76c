"""The history as a file for spreadsheets: the batches that the page shows, and nothing that a spreadsheet would run."""

import csv
import json
from io import StringIO

import pytest
from flask.testing import FlaskClient

from compounder.database.search import BatchFilter, every_batch
from compounder.services.exporting import BATCH_COLUMNS
from tests.services.batches import lot_numbers
from tests.services.orders import SITE, Bench
from tests.web.histories import numbers, void
from tests.web.pages import complaints, links

ADDRESS = "/batches/history.csv"


def lines(client: FlaskClient, asked: str = "") -> list[list[str]]:
    """The cells of each line of the file."""
    with client.get(f"{ADDRESS}?{asked}") as answer:
        assert answer.status_code == 200
        return list(csv.reader(StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_file_has_a_line_for_each_batch_in_the_order_of_the_page(client: FlaskClient, bench: Bench) -> None:
    first, second = lot_numbers(bench, bench.order("1.5 mg", "3 mg"))
    void(client, second)
    head, *batches = lines(client)
    assert tuple(head) == BATCH_COLUMNS
    assert [line[0] for line in batches] == numbers(client.get("/batches").text) == [second, first]
    assert batches[1] == [
        *(first, "1.5 mg", "Naltrexone hydrochloride capsules", "2026-11-21", "2027-11-20", "103", "2611-001"),
        "planned",
    ]
    assert batches[0][-1] == "voided"


def test_the_file_answers_the_filters_of_the_page_that_leads_to_it(client: FlaskClient, bench: Bench) -> None:
    _, second = lot_numbers(bench, bench.order("1.5 mg", "3 mg"))
    page = client.get("/batches?strength=3+mg&words=naltrexone&status=&after=29990101000001").text
    (address,) = [link for link in links(page) if link.startswith(ADDRESS)]
    assert address.partition("?")[2] == "strength=3+mg&words=naltrexone"
    assert [line[0] for line in lines(client, address.partition("?")[2])[1:]] == [second]


def test_the_file_is_kept_under_a_name_of_the_day(client: FlaskClient) -> None:
    with client.get(ADDRESS) as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename=batches-2026-11-21.csv"
        assert answer.mimetype == "text/csv"
        assert answer.data.startswith("\ufeffLot number,".encode())


def test_nothing_to_download_is_offered_where_nothing_is_shown(client: FlaskClient) -> None:
    assert "Download as CSV" not in client.get("/batches").text
    assert len(lines(client)) == 1


def test_a_filter_that_cannot_be_read_gives_no_file(client: FlaskClient, bench: Bench) -> None:
    bench.order("1.5 mg")
    answer = client.get(f"{ADDRESS}?strength=1,5+mg")
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert list(complaints(answer.text)) == ["strength"]


def test_a_long_history_is_read_in_parts_and_whole(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.order(*(f"{tenths / 10} mg" for tenths in (5, 10, 15, 20, 25, 30, 35)))
    with bench.database.reading() as reading:
        whole = list(every_batch(reading, SITE, BatchFilter()))
        for at_once in (1, 3, 6, 7, 8):
            monkeypatch.setattr("compounder.database.search.history._READ_AT_ONCE", at_once)
            assert list(every_batch(reading, SITE, BatchFilter())) == whole
    assert len(whole) == 7


def test_the_same_batches_are_had_as_a_json_document_a_line(client: FlaskClient, bench: Bench) -> None:
    _, second = lot_numbers(bench, bench.order("1.5 mg", "3 mg"))
    page = client.get("/batches?strength=3+mg&words=&status=").text
    (address,) = [link for link in links(page) if link.startswith("/batches/history.jsonl")]
    with client.get(address) as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename=batches-2026-11-21.jsonl"
        assert answer.mimetype == "application/jsonl"
        (batch,) = map(json.loads, answer.data.splitlines())
    assert batch == {
        "lot_number": second,
        "strength": "3 mg",
        "preparation": "Naltrexone hydrochloride capsules",
        "compounded_on": "2026-11-21",
        "beyond_use_date": "2027-11-20",
        "capsules": 103,
        "order": "2611-001",
        "status": "planned",
    }
