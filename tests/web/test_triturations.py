"""Triturations on the pages: planned with an order, made with the weights taken, seen both ways, printed, given up."""

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from compounder.domain.batch.source import Triturating, parse_ratio
from tests.services.orders import Bench
from tests.services.people import ANNA
from tests.web.acting import newest_entry
from tests.web.histories import void
from tests.web.pages import complaints, fields, links

SHARED: dict[str, Any] = {"trituration": Triturating.SHARED, "ratios": (parse_ratio("1:10"),)}


def an_order(bench: Bench, *strengths: str) -> str:
    return bench.order(*(strengths or ("0.5 mg", "1.5 mg")), capsules=30, **SHARED)


def the_trituration(client: FlaskClient, order: str) -> str:
    """Its address, from the order's page."""
    found = re.search(r'href="(/triturations/[0-9A-Z]+)"', client.get(f"/orders/{order}").text)
    assert found
    return found[1]


def make(client: FlaskClient, address: str, **typed: str) -> str:
    """The page that comes of saying what was weighed: as planned, where nothing else is typed."""
    form = fields(client.get(f"{address}/make").text, "")
    answer = client.post(
        f"{address}/make", data={**form, **as_planned(client, address), **typed}, follow_redirects=True
    )
    return answer.text


def as_planned(client: FlaskClient, address: str) -> dict[str, str]:
    """The masses of the plan, and the balances that are chosen already."""
    page = client.get(f"{address}/make").text
    planned = re.findall(r"Planned ([0-9.,]+ mg);", page)
    first, diluent = (mass.replace(",", "") for mass in planned)
    chosen = dict(re.findall(r'<input checked [^>]*name="(\w+)"[^>]*value="(\w+)"', page))
    jars = {"start_lot": "NTX-2411", "diluent_lot": "MCC-118"}
    tared = {"started_with_tared": "0.0 mg", "diluent_tared": "0.0 mg"}
    return {**jars, **tared, "started_with": first, "diluent": diluent, **chosen}


def test_a_planned_trituration_says_what_to_weigh_and_who_draws_on_it(client: FlaskClient, bench: Bench) -> None:
    address = the_trituration(client, an_order(bench))
    page = client.get(address).text
    assert "Trituration 1:10 of naltrexone hydrochloride" in page
    assert "NTX-2411" in page
    assert len(re.findall(r'href="/batches/[0-9A-Z]+">', page)) == 2
    assert "printed once the trituration is made" in page


def test_what_was_weighed_makes_it_a_lot_and_plans_its_batches_anew(client: FlaskClient, bench: Bench) -> None:
    address = the_trituration(client, an_order(bench))
    page = make(client, address)
    assert "is made and in stock" in page
    assert newest_entry(bench).actor == ANNA.actor
    batch = re.search(r'href="(/batches/[0-9A-Z]+)"', page)
    assert batch
    shown = client.get(batch[1]).text
    assert "Plan 2, SHA-256" in shown
    assert f'href="{address}"' in shown
    lot = re.search(r'href="(/lots/[0-9]+)"[^>]*>[^<]*free', page)
    assert lot
    assert client.get(lot[1]).status_code == 200


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("started_with", "1", "a number, one space"),
        ("started_with", "1,5 mg", "comma"),
        ("started_with", "300 mg", "is accepted"),
        ("started_with", "0.1 g", "every digit that B1 shows"),
        ("start_lot", "MCC-118", "Put it back, and weigh from lot NTX-2411"),
        ("diluent_lot", "NTX-2411", "Put it back, and weigh from lot MCC-118"),
        ("diluent_lot", "", "missing"),
        ("started_with_tared", "", "missing"),
        ("diluent_tared", "1250.3 mg", "B1 shows 1,250.3 mg with the empty vessel; tare it to zero"),
        ("diluent", "", "missing"),
        ("diluent_balance", "", "Choose the balance"),
        ("diluent_balance", "B2", "B2 is coarser than B1, which the plan names"),
        ("started_with_balance", "B9", "is not a balance of this pharmacy"),
        ("made_on", "2026-11-22", "21 Nov 2026"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_kept(
    client: FlaskClient, bench: Bench, field: str, typed: str, sentence: str
) -> None:
    address = the_trituration(client, an_order(bench))
    page = make(client, address, **{field: typed})
    assert sentence in complaints(page)[field]
    assert fields(page, "")["started_with"] or field == "started_with"
    assert "Say what was weighed" in client.get(address).text


def test_its_worksheet_and_its_label_are_printed(client: FlaskClient, bench: Bench) -> None:
    address = the_trituration(client, an_order(bench))
    number = address.rsplit("/", 1)[1]
    refused = client.get(f"{address}/labels.pdf")
    assert (refused.status_code, "is not made" in refused.text) == (422, True)
    planned = client.get(f"{address}/worksheet.pdf").data
    make(client, address)
    made, label = client.get(f"{address}/worksheet.pdf").data, client.get(f"{address}/labels.pdf").data
    assert planned != made
    assert number in PdfReader(BytesIO(label)).pages[0].extract_text()
    assert client.get(f"{address}/worksheet.pdf").data == made


def test_a_batchs_worksheet_names_the_trituration_before_and_after_it_is_made(
    client: FlaskClient, bench: Bench
) -> None:
    address = the_trituration(client, an_order(bench, "0.5 mg"))
    number = address.rsplit("/", 1)[1]
    batch = re.search(r'href="(/batches/[0-9A-Z]+)"', client.get(address).text)
    assert batch
    for _ in range(2):
        worksheet = PdfReader(BytesIO(client.get(f"{batch[1]}/worksheet.pdf").data))
        assert number in "".join(page.extract_text() for page in worksheet.pages)
        make(client, address)


def test_it_is_given_up_with_a_reason_once_nothing_draws_on_it(client: FlaskClient, bench: Bench) -> None:
    address = the_trituration(client, an_order(bench, "0.5 mg"))
    form = {**fields(client.get(f"{address}/void").text, ""), "reason": "Spilled"}
    refused = client.post(f"{address}/void", data=form)
    assert (refused.status_code, "void that first" in refused.text) == (422, True)
    batch = re.search(r'href="(/batches/[0-9A-Z]+)"', client.get(address).text)
    assert batch
    assert void(client, batch[1].rpartition("/")[2]) == 303
    page = client.post(f"{address}/void", data=form, follow_redirects=True).text
    assert "is voided; its powders are free again" in page
    assert "(typed name)" not in page.partition("trituration voided")[2].partition("</tr>")[0]
    assert "Void" in PdfReader(BytesIO(client.get(f"{address}/worksheet.pdf").data)).pages[0].extract_text()


def test_an_unknown_trituration_is_not_found(client: FlaskClient) -> None:
    assert [client.get(f"/triturations/261121A999{end}").status_code for end in ("", "/make", "/void")] == [404] * 3


def test_its_lot_number_leads_straight_to_it(client: FlaskClient, bench: Bench) -> None:
    address = the_trituration(client, an_order(bench))
    found = client.get("/batches/find", query_string={"lot": address.rsplit("/", 1)[1].lower()})
    assert (found.status_code, found.location) == (302, address)


def revised(client: FlaskClient, bench: Bench) -> tuple[str, str, str]:
    """The address of a batch whose trituration was made, its page before that, and the trituration's address."""
    address = the_trituration(client, an_order(bench, "0.5 mg"))
    batch = re.search(r'href="(/batches/[0-9A-Z]+)"', client.get(address).text)
    assert batch
    before = client.get(batch[1]).text
    heavier = Decimal(as_planned(client, address)["started_with"].removesuffix(" mg")) + Decimal("0.1")
    assert "is made and in stock" in make(client, address, started_with=f"{heavier} mg")
    return batch[1], before, address


def weighed(page: str) -> list[str]:
    """The masses in the first table of a page."""
    return re.findall(r'data-head="Weigh">([0-9.,]+ mg)<', page.partition("</table>")[0])


def test_a_plan_that_was_replaced_is_shown_as_it_was(client: FlaskClient, bench: Bench) -> None:
    batch, before, address = revised(client, bench)
    assert not [link for link in links(before) if "/plans/" in link]
    now = client.get(batch).text
    (earlier,) = [link for link in links(now) if "/plans/" in link]
    page = client.get(earlier).text
    assert "Plan 1 of 2, replaced" in page
    assert len(weighed(page)) == 2
    assert weighed(page) == weighed(before) != weighed(now)
    assert findings(page) == findings(before)
    assert steps(page) == steps(before) != steps(now)
    assert re.findall(r"Plan 1, SHA-256.*?([0-9a-f]{64})", before, re.DOTALL)[0] in page
    assert {batch, address} <= set(links(page))


def findings(page: str) -> list[str]:
    return re.findall(r'class="finding__code">([^<]*)<', page)


def steps(page: str) -> list[str]:
    """The results of the derivation's lines."""
    return re.findall(r'class="derivation__result">([^<]*)<', page)


def test_a_plan_that_is_none_or_is_not_replaced_is_not_found(client: FlaskClient, bench: Bench) -> None:
    batch, _, _ = revised(client, bench)
    for number in ("0", "2", "3", "9999", "10000", "9" * 300, "-1", "x", "1.0"):
        assert client.get(f"{batch}/plans/{number}").status_code == 404, number
    assert client.get("/batches/261121A9990/plans/1").status_code == 404


def test_every_movement_of_a_jar_leads_to_the_batch_or_the_trituration_it_was_for(
    client: FlaskClient, bench: Bench
) -> None:
    address = the_trituration(client, an_order(bench))
    make(client, address)
    page = client.get(f"/lots/{bench.filler}").text
    movements = page.partition("Movements of stock")[2].partition("</table>")[0]
    targets = set(links(movements))
    assert address in targets
    assert len(targets) == 3
    assert [client.get(target).status_code for target in targets] == [200] * 3


def test_a_jars_page_lists_the_triturations_it_is_in_and_one_made_here_leads_back(
    client: FlaskClient, bench: Bench
) -> None:
    assert "Triturations it is in" not in client.get(f"/lots/{bench.active}").text
    address = the_trituration(client, an_order(bench))
    for jar in (bench.active, bench.filler):
        listed = client.get(f"/lots/{jar}").text.partition("Triturations it is in")[2].partition("</section>")[0]
        assert (links(listed), "1:10" in listed, ">planned<" in listed) == ([address], True, True)
    lot = re.search(r'href="(/lots/[0-9]+)"[^>]*>[^<]*free', make(client, address))
    assert lot
    page = client.get(lot[1]).text
    assert links(page.partition("Made here")[2].partition("</dl>")[0]) == [address]
    assert "Triturations it is in" not in page
