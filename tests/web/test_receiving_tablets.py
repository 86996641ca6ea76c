"""Lots that are no powder: tablets received by their label, and what the page says of them and of triturations."""

from flask.testing import FlaskClient

from compounder.domain.stock.lots import LotStatus
from tests.services.orders import Bench, add_lot, entries, revise_settings
from tests.web.lots import TABLETS, TRITURATION, TWENTY
from tests.web.pages import complaints, fields
from tests.web.receiving import DRUG, RECEIVE, form_at, lot_at, received

BY_LABEL = {
    "kind": "tablets",
    "lot_number": "TAB-77",
    "tablet_strength": "50 mg",
    "weights": TWENTY,
    "assay": "",
    "water": "",
    "pack_statistics": "3: 130 mg",
}
LONG = "x" * 65_536


def test_tablets_are_received_by_their_label(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    address = received(client, **BY_LABEL)
    stored = lot_at(bench, address)
    assert (stored.status, stored.lot.certificate, entries(bench)) == (LotStatus.QUARANTINED, None, before + 1)
    page = client.get(address).text
    for words in ("Naltrexone hydrochloride 50 mg tablets", "250.39 mg", "0.48 %", ">20<", "248.2 251.7 249.8"):
        assert words in page
    assert "1 g of this crushed powder holds 199.688 mg of naltrexone hydrochloride." in page
    assert "50 mg ÷ 250.39 mg" in page
    assert "Naltrexone hydrochloride 50 mg tablets" in client.get("/lots?words=tablets").text


def test_a_grade_stands_behind_the_tablets(client: FlaskClient, bench: Bench) -> None:
    in_lines = TWENTY.replace("\n", " ").replace(" ", " mg\r\n")
    address = received(client, **{**BY_LABEL, "grade": "film-coated", "weights": in_lines})
    assert lot_at(bench, address).lot.grade == "50 mg tablets, film-coated"


def test_crushed_powder_is_measured_like_any_other(client: FlaskClient, bench: Bench) -> None:
    address = received(client, **{**BY_LABEL, "pack_statistics": ""})
    form = {"filled_weights": "177 178 179 178 178", "balance": "B1"}
    page = client.post(f"{address}/measure", data={**form_at(client, f"{address}/measure"), **form})
    assert page.status_code == 303
    assert "130.00 mg" in client.get(address).text


REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"kind": "liquid"}, "kind", "is not offered any more; choose again."),
    ({"tablet_strength": ""}, "tablet_strength", "The strength of a tablet is missing; every dose depends on it."),
    ({"tablet_strength": "50"}, "tablet_strength", '"50" was read; write a number, one space and mcg or mg'),
    ({"tablet_strength": "0 mg"}, "tablet_strength", "0 mg was read; above 0 to"),
    ({"tablet_strength": "250 mg"}, "weights", "248.2 mg was read; the tablet"),
    ({"weights": ""}, "weights", "The weights are missing; weigh twenty tablets or more."),
    ({"weights": "250 " * 19}, "weights", "A list of 19 was read; 20 to 100 weights is accepted."),
    ({"weights": "250 " * 101}, "weights", "A list of 101 was read; 20 to 100 weights is accepted."),
    ({"weights": TWENTY.replace(".", ",")}, "weights", '"248,2" has a comma, which could mean ten times more'),
    ({"weights": LONG}, "weights", "write twenty to a hundred weights in mg"),
    ({"assay": "99.2"}, "assay", "Leave this empty: tablets go by their label."),
    ({"water": "1.6"}, "water", "Leave this empty: tablets go by their label."),
    ({"substance": "naltrexone"}, "substance", "Tablets are stated as naltrexone hydrochloride; choose that."),
    ({"substance": "microcrystalline cellulose"}, "substance", "Tablets are stated as naltrexone hydrochloride"),
    ({"kind": "powder", "assay": "99.2", "water": "1.6"}, "weights", "Leave this empty: this lot comes as powder."),
]


def test_what_tablets_cannot_be_is_said_at_its_field(client: FlaskClient, bench: Bench) -> None:
    before, form = entries(bench), {**form_at(client, RECEIVE), **DRUG, **BY_LABEL}
    for changes, field, sentence in REFUSED:
        answer = client.post(RECEIVE, data={**form, **changes})
        assert answer.status_code == 422, changes
        assert sentence in complaints(answer.text).get(field, ""), changes
        assert '<details class="more" open>' in answer.text
        assert fields(answer.text, "")["maker"] == "Hillcrest"
    assert entries(bench) == before


def test_the_form_for_powder_keeps_the_tablets_closed(client: FlaskClient) -> None:
    assert '<details class="more">' in client.get(RECEIVE).text


def test_a_trituration_shows_what_it_was_made_by(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        lot = add_lot(writing, TRITURATION)
    page = client.get(f"/lots/{lot}").text
    for words in (
        "Trituration 1:10 of naltrexone hydrochloride",
        "0.1001",
        "1 g of this trituration holds 97.71 mg of naltrexone hydrochloride.",
        "0.1001 × 0.976128",
        "261122A004K: microcrystalline cellulose",
        "0.0267 %",
        "Not in it: the certificate&#39;s assay or the tablets&#39; content, calibration, mixing and filling.",
        "Certificate of analysis of the drug",
    ):
        assert words in page
    assert "Naltrexone hydrochloride trituration 1:10" in client.get("/lots").text


def test_a_trituration_of_tablets_goes_by_their_label(client: FlaskClient, bench: Bench) -> None:
    of_tablets = {**TRITURATION, **TABLETS, "lot_number": "261122A005L"}
    del of_tablets["certificate"]
    with bench.database.writing() as writing:
        lot = add_lot(writing, of_tablets)
    page = client.get(f"/lots/{lot}").text
    assert "1 g of this trituration holds 19.989 mg of naltrexone hydrochloride." in page
    assert "Mean mass of a tablet" in page


def test_without_correction_a_trituration_counts_as_pure_drug(client: FlaskClient, bench: Bench) -> None:
    revise_settings(bench, correct_for_potency=False)
    with bench.database.writing() as writing:
        lot = add_lot(writing, TRITURATION)
    assert "1 g of this trituration holds 100.1 mg" in client.get(f"/lots/{lot}").text


def test_tablets_are_called_so_whatever_their_grade_says(client: FlaskClient, bench: Bench) -> None:
    with bench.database.writing() as writing:
        plain, coated = (
            add_lot(writing, {**TABLETS, "lot_number": f"T-{grade}"}, grade=grade) for grade in ("", "coated")
        )
    assert "Naltrexone hydrochloride 50 mg tablets</h1>" in client.get(f"/lots/{plain}").text
    assert "Naltrexone hydrochloride 50 mg tablets, coated</h1>" in client.get(f"/lots/{coated}").text
