"""Assays on the screen: the form, what it complains about, the batch's page, and a released batch that fails."""

from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.services.assaying import E11, SCATTERED, TWENTY, WILD
from tests.services.finishing import by_another_version
from tests.services.orders import Bench, entries
from tests.services.people import BERTA, IDA
from tests.services.signing import release, verified
from tests.web.conftest import signed_in
from tests.web.finishing import send, shown, weigh
from tests.web.histories import void
from tests.web.pages import complaints, fields, links

REPORT = {"laboratory": "Example Laboratories", "number": "L-7", "dated": "2026-11-21"}


def assay(client: FlaskClient, number: str, /, *percents: str, **typed: str) -> TestResponse:
    """Ten contents, or thirty, as a report has them."""
    address, contents = f"/batches/{number}/assay", percents or E11
    sent = {**fields(client.get(address).text, ""), **REPORT}
    sent |= {"first": "\r\n".join(contents[:10]), "more": " ".join(contents[10:])}
    return client.post(address, data={**sent, **typed})


def test_the_page_works_the_acceptance_value_out_line_by_line(
    client: FlaskClient, tom: FlaskClient, number: str
) -> None:
    assert f"/batches/{number}/assay" in links(shown(client, number))
    answer = assay(tom, number)
    assert (answer.status_code, answer.location) == (303, f"/batches/{number}#capsules")
    section = shown(client, number)
    for said in (
        "The assay passes.",
        "Example Laboratories",
        "L-7, 21 Nov 2026",
        "Tom Braun",
        "The acceptance value of 10 units is 4.3; at most 15.0 is accepted.",
        "Reference value M",
        "Acceptability constant k",
        "abs(100.1 − 100.1) + 2.4 × 1.77638834593",
        "4.26333203023",
        "98.2 101.4 99.7 102.3 97.5 100.8 99.1 103 98.9 100.1",
    ):
        assert said in section


def test_ten_that_do_not_pass_ask_for_twenty_more_and_all_thirty_count(client: FlaskClient, number: str) -> None:
    assay(client, number, *SCATTERED)
    section = shown(client, number)
    assert "Assay 20 more: ten units that do not pass are no verdict yet." in section
    assert "assay 20 more" in section
    assert "decides whether it goes on" in section
    form = fields(client.get(f"/batches/{number}/assay").text, "")
    assert form["first"] == " ".join(SCATTERED)
    assert assay(client, number, *SCATTERED, *TWENTY).status_code == 303
    section = shown(client, number)
    for said in ("The assay passes.", "Unit farthest from M", "Twenty more units came.", "Entered before"):
        assert said in section


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"first": "98.2 101.4"}, "first", '"A list of 2" was read; a list of ten, such as 98.2 101.4, is accepted.'),
        ({"first": " ".join(("98,2", *E11[1:]))}, "first", '"98,2" has a comma'),
        ({"first": " ".join(("982", *E11[1:]))}, "first", "982 % was read; 0 % to 300 % is accepted."),
        ({"first": " ".join(("0.98",) * 10)}, "first", "The mean is 1.0 % of the label claim, below 10 %; type each"),
        ({"first": ""}, "first", "First ten capsules, % of label claim is missing"),
        ({"more": "99 101"}, "more", "a list of twenty"),
        ({"laboratory": ""}, "laboratory", "Laboratory is missing"),
        ({"number": "7" * 61}, "number", "1 to 60 printable letters"),
        ({"dated": "21.11.2026"}, "dated", "2026"),
        ({"dated": "2026-11-22"}, "dated", "when it was made, to today, 21 Nov 2026"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    tom: FlaskClient, bench: Bench, number: str, typed: dict[str, str], field: str, said: str
) -> None:
    before = entries(bench)
    answer = assay(tom, number, **typed)
    assert answer.status_code == 422
    assert said in complaints(answer.text)[field]
    kept = fields(answer.text, "")
    assert {name: kept[name] for name in typed} == typed
    assert entries(bench) == before


def test_other_figures_ask_why(client: FlaskClient, number: str) -> None:
    assay(client, number)
    assert "say why they are assayed again" in complaints(assay(client, number, *SCATTERED).text)["reason"]
    assert assay(client, number, *SCATTERED, reason="The report was replaced").status_code == 303
    assert "The report was replaced" in shown(client, number)


def page_of(client: FlaskClient, number: str) -> str:
    """All that stands before the finished capsules."""
    return unescape(client.get(f"/batches/{number}").text).partition('id="capsules"')[0]


def test_a_released_batch_whose_assay_fails_says_so_first_and_what_to_do(
    application: Flask, client: FlaskClient, bench: Bench, number: str, tmp_path: Path
) -> None:
    verified(bench.database, number, tmp_path / "keys")
    release(bench.database, number, tmp_path / "keys")
    assert "Its assay does not pass" not in page_of(client, number)
    assay(client, number, *SCATTERED, *WILD)
    page = page_of(client, number)
    assert "Its assay does not pass" in page
    assert "The acceptance value of 30 units is 67.0; at most 15.0 is accepted." in page
    assert "Hold it back now or recall it; or a pharmacist decides, with a reason, that it stays released." in page
    assert {f"/batches/{number}/quarantine", f"/batches/{number}/recall"} <= set(links(page))
    assert links(page_of(signed_in(application, IDA), number)).count(f"/batches/{number}/recall") == 0
    berta = signed_in(application, BERTA)
    assert send(berta, number, "decide-on-capsules", reason="One unit was broken in the post").status_code == 303
    page = page_of(client, number)
    assert "A pharmacist has decided on it" in page
    assert f"/batches/{number}/recall" not in links(page)
    assert "Berta Weiß: One unit was broken in the post" in shown(client, number)


def test_a_voided_batch_is_not_assayed(client: FlaskClient, number: str) -> None:
    void(client, number)
    answer = client.get(f"/batches/{number}/assay")
    assert answer.status_code == 422
    assert f"Batch {number} is voided; nothing came of it" in answer.text
    assert f"/batches/{number}/assay" not in links(shown(client, number))


def test_whoever_releases_sees_what_the_capsules_come_to(
    application: Flask, client: FlaskClient, tom: FlaskClient, bench: Bench, number: str, tmp_path: Path
) -> None:
    weigh(tom, number)
    send(tom, number, "count-capsules", made="103", good="103", rejected="", samples="", powder_weighed="12.4128 g")
    assay(tom, number)
    verified(bench.database, number, tmp_path / "keys")
    page = unescape(client.get(f"/batches/{number}/release").text)
    for said in ("120.6 mg", "103 of 103 made", '<svg class="control-chart"', "The assay passes.", "Your password"):
        assert said in page


def test_the_release_of_a_batch_on_paper_says_where_its_capsules_stand(
    client: FlaskClient, bench: Bench, number: str, tmp_path: Path
) -> None:
    verified(bench.database, number, tmp_path / "keys")
    assert "what was found stands on the paper" in client.get(f"/batches/{number}/release").text


def test_an_approved_overage_is_named_as_the_target(client: FlaskClient, bench: Bench) -> None:
    number = by_another_version(bench, active_overage=Decimal("0.05"))
    assay(client, number)
    assert "T = 105" in shown(client, number)
