"""The bundle of a batch: what lies in it, what it says, and that others can check it without this program."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from shutil import copy
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pypdf
import pytest
from fhir.resources.R4B.medication import Medication
from fhir.resources.R4B.medicationdispense import MedicationDispense

from compounder.database.errors import NotFound
from compounder.services.bundling import bundle_of
from tests.fixtures.benches import opened
from tests.printing.reading import run_together
from tests.services.batches import lot_numbers, void
from tests.services.bundles import MEDICATION, PAPER, PROOF, README, RECORD, Files, a_whole_batch, unpacked, words_of
from tests.services.care import NEVER_ELSEWHERE, a_course, a_request, added, prescribed
from tests.services.dispensing import a_bottle, dispensed, dispensing, returned
from tests.services.orders import SITE, Bench, a_decision
from tests.services.signing import NOON

CHECKER = Path(__file__).parents[2] / "docs" / "check_proof.py"
PDF_A = "{http://www.aiim.org/pdfa/ns/id/}"
CODES = {("http://fdasis.nlm.nih.gov", unii) for unii in ("Z6375YW9SF", "5S6W795CQM", "OP1R32D61U")}
"""All there are: UNII of naltrexone hydrochloride, naltrexone and microcrystalline cellulose."""
TOMORROW = NOON + timedelta(days=1)


@contextmanager
def a_bench(template: Bench, folder: Path) -> Iterator[Bench]:
    """A bench in a folder."""
    path = copy(str(template.database.engine.url.database), folder / "compounder.db")
    yield from opened(template, f"sqlite:///{path}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bench and the keys are, and the files of its bundle."""
    return tmp_path_factory.mktemp("bundled")


@pytest.fixture(scope="module")
def bottle(sqlite_bench_template: Bench, folder: Path) -> str:
    """The number of a bottle of 84 capsules, 10 of which came back; its batch's bundle lies unpacked in the folder."""
    with a_bench(sqlite_bench_template, folder) as bench:
        lot_number = a_whole_batch(bench, folder)
        prescription = prescribed(bench, a_request(added(bench), order=a_course(fill_with="1.5 mg")))
        number = dispensed(bench, dispensing(bench, a_bottle(prescription)))
        returned(bench, number)
        for name, content in unpacked(bench, lot_number, folder).items():
            (folder / name).write_bytes(content)
    return number


@pytest.fixture
def files(bottle: str, folder: Path) -> Files:
    """The bundle of the batch that the bottle was filled from."""
    names = (README, f"dispense-{bottle}.fhir.json", MEDICATION, PROOF, RECORD, PAPER)
    return {name: (folder / name).read_bytes() for name in names}


@pytest.fixture
def paper(files: Files) -> Any:
    return pypdf.PdfReader(BytesIO(files[PAPER]))


def valid(kind: type[Medication | MedicationDispense], content: bytes) -> Any:
    """The resource, once it is held against its definition."""
    kind.model_validate_json(content)
    return json.loads(content, parse_float=Decimal)


def everything_in(value: Any) -> Iterator[Any]:
    """A document and all that is in it."""
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside:
        yield from everything_in(each)


def codings(resource: bytes) -> list[tuple[str, str]]:
    """The system and the code of everything in a resource that has one."""
    found = (each for each in everything_in(json.loads(resource)) if isinstance(each, dict))
    return [(each.get("system", ""), each["code"]) for each in found if isinstance(each.get("code"), str)]


def test_the_page_of_plain_words_names_every_file_with_its_hash(files: Files) -> None:
    readme = files[README].decode()
    others = {name: content for name, content in files.items() if name != README}
    named = {name: said for said, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", readme, re.MULTILINE)}
    assert named == {name: sha256(content).hexdigest() for name, content in others.items()}
    assert "Released 21 Nov 2026 13:30 by Olga Petrova" in readme
    assert "Not on this record" not in readme


def test_the_record_is_attached_to_the_paper_letter_by_letter(files: Files, paper: Any) -> None:
    (attached,) = paper.attachment_list
    assert (attached.name, attached.content) == (RECORD, files[RECORD])
    assert run_together(sha256(files[RECORD]).hexdigest()) in run_together(words_of(files))
    (specification,) = {each.idnum: each.get_object() for each in paper.root_object["/AF"]}.values()
    assert specification["/AFRelationship"] == "/Source"
    parameters = specification["/EF"]["/F"]["/Params"]
    assert (parameters["/CreationDate"], parameters["/ModDate"]) == ("D:20261121093000Z", "D:20261121093000Z")
    assert specification["/EF"]["/F"]["/Subtype"] == "/application/json"


def test_the_paper_is_to_be_kept_for_years(paper: Any) -> None:
    """ISO 19005-3, level B: it says so, its colours are told by a profile, its fonts are in it, nothing is locked."""
    described = ElementTree.fromstring(paper.root_object["/Metadata"].get_data())
    said = {name: value for each in described.iter() for name, value in each.attrib.items()}
    assert (said[f"{PDF_A}part"], said[f"{PDF_A}conformance"]) == ("3", "B")
    assert [each["/S"] for each in paper.root_object["/OutputIntents"]] == ["/GTS_PDFA1"]
    fonts = [font for page in paper.pages for font in page["/Resources"]["/Font"].values()]
    inside = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]
    assert inside
    assert all("/FontFile2" in each or "/FontFile3" in each for each in inside)
    assert (paper.is_encrypted, "/JavaScript" in paper.root_object.get("/Names", {})) == (False, False)
    pictures = [each for page in paper.pages for each in page["/Resources"].get("/XObject", {}).values()]
    assert {each["/Interpolate"].value for each in pictures if each["/Subtype"] == "/Image"} == {False}


def test_the_paper_tells_the_whole_record(files: Files, bottle: str) -> None:
    told = words_of(files)
    for said in (
        "Released 21 Nov 2026 13:30 by Olga Petrova",
        "158.3 mg",
        "21 Nov 2026 13:30, Clara Kühn",
        "The pestle slipped.",
        "Assessed by Olga Petrova",
        "Net weight of each capsule, mg",
        "Passes: acceptance value 4.3",
        "Tom Weber, technician",
        "Olga Petrova, owner",
        bottle,
        "Capsules assayed",
        "COMPOUNDER 1 A",
    ):
        assert run_together(said) in run_together(told), said
    assert "Not on this record" not in told
    assert "not entered" not in told


def test_other_programs_read_the_batch(files: Files) -> None:
    medication = valid(Medication, files[MEDICATION])
    assert medication["status"] == "active"
    assert medication["batch"] == {"lotNumber": "261121A001K", "expirationDate": "2027-11-20"}
    assert medication["amount"]["numerator"] == {"value": 101, "unit": "capsules"}
    told = [
        (each["itemCodeableConcept"]["text"], each["isActive"], each["strength"]["numerator"])
        for each in medication["ingredient"]
    ]
    assert told == [
        ("naltrexone hydrochloride", True, {"value": Decimal("1.5"), "unit": "mg"}),
        ("microcrystalline cellulose", False, {"value": Decimal("118.975544190926"), "unit": "mg"}),
    ]


def test_other_programs_read_what_went_out_in_a_bottle(files: Files, bottle: str) -> None:
    dispense = valid(MedicationDispense, files[f"dispense-{bottle}.fhir.json"])
    assert (dispense["status"], dispense["quantity"]) == ("completed", {"value": 84, "unit": "capsules"})
    assert dispense["whenHandedOver"] == "2026-11-21"
    assert dispense["medicationReference"]["reference"] == "Medication/261121A001K"
    assert dispense["subject"].keys() == {"type", "identifier"}
    assert len(dispense["subject"]["identifier"]["value"]) == 12
    assert dispense["note"] == [{"text": "10 of these capsules came back and were destroyed."}]


def test_no_code_is_invented(files: Files) -> None:
    found = [code for name, content in files.items() if name.endswith(".fhir.json") for code in codings(content)]
    assert found
    assert set(found) <= CODES


def test_the_proof_is_checked_without_this_program(files: Files, folder: Path) -> None:
    answer = subprocess.run([sys.executable, CHECKER, folder / PROOF], capture_output=True, text=True)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "PROVED" in answer.stdout
    record = sha256(files[RECORD]).hexdigest()
    assert f"batch-planned of 261121A001K\n  sha256 of its document {record}" in answer.stdout


def test_no_file_names_the_patient(files: Files) -> None:
    said = [content.decode(errors="ignore") for content in files.values()] + [words_of(files)]
    assert [word for word in NEVER_ELSEWHERE if any(word in each.casefold() for each in said)] == []


def test_the_same_record_is_the_same_bytes(sqlite_bench: Bench, tmp_path: Path) -> None:
    """Whatever else happens in the pharmacy, and on whatever day."""
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    with bundle_of(sqlite_bench.database, SITE, number, tmp_path, at=NOON) as bundle:
        first = bundle.read()
    sqlite_bench.order("3 mg", key="another")
    with bundle_of(sqlite_bench.database, SITE, number, tmp_path, at=TOMORROW) as bundle:
        assert bundle.read() == first
    with ZipFile(BytesIO(first)) as opened:
        assert [each.date_time for each in opened.infolist()] == [(2026, 11, 21, 13, 30, 0)] * 5


def test_a_void_batch_says_so_wherever_it_is_read(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    void(sqlite_bench, number, "The mortar broke <twice>")
    files = unpacked(sqlite_bench, number, tmp_path)
    said = "Void 21 Nov 2026 by Anna Müller: The mortar broke <twice>"
    assert said in files[README].decode()
    assert words_of(files).count(said) >= 2
    medication = valid(Medication, files[MEDICATION])
    assert medication["status"] == "inactive"
    assert "The mortar broke &lt;twice&gt;" in medication["text"]["div"]


def test_what_is_not_there_yet_is_said(sqlite_bench: Bench, tmp_path: Path) -> None:
    storing = sqlite_bench.storing(sqlite_bench.request("2.2 mg"))
    order = sqlite_bench.store(replace(storing, decisions={"2.2 mg": (a_decision(),)}))
    (number,) = lot_numbers(sqlite_bench, order)
    files = unpacked(sqlite_bench, number, tmp_path)
    for text_there in (words_of(files), " ".join(files[README].decode().split())):
        for lacking in (
            "Not on this record:",
            "No second person has decided: 2.2 mg",
            "None of its 2 weighings was entered",
            "None of its 8 steps was entered",
            "No weights of finished capsules were entered.",
            "Nobody has verified it.",
            "Nobody has released it.",
        ):
            assert lacking in text_there
    assert valid(Medication, files[MEDICATION])["status"] == "inactive"


def test_a_lot_number_that_is_no_batchs_is_refused(sqlite_bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        bundle_of(sqlite_bench.database, SITE, "261121A0010", tmp_path, at=NOON)
