"""Receiving a lot on the screen: once, into quarantine; what cannot be read is said at its field."""

from flask.testing import FlaskClient

from compounder.domain.stock.lots import LotStatus
from tests.services.orders import Bench, entries
from tests.services.people import ANNA
from tests.web.acting import newest_entry
from tests.web.pages import complaints, fields
from tests.web.receiving import DRUG, RECEIVE, form_at, lot_at, received

LONG = "x" * 65_536
RUBBISH = ["9" * 30_000, "1,5", "1e5", "١٥", "-1", "1\x00", "1.5Mg", "<script>alert(1)</script>", "\u202e", "🙂"]


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


def test_who_is_signed_in_receives_it_whatever_else_is_sent(client: FlaskClient, bench: Bench) -> None:
    page = client.get(received(client, name="Berta Weiß")).text
    assert (newest_entry(bench).kind, newest_entry(bench).actor) == ("lot-received", ANNA.actor)
    assert newest_entry(bench).actor.is_authenticated
    assert "Anna Müller" in page.partition("<main")[2]
    assert "(typed name)" not in page
    assert "Berta Weiß" not in page


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


def test_the_cas_number_stands_with_the_lot_or_that_its_certificate_prints_none(
    client: FlaskClient, bench: Bench
) -> None:
    assert "16676-29-2" in client.get(received(client)).text
    address = received(client, lot_number="NTX-2502", cas_number="None")
    assert (lot_at(bench, address).lot.cas_number, "none printed" in client.get(address).text) == ("none", True)


def test_a_filler_needs_no_certificate(client: FlaskClient, bench: Bench) -> None:
    filler = {"substance": "microcrystalline cellulose", "cas_number": "", "assay": "", "water": "", "grade": "PH-102"}
    stored = lot_at(bench, received(client, **filler))
    assert (stored.lot.certificate, stored.lot.grade) == (None, "PH-102")


REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"assay": ""}, "assay", "Assay, % is missing; every dose depends on it."),
    ({"water": ""}, "water", "Water, % is missing; an assay on the anhydrous basis needs it."),
    ({"assay_basis": "dried"}, "loss_on_drying", "Loss on drying, % is missing; an assay on the dried basis needs"),
    (
        {"cas_number": ""},
        "cas_number",
        "CAS number is missing; it tells naltrexone hydrochloride from its other forms.",
    ),
    ({"cas_number": "16676-29-3"}, "cas_number", '"16676-29-3" is no CAS number; copy it from the certificate again'),
    ({"cas_number": "16590-41-3"}, "cas_number", "16590-41-3 is naltrexone, and naltrexone hydrochloride is chosen."),
    ({"cas_number": "7732-18-5"}, "cas_number", "7732-18-5 is another substance, and naltrexone hydrochloride is"),
    ({"substance": "naltrexone"}, "cas_number", "16676-29-2 is naltrexone hydrochloride, and naltrexone is chosen."),
    ({"assay": "49.9"}, "assay", "49.9 % was read; 50 % to 110 % is accepted."),
    ({"water": "30.1"}, "water", "30.1 % was read; 0 % to 30 % is accepted."),
    ({"quantity": "50"}, "quantity", '"50" was read; write a number, one space and mcg or mg or g or kg'),
    ({"quantity": "0 g"}, "quantity", "0 mg was read; above 0 to"),
    ({"expires_on": "2028-13"}, "expires_on", "write a month that the calendar has"),
    ({"expires_on": ""}, "expires_on", "Expires on is missing; write it here."),
    ({"maker": "W" * 61}, "maker", "a text of 1 to 60 printable letters is accepted."),
    ({"lot_number": "A\x07B"}, "lot_number", "scanned or typed is accepted."),
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
