"""Formulations on the screen: read as a document, revised as a new version, approved with a reason."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounder.database import formulations
from compounder.database.formulations import StoredFormulation
from compounder.domain.units import MASS_PER_CAPSULE, quantity_text
from tests.services.orders import SITE, Bench, entries
from tests.services.people import ANNA, BERTA, PASSWORD
from tests.web.acting import failures, newest_entry
from tests.web.conftest import signed_in
from tests.web.pages import complaints, fields, links

CODE = "/formulations/NTX-CAPS"
REVISE = f"{CODE}/revise"
APPROVE = f"{CODE}/2/approve"
CHANGE = {"weighing_tolerance": "0.5", "reason": "A finer balance"}
LONG = "x" * 65_536


def form_at(client: FlaskClient, address: str) -> dict[str, str]:
    return fields(client.get(address).text, "")


def revise(client: FlaskClient, **changes: str) -> None:
    """The next version, sent through the form."""
    answer = client.post(REVISE, data={**form_at(client, REVISE), **CHANGE, **changes})
    assert (answer.status_code, answer.headers.get("Location")) == (303, CODE), complaints(answer.text)


def approve(client: FlaskClient, reason: str = "The study covers it.", password: str = PASSWORD) -> TestResponse:
    """What approving version 2 comes to."""
    return client.post(APPROVE, data={**form_at(client, APPROVE), "reason": reason, "password": password})


@pytest.fixture
def berta(application: Flask) -> FlaskClient:
    """The second pharmacist: nobody approves what they wrote."""
    return signed_in(application, BERTA)


def newest(bench: Bench) -> StoredFormulation:
    with bench.database.reading() as reading:
        return formulations.latest(reading, SITE, "NTX-CAPS")


def test_the_list_says_which_version_is_in_use(client: FlaskClient) -> None:
    assert ">in use<" in client.get("/formulations").text
    revise(client)
    page = client.get("/formulations").text
    assert page.index("version 1") < page.index("version 2") < page.index("to be approved")
    assert CODE in links(page)


def test_a_formulation_reads_as_a_document(client: FlaskClient) -> None:
    page = client.get(CODE).text
    for words in (
        "naltrexone hydrochloride",
        "0.1 mg to 6 mg",
        "0.5 mg; 1 mg; 1.5 mg",
        "microcrystalline cellulose",
        "PH-102",
        "3 (first choice), 4, 2, 1",
        "3 %",
        "365 days",
        "Cote, Ross, Fortner, Rao, IJPC 2018; 22(3): 252–256",
        "Controlled room temperature, away from light",
        "Tight, light-resistant container",
        "Keep doubling with filler until all of it is in, mixing evenly each time.",
        "110 %",
        "Compounded preparation",
        "USP &lt;795&gt;, &lt;1160&gt;",
        "Anna Müller",
        "The study covers a year.",
    ):
        assert words in page


def test_the_form_as_it_is_offered_says_the_version_before(client: FlaskClient, bench: Bench) -> None:
    before = newest(bench).formulation
    revise(client)
    after = newest(bench).formulation
    assert (after.steps, after.strength_sets, after.label) == (before.steps, before.strength_sets, before.label)
    assert (after.beyond_use, after.quality, after.references) == (
        before.beyond_use,
        before.quality,
        before.references,
    )


def test_a_revision_is_a_draft_that_says_what_changed(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    steps = form_at(client, REVISE)["steps"].replace("Pack and label.", "Pack, label and count.")
    revise(client, steps=steps, capsule_sizes="4 3", filler_grade="")
    assert entries(bench) == before + 1
    page = client.get(CODE).text
    assert "Batches are made by version 1 until this one is approved." in page
    assert "Weighing tolerance: 0.5 %, was 1 %." in page
    assert "Capsule sizes: 4 (first choice), 3, was 3 (first choice), 4, 2, 1." in page
    assert "Filler grade: nothing, was PH-102." in page
    assert "“Pack, label and count.” is new; “Pack and label.” is gone." in page
    assert "A finer balance" in page


def test_the_version_before_stays_as_it_was(client: FlaskClient) -> None:
    first = client.get(f"{CODE}?version=1").text
    revise(client)
    later = client.get(f"{CODE}?version=1").text
    digests = [page.partition("SHA-256 of version 1")[2].partition("</div>")[0] for page in (first, later)]
    assert digests[0] == digests[1] != ""
    assert REVISE not in links(later)


def test_two_clicks_make_one_version(client: FlaskClient, bench: Bench) -> None:
    form = {**form_at(client, REVISE), **CHANGE}
    client.post(REVISE, data=form)
    before = entries(bench)
    assert client.post(REVISE, data=form).status_code == 303
    assert (newest(bench).formulation.version, entries(bench)) == (2, before)


def test_somebody_who_revises_an_older_page_is_told(client: FlaskClient, bench: Bench) -> None:
    stale = {**form_at(client, REVISE), **CHANGE, "weighing_tolerance": "2"}
    revise(client)
    before = entries(bench)
    answer = client.post(REVISE, data=stale)
    assert answer.status_code == 422
    assert "Version 2 of NTX-CAPS exists already." in answer.text
    assert entries(bench) == before


def test_a_revision_of_nothing_is_refused(client: FlaskClient, bench: Bench) -> None:
    before = entries(bench)
    answer = client.post(REVISE, data={**form_at(client, REVISE), **CHANGE, "weighing_tolerance": "1"})
    assert answer.status_code == 422
    assert "Version 1 says all of this already; nothing was stored." in answer.text
    assert entries(bench) == before


REFUSED = [
    ({"dosage_form": "injection"}, "dosage_form", "is a sterile form, made under other rules"),
    ({"dosage_form": "eye drops"}, "dosage_form", "is a sterile form"),
    ({"dosage_form": "tablet"}, "dosage_form", "capsule is accepted."),
    ({"strength_range": "6 mg to 0.1 mg"}, "strength_range", "the least strength and then the most is accepted."),
    ({"strength_range": "0.1 mg"}, "strength_range", "the least and the greatest strength"),
    ({"usual_strengths": "1,5 mg; 3 mg"}, "usual_strengths", "has a comma, which could mean ten times more"),
    ({"usual_strengths": "1.5 mg; 3"}, "usual_strengths", "one space and mcg"),
    ({"strength_sets": "1.5 mg; 3 mg"}, "strength_sets", "a line such as Standard: 1.5 mg; 3 mg is accepted."),
    ({"capsule_sizes": "3 3"}, "capsule_sizes", "at most once"),
    ({"capsule_sizes": "6"}, "capsule_sizes", "each of 000 00 0 1 2 3 4 5"),
    ({"extra_capsules": "51 %"}, "extra_capsules", "51 % was read; 0 % to 50 % is accepted."),
    ({"extra_capsules": "-1"}, "extra_capsules", "a whole number such as 100"),
    ({"active_overage": "11"}, "active_overage", "11 % was read; 0 % to 10 % is accepted."),
    ({"weighing_tolerance": "0"}, "weighing_tolerance", "0 % was read; 0.01 % to 10 % is accepted."),
    ({"minimum_filler_fraction": "101"}, "minimum_filler_fraction", "0 % to 100 % is accepted."),
    ({"beyond_use": "a year"}, "beyond_use", "a length such as 365 days or 6 months is accepted."),
    ({"beyond_use": "0 days"}, "beyond_use", "0 was read; 1 to 3,650 is accepted."),
    ({"beyond_use": "9999999 months"}, "beyond_use", "1 to 120 is accepted."),
    ({"study_days": "0"}, "study_days", "1 to 3,650 is accepted."),
    ({"usual_strengths": "1.5 mg; 15 mg"}, "usual_strengths", '"15 mg" was read; a strength from 0.1 mg to 6 mg'),
    ({"strength_sets": "Bold: 1.5 mg; 7 mg"}, "strength_sets", "as this formulation allows, is accepted."),
    ({"net_weight_to": "89"}, "net_weight_to", "89 % was read; 90 % to 200 % is accepted."),
    ({"capsules_weighed": "31"}, "capsules_weighed", "1 to 30 is accepted."),
    ({"steps": ""}, "steps", "Steps of the method is missing"),
    ({"filler": "lactose"}, "filler", "is not offered any more"),
    ({"strength_basis": "microcrystalline cellulose"}, "strength_basis", "is not offered any more"),
    ({"reason": ""}, "reason", "Reason for this version is missing; write it here."),
    ({"references": LONG}, "references", "at most 2,000 printable letters"),
    ({"steps": LONG}, "steps", "at most 2,000 printable letters"),
    ({"storage": "W" * 201}, "storage", "1 to 200 printable letters"),
]


def test_what_a_formulation_cannot_be_is_said_at_its_field(client: FlaskClient, bench: Bench) -> None:
    before, form = entries(bench), {**form_at(client, REVISE), **CHANGE}
    for changes, field, sentence in REFUSED:
        answer = client.post(REVISE, data={**form, **changes})
        assert answer.status_code == 422, changes
        assert sentence in complaints(answer.text)[field].replace("\n", " "), changes
        kept = fields(answer.text, "")[field]
        assert kept == changes[field][: max(2_100, len(kept))] or field in {"filler", "strength_basis"}
    assert entries(bench) == before


def test_a_revision_of_no_version_is_refused(client: FlaskClient, bench: Bench) -> None:
    before, form = entries(bench), {**form_at(client, REVISE), **CHANGE}
    for base in ("", "x", "0", "7", "9" * 5_000):
        assert client.post(REVISE, data={**form, "base": base}).status_code == 422
    assert entries(bench) == before


def test_an_approved_version_is_the_one_in_use(client: FlaskClient, berta: FlaskClient, bench: Bench) -> None:
    revise(client, name="Carl Schwarz")
    before = entries(bench)
    assert newest_entry(bench).actor == ANNA.actor
    page = berta.get(approve(berta).location).text
    assert "Version 2 is approved." in page
    assert ">in use<" in page
    assert "approved before" in page
    assert "Berta Weiß" in page
    assert "Berta Weiß, pharmacist" in page
    assert "Valid." in page
    approved = newest_entry(bench)
    assert (approved.kind, approved.actor) == ("formulation-approved", BERTA.actor)
    assert approved.actor.is_authenticated
    assert newest(bench).is_approved
    assert entries(bench) == before + 1


def test_nobody_approves_what_they_revised_themselves(client: FlaskClient, bench: Bench) -> None:
    revise(client)
    before = entries(bench)
    answer = approve(client)
    assert answer.status_code == 422
    assert "Anna Müller" in answer.text.partition("error-summary")[2].partition("</ul>")[0]
    assert (entries(bench), newest(bench).is_approved) == (before, False)


def test_a_wrong_password_at_an_approval_is_said_at_its_field_and_counted(
    client: FlaskClient, berta: FlaskClient, bench: Bench
) -> None:
    revise(client)
    before = entries(bench)
    for failed, typed in enumerate(("", f"{PASSWORD}.", LONG), start=1):
        answer = approve(berta, "The study <covers> it.", typed)
        assert (answer.status_code, list(complaints(answer.text))) == (422, ["password"])
        assert "That is not your password" in complaints(answer.text)["password"]
        assert fields(answer.text, "")["reason"] == "The study <covers> it."
        assert fields(answer.text, "")["password"] == ""
        assert failures(bench, BERTA) == failed
    assert (entries(bench), newest(bench).is_approved) == (before, False)
    assert approve(berta).status_code == 303
    assert (failures(bench, BERTA), newest(bench).is_approved) == (0, True)


def test_a_year_is_not_approved_without_a_reason(client: FlaskClient, berta: FlaskClient, bench: Bench) -> None:
    revise(client)
    before = entries(bench)
    assert "longer than the 180 days" in client.get(APPROVE).text
    answer = approve(berta, reason="")
    assert answer.status_code == 422
    assert "exceeds 180 days; give the study&#39;s reference and your reason." in answer.text
    assert "exceeds 180 days" in complaints(answer.text)["reason"]
    assert entries(bench) == before


def test_180_days_need_no_reason(client: FlaskClient, berta: FlaskClient, bench: Bench) -> None:
    revise(client, beyond_use="180 days", beyond_use_reference="")
    assert "longer than" not in client.get(APPROVE).text
    assert approve(berta, reason="").status_code == 303
    assert newest(bench).is_approved


def test_months_and_a_count_of_extra_capsules_are_read_back_as_written(client: FlaskClient, bench: Bench) -> None:
    revise(client, beyond_use="6 months", extra_capsules="2", strength_range="0.1 mg to 4.5 mg")
    form = form_at(client, REVISE)
    assert (form["beyond_use"], form["extra_capsules"], form["base"]) == ("6 months", "2", "2")
    strengths = newest(bench).formulation.strength_range
    assert [quantity_text(each, MASS_PER_CAPSULE) for each in strengths] == ["0.1 mg", "4.5 mg"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/formulations/NOT-THERE", 404),
        ("/formulations/NOT-THERE/revise", 404),
        (f"{CODE}?version=7", 404),
        (f"{CODE}?version=x", 422),
        (f"{CODE}?version=99999999", 422),
        (f"{CODE}/7/approve", 404),
        (f"{CODE}/{'9' * 300}/approve", 404),
    ],
)
def test_a_version_that_is_not_there_is_not_found(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status
