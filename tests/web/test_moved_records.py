"""What a form shows is what it signs: a record that moved meanwhile is shown anew first."""

from flask.testing import FlaskClient

from compounder.domain.record.amendments import Amended
from tests.services.batches import lot_numbers
from tests.services.orders import Bench
from tests.services.people import PASSWORD
from tests.services.signing import amend
from tests.web.pages import fields


def test_a_batch_that_moved_is_shown_anew_and_then_signed(client: FlaskClient, bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    address = f"/batches/{number}/void"
    form = {**fields(client.get(address).text, ""), "reason": "Spilled", "password": PASSWORD}
    amend(bench.database, number, Amended.CAPSULES_MADE, "101")
    stale = [client.post(address, data={**form, **shown}) for shown in ({}, {"shown": ""})]
    for refused in stale:
        assert refused.status_code == 422
        assert "Nothing was signed" in refused.text
    again = {**fields(stale[-1].text, ""), "password": PASSWORD}
    assert client.post(address, data=again).status_code == 303
