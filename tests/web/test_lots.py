"""Lots on the screen: listed, received, measured, released, counted; what cannot be read is said at its field."""

import pytest
from flask.testing import FlaskClient

from compounder.database import lots
from compounder.domain.stock.lots import LotStatus
from tests.services.orders import HYDROCHLORIDE, SITE, Bench, add_lot, entries
from tests.web.pages import complaints, fields, links

RECEIVE = "/lots/receive"
DRUG = {
    "substance": "naltrexone hydrochloride",
    "maker": "Hillcrest",
    "lot_number": "NTX-2501",
    "quantity": "50 g",
    "expires_on": "2028-06",
    "assay": "99.2",
    "assay_basis": "anhydrous",
    "water": "1.6",
    "pack_statistics": "3: 180 mg\n4: 126 mg",
    "name": "Anna Müller",
}
WEIGHTS = "227.4 229.1 228.6 226.9\n228.3 227.8 228.9 227.0"
SIXTY = "W" * 60
LONG = "x" * 65_536
RUBBISH = ["9" * 30_000, "1,5", "1e5", "١٥", "-1", "1\x00", "1.5Mg", "<script>alert(1)</script>", "\u202e", "🙂"]


def form_at(client: FlaskClient, address: str) -> dict[str, str]:
    return fields(client.get(address).text, "")


def received(client: FlaskClient, **changes: str) -> str:
    """The address of a lot received through the form."""
    answer = client.post(RECEIVE, data={**form_at(client, RECEIVE), **DRUG, **changes})
    assert answer.status_code == 303, complaints(answer.text)
    return str(answer.headers["Location"])


def lot_at(bench: Bench, address: str) -> lots.StoredLot:
    with bench.database.reading() as reading:
        return lots.load(reading, SITE, address.rpartition("/")[2])


def test_a_lot_is_received_into_quarantine_by_one_entry(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    address = received(client)
    assert entries(bench) == before + 1
    stored = lot_at(bench, address)
    assert stored.status is LotStatus.QUARANTINED
    assert stored.lot.expires_on.isoformat() == "2028-06-30"
    assert {size.value: f"{each:~}" for size, each in stored.pack_statistics.items()} == {
        "3": "180 mg / capsule",
        "4": "126 mg / capsule",
    }
    page = client.get(address).text
    assert "Lot NTX-2501 is received and quarantined." in page
    assert "1 g of this powder holds 976.128 mg of naltrexone hydrochloride." in page


def test_two_clicks_receive_one_lot(client: FlaskClient, bench: Bench) -> None:
    form = {**form_at(client, RECEIVE), **DRUG}
    first = client.post(RECEIVE, data=form).headers["Location"]
    before = entries(bench)
    assert client.post(RECEIVE, data=form).headers["Location"] == first
    assert entries(bench) == before


def test_a_form_without_its_key_receives_nothing(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    answer = client.post(RECEIVE, data={**form_at(client, RECEIVE), **DRUG, "key": ""})
    assert answer.status_code == 422
    assert "lost its key" in answer.text
    assert entries(bench) == before


def test_a_form_without_its_token_is_not_taken(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    assert client.post(RECEIVE, data=DRUG).status_code == 400
    assert entries(bench) == before


def test_a_filler_needs_no_certificate(client: FlaskClient, bench: Bench) -> None:
    filler = {"substance": "microcrystalline cellulose", "assay": "", "water": "", "grade": "PH-102"}
    stored = lot_at(bench, received(client, **filler))
    assert (stored.lot.certificate, stored.lot.grade) == (None, "PH-102")


REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"assay": ""}, "assay", "Assay, % is missing; every dose depends on it."),
    ({"water": ""}, "water", "Water, % is missing; an assay on the anhydrous basis needs it."),
    ({"assay_basis": "dried"}, "loss_on_drying", "Loss on drying, % is missing; an assay on the dried basis needs"),
    ({"assay": "49.9"}, "assay", "49.9 % was read; 50 % to 110 % is accepted."),
    ({"water": "30.1"}, "water", "30.1 % was read; 0 % to 30 % is accepted."),
    ({"quantity": "50"}, "quantity", '"50" was read; write a number, one space and mcg or mg or g or kg'),
    ({"quantity": "0 g"}, "quantity", "0 mg was read; above 0 to"),
    ({"expires_on": "2028-13"}, "expires_on", "write a month that the calendar has"),
    ({"expires_on": ""}, "expires_on", "Expires on is missing; write it here."),
    ({"maker": "W" * 61}, "maker", "a text of 1 to 60 printable letters is accepted."),
    ({"lot_number": "A\x07B"}, "lot_number", "printable letters is accepted."),
    ({"name": " "}, "name", "Your name is missing; write it here."),
    ({"pack_statistics": "3: 180"}, "pack_statistics", "write a number, one space and"),
    ({"pack_statistics": "6: 180 mg"}, "pack_statistics", "a line such as 3: 120 mg is accepted."),
    ({"pack_statistics": "3: 1 mg\n3: 2 mg"}, "pack_statistics", "each name on one line only is accepted."),
    ({"substance": "morphine"}, "substance", "is not offered any more; choose again."),
    ({"substance": "microcrystalline cellulose"}, "assay", "Leave this empty: microcrystalline cellulose is a"),
    ({"substance": "naltrexone hydrochloride dihydrate"}, "assay_basis", "water would be counted twice."),
    ({"expires_on": "2026-11-20"}, "expires_on", "before its receipt on 21 Nov 2026; it cannot be used."),
    ({"residual_solvent": "29"}, "residual_solvent", "of water and solvent together was read"),
    ({"density": "0.3"}, "density", "write a number, one space and g/mL"),
    *(({field: LONG}, field, "") for field in DRUG),
]


def test_what_a_lot_cannot_be_is_said_at_its_field(client: FlaskClient, bench: Bench) -> None:
    before, form = entries(bench), {**form_at(client, RECEIVE), **DRUG}
    for changes, field, sentence in REFUSED:
        answer = client.post(RECEIVE, data={**form, **changes})
        assert answer.status_code == 422, changes
        assert sentence in complaints(answer.text)[field], changes
        summary = answer.text.partition("error-summary__list")[2].replace("&#34;", '"').partition("</ul>")[0]
        assert sentence in summary, changes
    assert entries(bench) == before


def test_a_refused_form_keeps_what_was_typed(client: FlaskClient) -> None:
    sent = {**form_at(client, RECEIVE), **DRUG, "quantity": "fifty grams", "note": "Seal\nbroken"}
    kept = fields(client.post(RECEIVE, data=sent).text, "")
    assert {name: kept[name].replace("\r", "") for name in sent if name != "csrf_token"} == {
        name: text for name, text in sent.items() if name != "csrf_token"
    }


def test_rubbish_in_every_field_is_refused(client: FlaskClient, bench: Bench) -> None:
    before, form = entries(bench), form_at(client, RECEIVE)
    for rubbish in RUBBISH:
        answer = client.post(RECEIVE, data={name: form[name] if name == "csrf_token" else rubbish for name in form})
        assert answer.status_code == 422, ascii(rubbish[:8])
        assert "<script>alert" not in answer.text
    assert entries(bench) == before


def test_a_lot_is_released_with_a_name_and_a_reason(client: FlaskClient, bench: Bench) -> None:
    address = received(client)
    before = entries(bench)
    form = {**form_at(client, f"{address}/status"), "status": "in-use", "reason": "CofA checked", "name": "Berta Weiß"}
    answer = client.post(f"{address}/status", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert lot_at(bench, address).status is LotStatus.IN_USE
    assert entries(bench) == before + 1
    page = client.get(address).text
    assert "The lot is in use now." in page
    assert "CofA checked" in page
    assert "Berta Weiß (typed name)" in page


@pytest.mark.parametrize("field", ["reason", "name"])
def test_a_status_does_not_change_without_name_and_reason(client: FlaskClient, bench: Bench, field: str) -> None:
    address, before = f"/lots/{bench.active}/status", entries(bench)
    form = {**form_at(client, address), "status": "quarantined", "reason": "Recall", "name": "Anna Müller", field: ""}
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    assert "is missing; write it here." in complaints(answer.text)[field]
    assert (lot_at(bench, f"/{bench.active}").status, entries(bench)) == (LotStatus.IN_USE, before)


def test_the_status_a_lot_has_is_not_offered(client: FlaskClient, bench: Bench) -> None:
    address = f"/lots/{bench.active}/status"
    answer = client.post(address, data={**form_at(client, address), "status": "in-use", "reason": "x", "name": "A"})
    assert answer.status_code == 422
    assert "is not offered any more" in complaints(answer.text)["status"]


def test_a_pack_statistic_is_worked_out_from_the_weights_and_the_sites_own_shell(
    client: FlaskClient, bench: Bench
) -> None:
    address, before = f"/lots/{bench.active}/measure", entries(bench)
    assert "the site&#39;s own setting, to be verified: size 000 163 mg" in client.get(address).text
    form = {**form_at(client, address), "filled_weights": WEIGHTS, "name": "Anna Müller"}
    page = client.post(address, data=form, follow_redirects=True).text
    assert "Pack statistic at size 3: 180.00 mg, with 48 mg taken off for the shell." in page
    assert "8 filled: mean 228.00 mg, less 48 mg shell. Weights, mg: 227.4 229.1 228.6 226.9 228.3" in page
    assert "0.47 %" in page
    assert entries(bench) == before + 1


REFUSED_MEASUREMENTS: list[tuple[dict[str, str], str, str]] = [
    ({"filled_weights": "227 228 229 230"}, "filled_weights", "A list of 4 was read; 5 to 20 weights is accepted."),
    ({"filled_weights": "227 " * 21}, "filled_weights", "A list of 21 was read"),
    ({"filled_weights": "227,1 228 229 230 231"}, "filled_weights", "has a comma"),
    ({"filled_weights": "40 228 229 230 231"}, "filled_weights", "more than the empty shell, 48 mg"),
    ({"filled_weights": "127 228 229 230 231"}, "filled_weights", "127 mg among these weights was read"),
    ({"filled_weights": LONG}, "filled_weights", "write five to twenty weights"),
    ({"mean_empty_shell": "48"}, "mean_empty_shell", "one space and"),
    ({"measured_on": "today"}, "measured_on", "write a date as year-month-day"),
    ({"capsule_size": "6"}, "capsule_size", "is not offered any more"),
]


def test_what_a_measurement_cannot_be_is_said_at_its_field(client: FlaskClient, bench: Bench) -> None:
    address, before = f"/lots/{bench.active}/measure", entries(bench)
    form = {**form_at(client, address), "filled_weights": WEIGHTS, "name": "Anna Müller"}
    for changes, field, sentence in REFUSED_MEASUREMENTS:
        answer = client.post(address, data={**form, **changes})
        assert answer.status_code == 422, changes
        assert sentence in complaints(answer.text)[field], changes
    assert entries(bench) == before


def test_the_stock_is_put_to_what_was_counted(client: FlaskClient, bench: Bench) -> None:
    address, before = f"/lots/{bench.active}/adjust", entries(bench)
    form = {**form_at(client, address), "counted": "24.8 g", "reason": "Spilled at the bench", "name": "Anna Müller"}
    page = client.post(address, data=form, follow_redirects=True).text
    assert "24.8 g is on hand now." in page
    assert "−200 mg" in page
    assert entries(bench) == before + 1


def test_less_than_is_reserved_is_refused(client: FlaskClient, bench: Bench) -> None:
    bench.order("1.5 mg", "3 mg")
    address, before = f"/lots/{bench.active}/adjust", entries(bench)
    form = {**form_at(client, address), "counted": "100 mg", "reason": "Spilled", "name": "Anna Müller"}
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    assert "would hold less than the" in answer.text
    assert entries(bench) == before


def test_the_list_says_what_it_shows_with_the_earliest_expiry_first(client: FlaskClient) -> None:
    page = client.get("/lots").text
    assert "Earliest expiry first: 2 lots" in page
    assert page.index("NTX-2411") < page.index("MCC-118")
    assert "/lots/1" in links(page)


@pytest.mark.parametrize(
    ("asked", "said", "found"),
    [
        ("words=hillcrest", "“hillcrest”, earliest expiry first: 1 lot", {"NTX-2411"}),
        ("substance=microcrystalline+cellulose", "Microcrystalline cellulose, earliest expiry first: 1", {"MCC-118"}),
        ("status=quarantined", "Quarantined, earliest expiry first: 0 lots", set()),
        ("status=in-use", "In use, earliest expiry first: 2 lots", {"NTX-2411", "MCC-118"}),
        ("words=zzz", "0 lots", set()),
        ("after=rubbish", "2 lots", {"NTX-2411", "MCC-118"}),
    ],
)
def test_lots_are_found_by_words_substance_and_status(
    client: FlaskClient, asked: str, said: str, found: set[str]
) -> None:
    page = client.get(f"/lots?{asked}").text
    assert said in page
    assert {number for number in ("NTX-2411", "MCC-118") if number in page} == found


@pytest.mark.parametrize("asked", ["status=lost", "substance=x", f"words={'x' * 3_000}", "words=%00"])
def test_a_filter_that_cannot_be_read_is_refused(client: FlaskClient, asked: str) -> None:
    answer = client.get(f"/lots?{asked}")
    assert answer.status_code == 422
    assert "Something is not right yet" in answer.text


def test_an_expired_lot_says_so_whatever_its_status(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        add_lot(writing, HYDROCHLORIDE, lot_number="NTX-OLD", expires_on="2026-11-20")
        add_lot(writing, HYDROCHLORIDE, lot_number="NTX-LAST-DAY", expires_on="2026-11-21")
    listed = client.get("/lots").text
    assert ">expired<" in listed.partition("NTX-OLD")[2].partition("</tr>")[0]
    assert ">in use<" in listed.partition("NTX-LAST-DAY")[2].partition("</tr>")[0]


def test_a_page_of_lots_leads_to_the_next(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        for number in range(60):
            add_lot(writing, HYDROCHLORIDE, lot_number=f"NTX-{number:03}")
    page = client.get("/lots").text
    assert "the first 50 lots" in page
    (older,) = [link for link in links(page) if "after=" in link]
    assert "NTX-059" in client.get(older).text


def test_a_lot_with_many_movements_shows_the_newest_and_leads_to_all(client: FlaskClient, bench: Bench) -> None:
    for number in range(6):
        bench.order("1.5 mg", "3 mg", "4.5 mg", key=f"order {number}")
    page = client.get(f"/lots/{bench.active}").text
    (earlier,) = [link for link in links(page) if "ledger=all" in link]
    assert page.count(">reserved<") == 15
    assert client.get(earlier).text.count(">reserved<") == 18


def test_powder_with_water_of_hydration_is_worked_out_as_the_hydrochloride(client: FlaskClient) -> None:
    assayed = {"assay": "99.0", "water": "8.9", "assay_expressed_as": "naltrexone hydrochloride"}
    page = client.get(received(client, substance="naltrexone hydrochloride dihydrate", **assayed)).text
    assert "1 g of this powder holds 901.89 mg of naltrexone hydrochloride." in page
    assert "0.99 × (1 − 0.089)" in page


def test_words_of_sixty_letters_and_markup_stand_as_they_were_typed(client: FlaskClient) -> None:
    page = client.get(received(client, maker=SIXTY, lot_number="<b>&" + "W" * 56, name=SIXTY)).text
    assert "<b>" not in page
    assert f"&lt;b&gt;&amp;{'W' * 56}" in page


def test_a_lot_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    for lot_id in ("999", "x", "٣", "9" * 300):
        for what in ("", "/measure", "/status", "/adjust"):
            assert client.get(f"/lots/{lot_id}{what}").status_code == 404, lot_id
