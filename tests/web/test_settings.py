"""The site's settings on the screen: what is in force, what is to be verified, and the next version."""

from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from compounder.domain.site import SiteSettings
from compounder.domain.stock.equipment import ElectronicBalance, PrescriptionBalance
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import parse_mass
from compounder.services.workspace import site_settings
from tests.services.orders import SITE, Bench, entries
from tests.services.people import ANNA
from tests.web.acting import newest_entry
from tests.web.pages import complaints, fields

SHOW, REVISE = "/settings", "/settings/revise"
CHANGE = {"day_of_compounding": "0", "reason": "The chapter was read"}
LONG = "x" * 65_536
PRESCRIPTION = {
    "balances-2-name": "Torsion",
    "balances-2-readability": "1 mg",
    "balances-2-sensitivity_requirement": "6 mg",
    "balances-2-capacity": "120 g",
    "balances-2-calibrated_until": "2027-03-31",
}


def offered(client: FlaskClient) -> dict[str, str]:
    return fields(client.get(REVISE).text, "")


def revise(client: FlaskClient, **changes: str) -> str:
    """The page of the settings after they were changed through the form."""
    answer = client.post(REVISE, data={**offered(client), **CHANGE, **changes})
    assert (answer.status_code, answer.headers.get("Location")) == (303, SHOW), complaints(answer.text)
    return client.get(SHOW).text


def in_force(bench: Bench) -> SiteSettings:
    with bench.database.reading() as reading:
        return site_settings(reading, SITE)


def test_the_page_says_what_is_in_force_and_what_is_to_be_verified(client: FlaskClient) -> None:
    page = " ".join(client.get(SHOW).text.split())
    for words in (
        "Example Pharmacy",
        "Europe/Berlin",
        "yes, by each lot&#39;s certificate",
        "day 1, to be verified",
        "repeatability 0.1 mg",
        "The site's own settings, to be verified: makers differ in their volumes",
        "makers&#39; nominal volumes; site setting",
        "48 mg",
        "0.45 g/mL",
        "The site's own settings: how a drug is diluted that no balance weighs well enough",
        "1:2, 1:4, 1:5, 1:10, 1:20, 1:25, 1:50, 1:100",
        "The first settings.",
    ):
        assert words in page


def test_capsule_sizes_stand_largest_first(client: FlaskClient) -> None:
    page = client.get(SHOW).text
    places = [page.index(volume) for volume in ("1.37 mL", "0.95 mL", "0.68 mL", "0.5 mL", "0.13 mL")]
    assert places == sorted(places)


def test_a_change_is_a_new_version_with_who_when_and_why(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    page = revise(client, name="Berta Weiß")
    assert (in_force(bench).version, in_force(bench).day_of_compounding) == (2, 0)
    assert entries(bench) == before + 1
    assert newest_entry(bench).actor == ANNA.actor
    assert newest_entry(bench).actor.is_authenticated
    for words in ("The day of compounding is: 0, was 1.", "The chapter was read", "Anna Müller", "10:30"):
        assert words in page
    assert "(typed name)" not in page


def test_nothing_but_what_was_changed_changes(client: FlaskClient, bench: Bench) -> None:
    before = in_force(bench)
    revise(client)
    after = in_force(bench)
    kept = ("pharmacy", "balances", "letter", "time_zone", "capsule_volumes", "empty_shells", "tapped_densities")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def test_a_balance_of_either_kind_is_added_in_its_row(client: FlaskClient, bench: Bench) -> None:
    page = revise(client, **PRESCRIPTION)
    *_, torsion = in_force(bench).balances
    assert isinstance(torsion, PrescriptionBalance)
    assert (torsion.sensitivity_requirement, torsion.capacity) == (parse_mass("6 mg"), parse_mass("120 g"))
    assert "sensitivity requirement 6 mg" in page
    assert "600 mg" in page


def test_how_small_masses_are_diluted_is_the_sites_own(client: FlaskClient, bench: Bench) -> None:
    page = revise(client, trituration_ratios="1:10, 1:25 1:10", uncertainty_target="1.5", trituration_excess="0")
    settings = in_force(bench)
    assert [str(ratio) for ratio in settings.trituration_ratios] == ["1:10", "1:25"]
    assert (settings.uncertainty_target, settings.trituration_excess) == (Decimal("0.015"), Decimal(0))
    assert "Trituration ratios: 1:10, 1:25, was 1:2, 1:4, 1:5, 1:10, 1:20, 1:25, 1:50, 1:100." in page
    assert "Uncertainty target, %: 1.5, was 1." in page
    assert "Empty: 1:10, 1:25" in client.get("/orders/new").text


def test_an_emptied_row_takes_its_balance_away(client: FlaskClient, bench: Bench) -> None:
    empty = {name: "" for name in offered(client) if name.startswith("balances-0-")}
    page = revise(client, **empty)
    assert [balance.name for balance in in_force(bench).balances] == ["B2"]
    assert "Balances: B2 (0.01 g, repeatability 10 mg), were B1" in page


def test_one_more_row_keeps_what_was_typed_and_stores_nothing(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    answer = client.post(REVISE, data={**offered(client), "balances-2-name": "B3", "address": "New", "fill": "row"})
    form = fields(answer.text, "")
    assert (form["balances-2-name"], form["balances-3-name"], form["address"]) == ("B3", "", "New")
    assert (answer.status_code, entries(bench)) == (200, before)


def test_two_clicks_make_one_version(client: FlaskClient, bench: Bench) -> None:
    form = {**offered(client), **CHANGE}
    client.post(REVISE, data=form)
    before = entries(bench)
    assert client.post(REVISE, data=form).status_code == 303
    assert (in_force(bench).version, entries(bench)) == (2, before)


def test_somebody_who_changes_an_older_page_is_told(client: FlaskClient, bench: Bench) -> None:
    stale = {**offered(client), **CHANGE, "telephone": "555 0199"}
    revise(client)
    before = entries(bench)
    answer = client.post(REVISE, data=stale)
    assert answer.status_code == 422
    assert "Version 2 of the settings exists already." in answer.text
    assert entries(bench) == before


def test_a_change_of_nothing_is_refused(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    answer = client.post(REVISE, data={**offered(client), **CHANGE, "day_of_compounding": "1"})
    assert answer.status_code == 422
    assert "Version 1 says all of this already; nothing was stored." in answer.text
    assert entries(bench) == before


REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"letter": "AB"}, "letter", "one letter, A to Z, is accepted."),
    ({"letter": "Ä"}, "letter", "one letter, A to Z, is accepted."),
    ({"time_zone": "Berlin"}, "time_zone", "a zone such as Europe/Berlin is accepted."),
    ({"time_zone": LONG}, "time_zone", "a text of 1 to 200 printable letters"),
    ({"pharmacy_name": ""}, "pharmacy_name", "Pharmacy is missing; write it here."),
    ({"correct_for_potency": "maybe"}, "correct_for_potency", "is not offered any more"),
    ({"day_of_compounding": "2"}, "day_of_compounding", "is not offered any more"),
    ({"capsule_volumes": "3: 0,30 mL"}, "capsule_volumes", "has a comma"),
    ({"capsule_volumes": "3: 0.30"}, "capsule_volumes", "one space and mL or L"),
    ({"capsule_volumes": "6: 0.30 mL"}, "capsule_volumes", "a line such as 3: 0.30 mL is accepted."),
    ({"empty_shells": "3: 48 mg\n3: 49 mg"}, "empty_shells", "each name on one line only"),
    ({"empty_shells": "3: 0 mg"}, "empty_shells", "0 mg was read; above 0 to"),
    ({"tapped_densities": "sand: 0.45 g/mL"}, "tapped_densities", "is not a substance accepted here"),
    ({"tapped_densities": "naltrexone: 0.45 g/mL"}, "tapped_densities", "is not a substance accepted here"),
    ({"balances-0-readability": "0.1"}, "balances-0-readability", "one space and"),
    ({"balances-0-calibrated_until": "31.3.2027"}, "balances-0-calibrated_until", "year-month-day"),
    ({"balances-0-readability": ""}, "balances-0-readability", "Readability is missing for this balance"),
    ({"balances-0-repeatability": ""}, "balances-0-repeatability", "Write the repeatability of an electronic"),
    ({"balances-0-sensitivity_requirement": "6 mg"}, "balances-0-repeatability", "or else the sensitivity"),
    ({"balances-0-name": "W" * 41}, "balances-0-name", "a text of 1 to 40 printable letters"),
    ({"balances-0-capacity": "0 g"}, "balances-0-capacity", "above 0 to"),
    ({"balances-0-name": LONG}, "balances-0-name", "printable letters is accepted."),
    ({"trituration_ratios": ""}, "trituration_ratios", "Trituration ratios is missing; write it here."),
    ({"trituration_ratios": "1:10 1:x"}, "trituration_ratios", '"1:x" was read; a ratio from 1:2 to 1:1000 is'),
    ({"trituration_ratios": LONG}, "trituration_ratios", "was read; a ratio from 1:2 to 1:1000 is accepted."),
    ({"uncertainty_target": "0"}, "uncertainty_target", "0 % was read; 0.01 % to 50 % is accepted."),
    ({"uncertainty_target": "1,5"}, "uncertainty_target", "has a comma"),
    ({"trituration_excess": "51"}, "trituration_excess", "51 % was read; 0 % to 50 % is accepted."),
    ({"trituration_excess": ""}, "trituration_excess", "is missing; write it here."),
    ({"reason": " "}, "reason", "Reason for the change is missing; write it here."),
]


def test_what_settings_cannot_be_is_said_at_its_field(client: FlaskClient, bench: Bench) -> None:
    before, form = entries(bench), {**offered(client), **CHANGE}
    for changes, field, sentence in REFUSED:
        answer = client.post(REVISE, data={**form, **changes})
        assert answer.status_code == 422, changes
        assert sentence in complaints(answer.text).get(field, ""), changes
    assert entries(bench) == before


def test_a_balance_named_twice_is_refused(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    answer = client.post(REVISE, data={**offered(client), **CHANGE, "balances-1-name": "B1"})
    assert answer.status_code == 422
    assert "each name of a balance once is accepted." in complaints(answer.text)["balances"]
    assert entries(bench) == before


def test_a_refused_form_keeps_what_was_typed(client: FlaskClient) -> None:
    sent = {**offered(client), **CHANGE, **PRESCRIPTION, "time_zone": "Berlin"}
    kept = fields(client.post(REVISE, data=sent).text, "")
    wanted: dict[str, Any] = {name: text for name, text in sent.items() if name not in ("csrf_token", "lot")}
    assert {name: kept[name].replace("\r", "") for name in wanted} == {
        name: text.replace("\r", "") for name, text in wanted.items()
    }


def test_a_change_of_no_version_is_refused(client: FlaskClient, bench: Bench) -> None:
    before, form = entries(bench), {**offered(client), **CHANGE}
    for base in ("", "x", "0", "7", "9" * 5_000):
        assert client.post(REVISE, data={**form, "base": base}).status_code == 422
    assert entries(bench) == before


def test_a_thousand_rows_of_balances_are_refused(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    rows = {f"balances-{number}-name": f"B{number}" for number in range(1_000)}
    assert client.post(REVISE, data={**offered(client), **CHANGE, **rows}).status_code == 422
    assert entries(bench) == before


def test_a_shell_that_the_site_weighed_is_the_one_taken_off(client: FlaskClient, bench: Bench) -> None:
    revise(client, empty_shells="3: 49.5 mg")
    assert in_force(bench).empty_shells == {CapsuleSize.THREE: parse_mass("49.5 mg")}
    assert "to be verified: size 3: 49.5 mg" in client.get(f"/lots/{bench.active}/measure").text


def test_an_electronic_balance_keeps_the_digits_it_shows(client: FlaskClient, bench: Bench) -> None:
    revise(client, **{"balances-0-readability": "0.10 mg"})
    first = in_force(bench).balances[0]
    assert isinstance(first, ElectronicBalance)
    assert (str(first.readability.magnitude), offered(client)["balances-0-readability"]) == ("0.10", "0.10 mg")


def test_a_second_factor_is_asked_of_everybody_from_then_on(client: FlaskClient, bench: Bench) -> None:
    assert not in_force(bench).asks_for_second_factor
    answer = client.post(REVISE, data={**offered(client), **CHANGE, "asks_for_second_factor": "yes"})
    assert (answer.status_code, in_force(bench).asks_for_second_factor) == (303, True)
    assert client.get("/settings").location == "/account/second-factor"


def test_a_gs1_prefix_is_put_in_force_taken_out_again_and_refused_where_no_company_has_it(
    client: FlaskClient, bench: Bench
) -> None:
    assert "GS1 company prefix: 9521234, was nothing." in revise(client, gs1_prefix="9521234")
    answer = client.post(REVISE, data={**offered(client), **CHANGE, "gs1_prefix": "2123456"})
    assert "a GS1 company prefix of 7 to 10 digits" in complaints(answer.text)["gs1_prefix"]
    assert in_force(bench).gs1_prefix == "9521234"
    assert "none: labels carry the lot number alone" in revise(client, gs1_prefix="", reason="Given back")
