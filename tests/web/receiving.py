"""Receiving lots through the form, for the tests of what is done with them."""

from flask.testing import FlaskClient

from compounder.database import lots
from tests.services.orders import SITE, Bench
from tests.web.pages import complaints, fields

RECEIVE = "/lots/receive"
DRUG = {
    "substance": "naltrexone hydrochloride",
    "maker": "Hillcrest",
    "lot_number": "NTX-2501",
    "quantity": "50 g",
    "expires_on": "2028-06",
    "cas_number": "16676-29-2",
    "assay": "99.2",
    "assay_basis": "anhydrous",
    "water": "1.6",
    "pack_statistics": "3: 180 mg\n4: 126 mg",
}


def form_at(client: FlaskClient, address: str) -> dict[str, str]:
    return fields(client.get(address).text, "")


def received(client: FlaskClient, **changes: str) -> str:
    """The address of a lot received through the form."""
    answer = client.post(RECEIVE, data={**form_at(client, RECEIVE), **DRUG, **changes})
    assert answer.status_code == 303, complaints(answer.text)
    return str(answer.headers["Location"])


def lot_at(bench: Bench, address: str) -> lots.StoredLot:
    with bench.database.reading() as reading:
        return lots.load(reading, SITE, address.rpartition("/")[2])
