"""Finished capsules on the screen: the forms, what they complain about, and what the batch's page says."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder.domain.errors import CompoundingError
from compounder.domain.units import READING, quantity_text
from compounder.web.finishing_forms import read_readings
from tests.services.finishing import FILLED, ONE_HEAVY
from tests.services.orders import Bench, a_balance, entries, revise_settings
from tests.services.people import BERTA, IDA
from tests.web.conftest import signed_in
from tests.web.finishing import send, shown, weigh
from tests.web.histories import void
from tests.web.pages import complaints, fields, links

COUNT = {"made": "103", "good": "102", "rejected": "1", "powder_weighed": "12.4128 g"}


def test_a_batch_is_weighed_and_counted(client: FlaskClient, tom: FlaskClient, number: str) -> None:
    assert "Not weighed yet." in shown(client, number)
    answer = weigh(tom, number)
    assert (answer.status_code, answer.location) == (303, f"/batches/{number}#capsules")
    assert send(tom, number, "count-capsules", **COUNT).status_code == 303
    section = shown(client, number)
    for said in (
        "B1",
        "120.6 mg",
        "10, each less 48 mg for the shell",
        "102 of 103 made",
        "100.0 %",
        "Tom Braun",
        "passes",
    ):
        assert said in section
    assert "fails" not in section
    assert '<svg class="control-chart"' in section
    assert "Mean moving range, %" in section


def test_an_overdue_balance_is_named_and_refused_and_the_weights_stand_there_still(
    tom: FlaskClient, bench: Bench, number: str
) -> None:
    overdue = replace(a_balance("B1", "0.1 mg"), calibrated_until=date(2026, 3, 31))
    revise_settings(bench, balances=(overdue, a_balance("B2", "0.1 mg")))
    assert "B1, 0.1 mg, calibration ended on 31 Mar 2026" in tom.get(f"/batches/{number}/weigh-capsules").text
    answer = weigh(tom, number)
    assert answer.status_code == 422
    assert "calibration of balance B1 ended on 31 Mar 2026" in complaints(answer.text)["balance"]
    assert fields(answer.text, "")["filled"] == "\r\n".join(FILLED)
    assert weigh(tom, number, balance="B2").status_code == 303


def test_the_shell_of_the_sites_settings_stands_there_already(tom: FlaskClient, number: str) -> None:
    form = fields(tom.get(f"/batches/{number}/weigh-capsules").text, "")
    assert form["mean_empty_shell"] == "48 mg"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"filled": "168,2 167.9"}, "filled", '"168,2" has a comma'),
        ({"filled": ""}, "filled", "Weights of filled capsules, mg is missing"),
        ({"filled": "168.2"}, "filled", "A list of 1"),
        ({"filled": "168.2 167.9"}, "filled", "asks for at least 10 units; 2 were given"),
        ({"filled": " ".join(("16.8", *FILLED[1:]))}, "filled", "Capsule 1 weighs 16.8 mg, its shell 48 mg"),
        ({"mean_empty_shell": ""}, "mean_empty_shell", 'mean empty shell" is missing'),
        ({"mean_empty_shell": "48"}, "mean_empty_shell", '"48" was read; write a number'),
        ({"empty_shells": "48.1 47.9"}, "empty_shells", "10 capsules but 2 shells were weighed"),
        ({"balance": ""}, "balance", "Choose the balance that is used."),
        ({"balance": "B7"}, "balance", '"B7" is not a balance of this pharmacy; choose B1 or B2.'),
        ({"filled": " ".join(("168.25", *FILLED[1:]))}, "filled", '"168.25 mg" was read; a reading of B1, in steps of'),
        ({"rules": "who-5-2"}, "filled", "WHO Ph. Int. 5.2 asks for 20 units; 10 were given."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    tom: FlaskClient, bench: Bench, number: str, typed: dict[str, str], field: str, said: str
) -> None:
    before = entries(bench)
    sent = {"filled": " ".join(FILLED), "balance": "B1", **typed}
    answer = send(tom, number, "weigh-capsules", **sent)
    assert answer.status_code == 422
    assert said.lower() in complaints(answer.text)[field].lower()
    assert fields(answer.text, "")["filled"] == sent["filled"]
    assert entries(bench) == before


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"good": "104"}, "good", "105 capsules cannot come out of 103 made; count and weigh again."),
        ({"made": ""}, "made", "Capsules made is missing"),
        ({"powder_left": "13 g"}, "powder_left", "13 g of powder cannot come out of 12.4128 g weighed"),
        ({"powder_weighed": "0 mg"}, "powder_weighed", "above 0"),
        ({"samples": "1.5"}, "samples", "write a whole number such as 100"),
    ],
)
def test_a_count_that_cannot_be_is_said_at_its_field(
    tom: FlaskClient, number: str, typed: dict[str, str], field: str, said: str
) -> None:
    weigh(tom, number)
    answer = send(tom, number, "count-capsules", **{**COUNT, **typed})
    assert answer.status_code == 422
    assert said in complaints(answer.text)[field]


def test_weighing_again_asks_why_and_shows_what_stood_there(tom: FlaskClient, number: str) -> None:
    assert "reason" not in fields(tom.get(f"/batches/{number}/weigh-capsules").text, "")
    weigh(tom, number, *ONE_HEAVY)
    again = fields(tom.get(f"/batches/{number}/weigh-capsules").text, "")
    assert again["filled"] == " ".join(ONE_HEAVY)
    answer = weigh(tom, number)
    assert "say why they are weighed again" in complaints(answer.text)["reason"]
    assert weigh(tom, number, reason="Capsule 1 was read wrongly").status_code == 303
    section = shown(tom, number)
    for said in ("Entered before", " ".join(ONE_HEAVY), "Capsule 1 was read wrongly"):
        assert said in section


def test_another_pharmacist_decides_on_capsules_that_fail(application: Flask, client: FlaskClient, number: str) -> None:
    weigh(client, number, *ONE_HEAVY)
    section = shown(client, number)
    assert "A pharmacist or owner other than Anna Müller decides whether it goes on." in section
    assert f"/batches/{number}/decide-on-capsules" not in links(section)
    refused = send(client, number, "decide-on-capsules", reason="It will do")
    assert "Anna Müller entered the capsules of batch" in unescape(refused.text)
    berta = signed_in(application, BERTA)
    assert f"/batches/{number}/decide-on-capsules" in links(shown(berta, number))
    assert send(berta, number, "decide-on-capsules", reason="Capsule 1 is taken out").status_code == 303
    assert "Berta Weiß: Capsule 1 is taken out" in shown(berta, number)


def test_what_is_not_at_the_bench_is_refused_in_a_sentence(client: FlaskClient, number: str) -> None:
    assert client.get(f"/batches/{number}/count-capsules").status_code == 422
    void(client, number)
    answer = client.get(f"/batches/{number}/weigh-capsules")
    assert answer.status_code == 422
    assert f"Batch {number} is voided; capsules are weighed until one is released." in answer.text
    assert "Nothing was entered here" in shown(client, number)


def test_what_the_capsules_say_of_the_filler_is_taken_for_its_lot(client: FlaskClient, number: str) -> None:
    weigh(client, number)
    said = "These capsules show a pack statistic of 120.13 mg for the filler, planned with 120.00 mg."
    assert said in shown(client, number)
    assert f"/batches/{number}/filler-pack-statistic" in links(shown(client, number))
    assert "120.13 mg" in client.get(f"/batches/{number}/filler-pack-statistic").text
    assert "reason" in complaints(send(client, number, "filler-pack-statistic").text)
    answer = send(client, number, "filler-pack-statistic", reason="Three batches alike")
    assert answer.status_code == 303
    lot = client.get("/lots/2").text
    assert f"10 filled of batch {number}: mean 168.64 mg" in lot
    assert "Three batches alike" in lot


def test_weights_that_say_nothing_of_the_filler_are_shown_without_it(client: FlaskClient, number: str) -> None:
    weigh(client, number, "49", *FILLED[1:])
    assert "fails" in shown(client, number)
    assert "pack statistic" not in shown(client, number)


def test_an_auditor_reads_and_is_offered_nothing(application: Flask, tom: FlaskClient, number: str) -> None:
    weigh(tom, number, *ONE_HEAVY)
    section = shown(signed_in(application, IDA), number)
    assert "fails" in section
    assert links(section) == ["/formulations/NTX-CAPS/trend", "/lots/2/trend"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("168.2 167.90", ["168.2 mg", "167.90 mg"]),
        ("168.2\r\n\r\n 167.9\n", ["168.2 mg", "167.9 mg"]),
        ("168.2 mg\n0.1679 g", ["168.2 mg", "0.1679 g"]),
        ("168.2\tmg\t167.9", ["168.2 mg", "167.9 mg"]),
    ],
)
def test_weights_are_read_as_people_paste_them(typed: str, read: list[str]) -> None:
    assert [quantity_text(each, READING) for each in read_readings(typed)] == read


@pytest.mark.parametrize("typed", ["168,2 167,9", "168.2; 167.9", "168.2 kg 3 kg", "mg mg", "1_2 3", "168.2" * 900])
def test_what_is_no_weight_is_refused(typed: str) -> None:
    with pytest.raises(CompoundingError):
        read_readings(typed)
