"""Trends on the screen, the rules that a formulation names, and the form for counting after weighing at the bench."""

from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.quality.results import RuleName
from tests.services import benches
from tests.services.batches import lot_numbers
from tests.services.finishing import FILLED, by_another_version
from tests.services.finishing import weigh as weigh_on
from tests.services.orders import Bench
from tests.services.people import TOM
from tests.web.conftest import signed_in
from tests.web.finishing import shown
from tests.web.pages import complaints, fields, links

PLACES = ("/formulations/NTX-CAPS/trend", "/lots/2/trend")


@pytest.mark.parametrize("place", PLACES)
def test_a_trend_without_weights_says_what_will_stand_there(client: FlaskClient, place: str) -> None:
    page = client.get(place).text
    assert "No capsules of it were weighed here yet. Each batch whose capsules are weighed will stand here" in page
    assert "<svg" not in page


@pytest.mark.parametrize("place", PLACES)
def test_a_trend_shows_charts_beside_a_list_of_batches(client: FlaskClient, bench: Bench, place: str) -> None:
    first, second = lot_numbers(bench, bench.order("1.5 mg", "3 mg"))
    weigh_on(bench, first)
    page = client.get(place).text
    assert "One batch has no trend." in page
    assert f"/batches/{first}" in links(page)
    weigh_on(bench, second)
    page = client.get(place).text
    assert page.count('<svg class="control-chart"') == 2
    for said in ("Mean net weight of each batch, % of theory", "Relative standard deviation of each batch, %"):
        assert said in page
    for said in ("120.6 mg", "100.1 %", "0.78 %", "3 mg", "21 Nov 2026"):
        assert said in unescape(page)
    assert ("Limit 4.0 %." in page) is place.startswith("/formulations")


def test_trends_are_reached_from_the_pages_of_formulation_lot_and_batch(client: FlaskClient, bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    assert PLACES[0] in links(client.get("/formulations/NTX-CAPS").text)
    assert PLACES[1] in links(client.get("/lots/2").text)
    assert "/lots/1/trend" not in links(client.get("/lots/1").text)
    assert set(PLACES) <= set(links(shown(client, number)))


def test_what_is_not_there_has_no_trend(client: FlaskClient) -> None:
    assert client.get("/formulations/NOTHING/trend").status_code == 404
    assert client.get("/lots/99/trend").status_code == 404


@pytest.fixture
def named(bench: Bench) -> str:
    """A batch whose formulation names Brazil's rules."""
    return by_another_version(bench, quality=replace(first_formulation(1).quality, rules=(RuleName.BRAZIL,)))


def test_the_weights_form_starts_with_the_rules_that_the_formulation_names(client: FlaskClient, named: str) -> None:
    page = client.get(f"/batches/{named}/weigh-capsules").text
    assert "of 10 capsules (named by the formulation)" in page
    assert page.count("(named by the formulation)") == 1
    brazil = page.partition('value="brazil-formulario-nacional"')[0].rpartition("<input")[2]
    assert "checked" in brazil + page.partition('value="brazil-formulario-nacional"')[2].partition(">")[0]


def test_a_named_rule_is_not_left_out_silently(client: FlaskClient, named: str) -> None:
    address = f"/batches/{named}/weigh-capsules"
    form = {**fields(client.get(address).text, ""), "filled": " ".join(FILLED), "balance": "B1"}
    del form["rules"]
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    assert "tick it, or say why it is not checked" in complaints(answer.text)["left_out_because"]
    assert client.post(address, data={**form, "left_out_because": "Capsules ran out"}).status_code == 303
    assert "which was not checked: Capsules ran out" in shown(client, named)


def test_a_formulation_is_revised_to_name_rules_and_says_so(client: FlaskClient) -> None:
    address = "/formulations/NTX-CAPS/revise"
    form = {name: value for name, value in fields(client.get(address).text, "").items() if name != "rules"}
    both = {**form, "reason": "Europe", "rules": ["ph-eur-2-9-5", "brazil-formulario-nacional"]}
    answer = client.post(address, data=both)
    assert "No number of capsules from 10 on suits" in complaints(answer.text)["rules"]
    assert client.post(address, data={**both, "rules": ["ph-eur-2-9-5"]}).status_code == 303
    page = unescape(client.get("/formulations/NTX-CAPS").text)
    assert "“Ph. Eur. 2.9.5, of 20 capsules” is new" in page
    again = client.get(address).text
    assert again.count("checked") == 1
    assert client.get("/formulations/NTX-CAPS?version=1").text.count("Rules of pharmacopoeias") == 0


def test_counting_starts_with_the_powder_weighed_at_the_bench(application: Flask, bench: Bench) -> None:
    number = benches.a_batch(bench)
    weigh_on(bench, number)
    tom, address = signed_in(application, TOM), f"/batches/{number}/count-capsules"
    assert fields(tom.get(address).text, "")["powder_weighed"] == ""
    benches.weigh_next(bench, number)
    assert "microcrystalline cellulose is still to be weighed there" in tom.get(address).text
    benches.weigh_next(bench, number, reading="12254.1 mg")
    page = tom.get(address).text
    assert fields(page, "")["powder_weighed"] == "12.4124 g"
    assert "Planned: 12.4128 g. At the bench: 12.4124 g" in page
