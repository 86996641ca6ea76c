"""The shelf on the screen: counted against the ledger, destroyed with a witness, and led to from where it is needed."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from compounder.services.corrections import recall_batch
from compounder.services.shelf import correct_shelf
from tests.services.batches import lot_numbers
from tests.services.orders import Bench, entries
from tests.services.shelf import counted, moved, released, there
from tests.services.signing import CLARA, signing_of
from tests.web.caring import form_at, sent
from tests.web.pages import complaints, links


@pytest.fixture
def lot_number(bench: Bench, tmp_path: Path) -> str:
    """A released batch of 103 capsules."""
    return released(bench, tmp_path)


def test_the_batch_leads_to_its_shelf(client: FlaskClient, lot_number: str) -> None:
    shelf = f"/batches/{lot_number}/shelf"
    assert shelf in links(client.get(f"/batches/{lot_number}").text)
    page = client.get(shelf).text
    assert ("103 capsules" in page, "+103" in page) == (True, True)
    assert {f"{shelf}/count", f"{shelf}/destroy"} <= set(links(page))


def test_a_count_that_differs_needs_its_reason(client: FlaskClient, bench: Bench, lot_number: str) -> None:
    address, before = f"/batches/{lot_number}/shelf/count", entries(bench)
    status, page = sent(client, address, capsules="100")
    said = "3 fewer than the 103 of the ledger; count again, then write why."
    assert (status, complaints(page)) == (422, {"reason": said})
    status, page = sent(client, address, capsules="103")
    assert "103 capsules stand there already; nothing was stored." in page
    assert (status, entries(bench)) == (422, before)
    assert sent(client, address, capsules="100", reason="Broken in the drawer") == (303, f"/batches/{lot_number}/shelf")
    assert moved(bench, lot_number)[-1] == ("counted", -3)


def test_a_count_of_a_ledger_that_moved_meanwhile_is_not_kept(
    client: FlaskClient, bench: Bench, lot_number: str
) -> None:
    address = f"/batches/{lot_number}/shelf/count"
    form = form_at(client, address)
    with bench.database.writing() as writing:
        correct_shelf(writing, counted(lot_number, 90, person=CLARA))
    answer = client.post(address, data={**form, "capsules": "102", "reason": "Counted"})
    assert (answer.status_code, there(bench, lot_number)) == (422, 90)
    assert "the result is not the one shown before" in answer.text


def test_a_recalled_batch_is_destroyed_with_a_witness(
    client: FlaskClient, bench: Bench, lot_number: str, tmp_path: Path
) -> None:
    with bench.database.writing() as writing:
        recall_batch(writing, lot_number, signing_of(CLARA, tmp_path), reason="A complaint")
    assert f"/batches/{lot_number}/shelf" in links(client.get("/shelf").text)
    address = f"/batches/{lot_number}/shelf/destroy"
    form = form_at(client, address)
    assert (form["capsules"], form["cause"]) == ("103", "held back")
    assert complaints(sent(client, address, capsules="104", reason="Burnt")[1])["capsules"].startswith("There are 103")
    status, page = sent(client, address, reason="Burnt", witness="anna müller")
    assert (status, list(complaints(page))) == (422, ["witness"])
    assert sent(client, address, reason="Burnt by the contractor", witness="Tom Berg")[0] == 303
    assert there(bench, lot_number) == 0
    page = client.get(f"/batches/{lot_number}/shelf").text
    assert ("Anna Müller, witnessed by Tom Berg" in page, "Held back: Burnt by the contractor" in page) == (True, True)
    assert "None. What is past its date" in client.get("/shelf").text


def test_a_batch_that_was_never_released_has_no_shelf(client: FlaskClient, bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    answer = client.get(f"/batches/{number}/shelf")
    assert (answer.status_code, "was never released" in answer.text) == (422, True)
    assert f"/batches/{number}/shelf" not in links(client.get(f"/batches/{number}").text)
