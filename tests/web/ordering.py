"""What a pharmacist does with the order form, through Flask's test client."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pages import fields

NEW = "/orders/new"
LONG = "x" * 65_536


def filled_in(client: FlaskClient, *strengths: str, **changes: str) -> dict[str, str]:
    """The form, filled in with a hundred capsules of each strength."""
    form = fields(client.get(NEW).text)
    rows = {f"strengths-{index}-strength": strength for index, strength in enumerate(strengths or ("1.5 mg",))}
    counts = {name.replace("-strength", "-capsules"): "100" for name in rows}
    return {**form, **rows, **counts, **changes}


def work_out(client: FlaskClient, form: dict[str, str]) -> TestResponse:
    return client.post(NEW, data={**form, "do": "work-out"})


def store(client: FlaskClient, worked_out: TestResponse, **typed: str) -> TestResponse:
    """Send what stands on the worked-out page."""
    return client.post(NEW, data={**fields(worked_out.text), **typed, "do": "store"})


def thirty_of(client: FlaskClient, *strengths: str, **changes: str) -> dict[str, str]:
    """The form, filled in with thirty capsules of each strength: of 0.5 mg less than any balance weighs."""
    counts = {f"strengths-{index}-capsules": "30" for index, _ in enumerate(strengths)}
    return filled_in(client, *strengths, **counts, **changes)
