"""What is dispensed through the pages, for the tests of what comes of it."""

from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.services.batches import lot_numbers
from tests.services.orders import Bench
from tests.services.signing import release, verified
from tests.web.caring import form_at, patient_added, prescribed
from tests.web.pages import fields

ASKED = {"medicines_asked": "y", "liver": "no", "allergy": "no"}
DECIDED = {
    "liver": "yes",
    "reason-liver-disease": "Values are watched monthly",
    "with-liver-disease": "Dr. Ada Example",
}


def shelved(bench: Bench, keys: Path) -> str:
    """Our lot number of a released batch of 103 capsules of 1.5 mg."""
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    verified(bench.database, number, keys)
    release(bench.database, number, keys)
    return number


def to_dispense(client: FlaskClient, **patient: str) -> str:
    """Where 84 capsules of 1.5 mg are dispensed."""
    return f"{prescribed(client, patient_added(client, **patient), fill_with='1.5 mg')}/dispense"


def looked_at(client: FlaskClient, address: str, **answers: str) -> TestResponse:
    """The form with the batches beside it."""
    form = {**form_at(client, address, "bottle"), **ASKED, **answers}
    return client.post(address, data={**form, "do": "work-out"})


def dispensed(client: FlaskClient, address: str, shown: TestResponse, **decided: str) -> TestResponse:
    """Send what stands on the page; what is said with it wins."""
    return client.post(address, data={**fields(shown.text, "bottle"), **ASKED, **decided, "do": "store"})
