"""How an order is weighed: the ways side by side, the one taken instead, and what is said of small masses."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from compounder.domain.batch.source import TriturationRatio
from compounder.domain.batch.uncertainty import LEFT_OUT
from tests.services.orders import HYDROCHLORIDE, Bench, add_lot, entries, revise_settings
from tests.web.lots import TABLETS, TRITURATION
from tests.web.ordering import LONG, NEW, filled_in, store, thirty_of, work_out
from tests.web.pages import complaints, fields

SECTION = "How it is weighed"
THREE = ("0.5 mg", "1.5 mg", "3 mg")
OPEN, CLOSED = '<details class="more" open>', '<details class="more">'


def take(client: FlaskClient, worked_out: Any, name: str, **changes: str) -> Any:
    """Press the button of another way, as a browser without a script does."""
    return client.post(NEW, data={**fields(worked_out.text), **changes, "take": name})


def taken(html: str) -> str:
    """The way that the page says is taken."""
    row = html.partition('class="ways__taken"')[2].partition("</tr>")[0]
    assert "<strong>Taken</strong>" in row
    return re.sub(r"<[^>]+>", "", row.partition('scope="row">')[2].partition("<span")[0])


def offered(html: str) -> list[str]:
    """The ways with a button."""
    return re.findall(r'name="take" value="([^"]+)"', html)


def test_an_order_that_is_weighed_as_it_is_says_nothing_of_ways(client: FlaskClient) -> None:
    for page in (client.get(NEW), work_out(client, filled_in(client, "1.5 mg", "3 mg"))):
        assert SECTION not in page.text
        assert "Trituration T1" not in page.text
        assert CLOSED in page.text


def test_a_mass_below_the_minimum_makes_the_ways_stand_side_by_side(client: FlaskClient) -> None:
    page = work_out(client, thirty_of(client, *THREE))
    assert page.status_code == 200
    assert taken(page.text)
    assert len(offered(page.text)) >= 2
    for words in (SECTION, "Fewest weighings within 1 %", "Not possible", "15.9 mg is below B1&#39;s minimum, 20 mg"):
        assert words in page.text
    assert CLOSED in page.text


def test_a_trituration_has_its_card_before_the_strengths_and_aliquots_name_it(client: FlaskClient) -> None:
    page = work_out(client, thirty_of(client, *THREE, trituration="shared", ratios="1:10"))
    assert page.text.index("Trituration T1, 1:10") < page.text.index('aria-label="0.5 mg"')
    assert "for 0.5 mg, 1.5 mg and 3 mg" in page.text
    assert page.text.count("Aliquot of trituration T1") >= 3
    portions = page.text.partition("mixing evenly each time:")[2].partition("</div>")[0]
    assert portions.count(" · ") >= 2


def test_the_uncertainty_stands_with_its_budget_and_what_it_leaves_out(client: FlaskClient) -> None:
    page = work_out(client, thirty_of(client, "0.5 mg")).text
    assert re.search(r"Expanded uncertainty of the mean content 0\.\d{3} % \(k = 2\)", page)
    for words in ("T1: naltrexone hydrochloride", "T1: microcrystalline cellulose", LEFT_OUT.replace("'", "&#39;")):
        assert words in page


def test_another_way_is_taken_and_kept_when_storing_is_refused(client: FlaskClient, bench: Bench) -> None:
    worked_out, before = work_out(client, thirty_of(client, *THREE)), entries(bench)
    other = offered(worked_out.text)[-1]
    page = take(client, worked_out, other)
    assert page.status_code == 200
    assert taken(page.text).lower() == other
    assert "Taken by choice" in page.text
    assert "Preferred: fewest weighings within 1 %" in page.text
    assert fields(page.text)["alternative"] == other
    again = work_out(client, fields(page.text))
    assert taken(again.text).lower() == other
    refused = store(client, again, shown="another result")
    assert (refused.status_code, taken(refused.text).lower()) == (422, other)
    assert fields(refused.text)["alternative"] == other
    assert entries(bench) == before


@pytest.mark.parametrize(
    "change",
    [{"strengths-0-capsules": "31"}, {"compounded_on": "2026-11-22"}, {"balance": ""}, {"ratios": "1:10 1:20"}],
    ids=["capsules", "day", "balance", "ratios"],
)
def test_changing_anything_else_drops_the_way_taken(client: FlaskClient, change: dict[str, str]) -> None:
    worked_out = work_out(client, thirty_of(client, *THREE))
    preferred, other = taken(worked_out.text), offered(worked_out.text)[-1]
    page = work_out(client, {**fields(take(client, worked_out, other).text), **change})
    assert fields(page.text)["alternative"] == ""
    assert "Taken by choice" not in page.text
    assert "The order has changed; the preferred way is taken again." in page.text
    unchanged = work_out(client, {**fields(page.text), **{name: fields(worked_out.text)[name] for name in change}})
    assert taken(unchanged.text) == preferred
    assert "The order has changed" not in unchanged.text


def test_what_was_typed_before_a_way_was_taken_goes_first(client: FlaskClient) -> None:
    worked_out = work_out(client, thirty_of(client, *THREE))
    page = take(client, worked_out, offered(worked_out.text)[-1], **{"strengths-0-capsules": "35"})
    assert (page.status_code, fields(page.text)["alternative"]) == (200, "")
    assert "The order has changed; the preferred way is taken again." in page.text


@pytest.mark.parametrize("name", ["direct", "nothing", "<script>alert(1)</script>", "\x00", LONG])
def test_a_way_that_there_is_not_leaves_the_preferred_one(client: FlaskClient, name: str) -> None:
    worked_out = work_out(client, thirty_of(client, *THREE))
    page = take(client, worked_out, name)
    assert (page.status_code, taken(page.text)) == (200, taken(worked_out.text))
    assert fields(page.text)["alternative"] == ""
    assert "<script>alert" not in page.text


def test_a_way_that_a_setting_took_away_meanwhile_gives_way_to_the_preferred_one(
    client: FlaskClient, bench: Bench
) -> None:
    worked_out = work_out(client, thirty_of(client, *THREE, trituration="shared"))
    page = take(client, worked_out, offered(worked_out.text)[-1])
    revise_settings(bench, trituration_ratios=(TriturationRatio(4),))
    assert taken(work_out(client, fields(page.text)).text) == "One stock, 1:4"


def test_ratios_are_read_with_commas_or_spaces(client: FlaskClient) -> None:
    for text in ("1:4, 1:10", "1:4 1:10", "1:4,1:10", " 1:4  1:10 ", "1:4, 1:10, 1:4"):
        page = work_out(client, thirty_of(client, *THREE, trituration="shared", ratios=text))
        assert {taken(page.text), *map(str.capitalize, offered(page.text))} == {"One stock, 1:4", "One stock, 1:10"}
        assert OPEN in page.text


REFUSED_RATIOS = [
    ("1:1", '"1:1" was read; a ratio from 1:2 to 1:1000 is accepted.'),
    ("1:1001", '"1:1001" was read;'),
    ("10", '"10" was read;'),
    ("2:10", '"2:10" was read;'),
    ("1:1٠", "was read; a ratio from 1:2"),
    ("1:10;1:20", '"1:10;1:20" was read;'),
    ("1:-4", '"1:-4" was read;'),
    ("1:10\x00", "was read; a ratio from"),
    (",", "A list of 0 ratios was read; 1 to 20 is accepted."),
    (" ".join(f"1:{parts}" for parts in range(2, 23)), "A list of 21 ratios was read; 1 to 20 is accepted."),
    ("x " * 32_768, "was read; a ratio from"),
    (LONG, "was read; a ratio from"),
]


@pytest.mark.parametrize(("typed", "said"), REFUSED_RATIOS, ids=range(len(REFUSED_RATIOS)))
def test_a_bad_ratio_is_said_at_its_field_and_nothing_is_lost(client: FlaskClient, typed: str, said: str) -> None:
    form = thirty_of(client, *THREE, ratios=typed)
    page = work_out(client, form)
    assert (page.status_code, list(complaints(page.text))) == (422, ["ratios"])
    assert said in complaints(page.text)["ratios"]
    assert {**fields(page.text), "ratios": ""} == {**form, "ratios": ""}
    assert OPEN in page.text


def test_each_bad_ratio_has_a_sentence(client: FlaskClient) -> None:
    said = complaints(work_out(client, thirty_of(client, *THREE, ratios="1:10, 1:x, ten")).text)["ratios"]
    assert said == " ".join(f'"{each}" was read; a ratio from 1:2 to 1:1000 is accepted.' for each in ("1:x", "ten"))


@pytest.mark.parametrize("name", ["trituration", "next_active_lot"])
def test_a_choice_that_nobody_offers_is_refused_where_it_stands(client: FlaskClient, name: str) -> None:
    page = work_out(client, {**thirty_of(client, *THREE), name: LONG})
    assert (page.status_code, list(complaints(page.text))) == (422, [name])
    assert OPEN in page.text


def test_never_by_trituration_stops_what_no_balance_weighs(client: FlaskClient) -> None:
    page = work_out(client, thirty_of(client, *THREE, trituration="never")).text
    assert SECTION not in page
    assert "15.9 mg of naltrexone hydrochloride is below B1&#39;s minimum, 20 mg" in page
    assert OPEN in page


def test_when_nothing_works_the_finding_says_what_would(client: FlaskClient) -> None:
    page = work_out(client, filled_in(client, "0.5 mg", **{"strengths-0-capsules": "1", "balance": "B2"})).text
    assert re.search(r"it takes [\d,]+ capsules or a balance that weighs from", page)
    assert 'value="store"' not in page


def test_a_second_lot_gives_what_the_first_lacks(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        small = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-LEFT", quantity="0.1 g")
    page = work_out(client, filled_in(client, "1.5 mg", active_lot=small, next_active_lot=bench.active)).text
    assert "Naltrexone hydrochloride, second lot" in page
    assert "100.0 mg" in page
    assert OPEN in page


def test_what_the_first_lot_really_gave_says_what_the_second_adds(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        small = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-LEFT", quantity="0.1 g")
    form = filled_in(client, "1.5 mg", active_lot=small, next_active_lot=bench.active)
    page = work_out(client, {**form, "first_gives": "96.4 mg"}).text
    assert "96.4 mg" in page
    assert "61.9 mg" in page  # 158.278 mg wanted, both of one potency
    for changes, said in (
        ({"first_gives": "96,4 mg"}, "comma"),
        ({"first_gives": "96.4 mg", "next_active_lot": ""}, "No second lot is chosen"),
    ):
        refused = work_out(client, {**form, **changes})
        assert (refused.status_code, said in complaints(refused.text)["first_gives"]) == (422, True)
        assert OPEN in refused.text


def test_two_lots_are_powder_beside_powder(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        second, tablets = add_lot(writing, HYDROCHLORIDE, lot_number="NTX-2"), add_lot(writing, TABLETS)
    form = filled_in(client, "1.5 mg")
    for changes, said in (
        ({"next_active_lot": bench.active, "active_lot": bench.active}, "another lot is accepted."),
        ({"next_active_lot": second, "trituration": "each"}, "Two lots are weighed directly; choose no second lot"),
        ({"next_active_lot": second, "trituration": "shared"}, "Two lots are weighed directly; choose no second lot"),
        ({"next_active_lot": second, "active_lot": tablets}, "powder beside powder is accepted."),
        ({"next_active_lot": tablets}, "is not offered any more; choose again."),
        ({"next_active_lot": bench.filler}, "is not offered any more; choose again."),
    ):
        page = work_out(client, {**form, **changes})
        assert (page.status_code, list(complaints(page.text))) == (422, ["next_active_lot"]), changes
        assert said in complaints(page.text)["next_active_lot"]
        assert {name: fields(page.text)[name] for name in changes} in (changes, {**changes, "next_active_lot": ""})


def test_tablets_are_crushed_by_number(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        tablets = add_lot(writing, TABLETS)
    page = work_out(client, filled_in(client, "4.5 mg", "1.5 mg", active_lot=tablets)).text
    assert "Naltrexone hydrochloride tablets, crushed" in page
    assert "on B1 · crush 10 tablets" in page
    assert "on B1 · crush 4 tablets" in page


def test_powders_are_offered_before_tablets_and_triturations(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        add_lot(writing, TABLETS)
        add_lot(writing, TRITURATION)
    html = client.get(NEW).text.partition('name="active_lot"')[2].partition("</select>")[0]
    assert re.findall(r">([^<]+)</option>", html) == [
        "NTX-2411 · naltrexone hydrochloride · 25 g free · assay 99.2 % anhydrous · water 1.6 % · expires 30 Jun 2028",
        "261122A004K · trituration 1:10 of naltrexone hydrochloride · 1.2 g free · expires 20 Nov 2027",
        "TAB-77 · naltrexone hydrochloride 50 mg tablets · 25 g free · expires 30 Jun 2028",
    ]


def test_what_is_left_of_a_trituration_is_weighed_as_an_aliquot(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        left = add_lot(writing, TRITURATION)
    page = work_out(client, thirty_of(client, "0.5 mg", active_lot=left)).text
    assert "Aliquot of trituration 261122A004K" in page
    assert SECTION not in page
