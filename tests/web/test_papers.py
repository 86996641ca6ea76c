"""Papers by their addresses: which paper, how many, and what comes instead of one that cannot be."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from tests.printing import reading
from tests.services.batches import lot_numbers
from tests.services.orders import Bench
from tests.web.histories import void


@pytest.fixture
def made(bench: Bench) -> list[str]:
    """Our lot numbers of an order of three strengths."""
    return lot_numbers(bench, bench.order("1.5 mg", "3 mg", "4.5 mg"))


@pytest.mark.parametrize(("paper", "size"), [("a4", (210.0, 297.0)), ("letter", (215.9, 279.4))])
def test_a_worksheet_opens_in_the_browser(
    client: FlaskClient, made: list[str], paper: str, size: tuple[float, float]
) -> None:
    answer = client.get(f"/batches/{made[0]}/worksheet.pdf?paper={paper}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'inline; filename="worksheet-{made[0]}.pdf"'
    assert reading.sizes_in_mm(answer.data) == {size}
    assert client.get(f"/batches/{made[0]}/worksheet.pdf?paper={paper}").data == answer.data


def test_every_worksheet_ends_with_one_checkpoint_of_the_journal(client: FlaskClient, made: list[str]) -> None:
    sheets = reading.pages(client.get("/orders/2611-001/worksheets.pdf").data)
    last = [sheet for sheet in sheets if "COMPOUNDER 1 A" in sheet]
    assert [number for number in made for sheet in last if number in sheet] == made
    assert len({sheet.partition("COMPOUNDER 1 A")[2].partition("Naltrexone")[0] for sheet in last}) == 1


def test_an_orders_papers_come_in_its_sequence(client: FlaskClient, made: list[str]) -> None:
    sheets = reading.pages(client.get("/orders/2611-001/worksheets.pdf").data)
    assert [number for number in made for page in sheets if number in page][:: len(sheets) // 3] == made
    labels = reading.pages(client.get("/orders/2611-001/labels.pdf?stock=62x29&copies=2").data)
    assert [number in page for number, page in zip([n for n in made for _ in (1, 2)], labels, strict=True)] == [
        True
    ] * 6


def test_an_orders_labels_are_those_of_the_batches_that_stand(client: FlaskClient, made: list[str]) -> None:
    void(client, made[1])
    labels = reading.pages(client.get("/orders/2611-001/labels.pdf").data)
    assert [next(number for number in made if number in page) for page in labels] == [made[0], made[2]]
    for number in (made[0], made[2]):
        void(client, number)
    refused = client.get("/orders/2611-001/labels.pdf")
    assert refused.status_code == 422
    assert "Every batch of order 2611-001 is held back or given up; no label is printed for it." in refused.text


def test_a_sheet_begun_already_is_filled_from_its_first_free_place(client: FlaskClient, made: list[str]) -> None:
    sheets = client.get(f"/batches/{made[0]}/labels.pdf?stock=sheet-a4&copies=12&first=4").data
    assert [page.count(made[0]) for page in reading.pages(sheets)] == [11, 1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("stock=1x1", "62x29 or 100x50 or sheet-a4 or sheet-letter is accepted."),
        ("copies=0", "0 was read; 1 to 2,000 is accepted."),
        ("copies=2001", "2,001 was read; 1 to 2,000 is accepted."),
        ("copies=", "write a whole number such as 100."),
        ("copies=1.5", "write a whole number such as 100."),
        ("copies=%D9%A3", "write a whole number such as 100."),
        ("copies=" + "9" * 5_000, "write a whole number such as 100."),
        ("first=2", "2 was read; 1 to 1 is accepted."),
        ("stock=sheet-a4&first=15", "15 was read; 1 to 14 is accepted."),
    ],
    ids=lambda value: value[:24],
)
def test_labels_that_cannot_be_are_refused_in_a_sentence(
    client: FlaskClient, made: list[str], asked: str, said: str
) -> None:
    refused = client.get(f"/batches/{made[0]}/labels.pdf?{asked}")
    assert (refused.status_code, refused.mimetype) == (422, "text/html")
    assert said in refused.text


def test_a_paper_that_is_none_is_refused(client: FlaskClient, made: list[str]) -> None:
    assert client.get(f"/batches/{made[0]}/worksheet.pdf?paper=a5").status_code == 422


def test_a_voided_batch_has_a_worksheet_and_no_label(client: FlaskClient, made: list[str]) -> None:
    void(client, made[0], "The mortar broke")
    assert "The mortar broke" in " ".join(reading.pages(client.get(f"/batches/{made[0]}/worksheet.pdf").data))
    refused = client.get(f"/batches/{made[0]}/labels.pdf")
    assert refused.status_code == 422
    assert f"Batch {made[0]} is voided; no label is printed for it." in refused.text


def test_the_record_is_downloaded_from_the_batchs_page(client: FlaskClient, made: list[str]) -> None:
    address = f"/batches/{made[0]}/record.zip"
    assert f'href="{address}"' in client.get(f"/batches/{made[0]}").text
    names = ["README.txt", "medication.fhir.json", "proof.json", "record.json", "record.pdf"]
    with client.get(address) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        assert answer.headers["Content-Disposition"] == f"attachment; filename=record-{made[0]}.zip"
        assert ZipFile(BytesIO(answer.data)).namelist() == names
    assert client.get("/batches/261121A0099/record.zip").status_code == 404
