"""What is sent: 64 KB in any field are refused and the rest of the form kept; a crafted name is no field."""

from io import BytesIO
from itertools import cycle

import pytest
from flask.testing import FlaskClient

from tests.services.orders import Bench, entries
from tests.web.ordering import NEW, filled_in
from tests.web.pages import complaints, fields
from tests.web.receiving import DRUG, RECEIVE

LARGEST = 65_536
RUBBISH = (
    "\n" * LARGEST,
    "🙂" * (LARGEST // 4),
    "\u00a0" * (LARGEST // 2),
    "7" * LARGEST,
    "<" * LARGEST,
    " " * LARGEST,
    "3: 1 mg\r\n" * (LARGEST // 9),
    "1.5 mg; " * (LARGEST // 8),
    "\0" * LARGEST,
)
NOT_SHOWN = ("csrf_token", "lot", "shown", "alternative", "compared_for", "do")  # lot: of the search above every page
SETTINGS, FORMULATION = "/settings/revise", "/formulations/NTX-CAPS/revise"


def filled(client: FlaskClient, address: str) -> dict[str, str]:
    """What the form at the address may be sent with."""
    if address == NEW:
        return filled_in(client, "1.5 mg", "3 mg")
    needed = DRUG if address == RECEIVE else {"reason": "A reason"}
    return {**fields(client.get(address).text, ""), **needed}


@pytest.mark.parametrize("address", [RECEIVE, NEW, SETTINGS, FORMULATION])
def test_64_kilobytes_in_any_field_are_refused_and_the_rest_kept(
    client: FlaskClient, bench: Bench, address: str
) -> None:
    form, before = filled(client, address), entries(bench)
    shown = [name for name in form if name not in NOT_SHOWN]
    for name, rubbish in zip(shown, cycle(RUBBISH)):
        answer = client.post(address, data={**form, name: rubbish, "do": "work-out"})
        kept = fields(answer.text, "order" if address == NEW else "")
        where = (name, ascii(rubbish[:3]))
        assert answer.status_code == 422, where
        assert len(answer.text) < LARGEST, where
        assert {each: kept[each].split() for each in shown if each != name} == {
            each: form[each].split() for each in shown if each != name
        }, where
    assert entries(bench) == before


CRAFTED = [f"strengths-{index}-strength" for index in ("²", "٣", "9" * 5_000, "-1", "1e5", "")]


@pytest.mark.parametrize("name", [*CRAFTED, "strengths-", "x" * 60_000, "\0"], ids=lambda name: ascii(name[:13]))
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_name_that_no_form_has_is_no_field(client: FlaskClient, name: str, kind: str) -> None:
    form = {**filled_in(client, "1.5 mg", "3 mg"), "do": "work-out", name: "6 mg"}
    page = client.post(NEW, data=form, content_type=kind)
    assert (page.status_code, complaints(page.text)) == (200, {})
    assert "Store 2 batches" in page.text


def test_a_row_of_any_number_is_a_row(client: FlaskClient) -> None:
    form = filled_in(client, "1.5 mg", **{"strengths-999999999-strength": "3 mg"})
    page = client.post(NEW, data={**form, "do": "work-out"})
    assert complaints(page.text) == {
        "strengths-3-capsules": "Capsules is missing in this row; write it, or empty the row."
    }


@pytest.mark.parametrize("address", [RECEIVE, NEW, SETTINGS, FORMULATION])
def test_no_field_repeated_or_left_out_fails(client: FlaskClient, bench: Bench, address: str) -> None:
    form, before = filled(client, address), entries(bench)
    token = {"csrf_token": form["csrf_token"]}
    for name in form.keys() - {"csrf_token", "lot", "shown"}:
        for sent in (token, {**token, name: "x"}, {**form, name: ["\0", "", "x"], "strengths": "x", "balances-0": "x"}):
            assert client.post(address, data={**sent, "do": "work-out"}).status_code in (200, 422), name
    assert entries(bench) == before


def test_a_form_that_brings_a_file_brings_no_field(client: FlaskClient) -> None:
    form = filled_in(client, "1.5 mg")
    page = client.post(NEW, data={**form, "compounded_on": (BytesIO(b"2026-11-21"), "day.txt"), "do": "work-out"})
    assert complaints(page.text) == {"compounded_on": "Compounded on is missing; write it here."}


def test_ten_thousand_fields_are_refused(client: FlaskClient) -> None:
    form = filled_in(client, "1.5 mg")
    many = {f"strengths-{row}-strength": "3 mg" for row in range(10_000)}
    assert client.post(NEW, data={**form, **many, "do": "work-out"}).status_code == 413
