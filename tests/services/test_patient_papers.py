"""Papers that name a patient: of a real batch, and nothing of them is kept."""

import subprocess
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from compounder.database.schema import PaperTable
from compounder.printing.bottles import Bottle, Dispensing
from compounder.printing.directions import bottle_directions
from compounder.printing.paper import ROLL, Paper
from compounder.services.patient_papers import patient_calendar, patient_labels, patient_leaflet
from tests.printing import reading
from tests.printing.courses import a_course
from tests.printing.patients import PATIENT
from tests.services.batches import file_of, lot_numbers
from tests.services.orders import Bench
from tests.services.printed import labelled, printed


def kept(bench: Bench) -> int:
    """How many papers the database holds."""
    with bench.database.reading() as reading_:
        return int(reading_.execute(select(func.count()).select_from(PaperTable)).scalar_one())


def a_dispensing_of(bench: Bench, lot_number: str) -> tuple[Dispensing, Bottle]:
    """One bottle of a batch as it is on record."""
    record = file_of(bench, lot_number).record
    dispensing = Dispensing(
        pharmacy=record.pharmacy,
        label=record.formulation.label,
        strength_basis=record.formulation.strength_basis,
        patient=PATIENT,
        prescription_number="2611-0042",
        prescriber="Dr. M. Example",
        dispensed_on=date(2026, 11, 30),
        is_example=record.is_example,
    )
    bottle = Bottle(
        strength=record.plan.strength,
        capsules=84,
        directions=bottle_directions(a_course(), record.plan.strength, before=0, capsules=84),
        lot_numbers=(lot_number,),
        beyond_use_date=record.plan.beyond_use_date,
    )
    return dispensing, bottle


def test_a_batch_becomes_label_leaflet_and_calendar_and_none_is_kept(bench: Bench) -> None:
    (number,) = lot_numbers(bench, bench.order("1.5 mg"))
    printed(bench, number), labelled(bench, number)
    dispensing, bottle = a_dispensing_of(bench, number)
    papers = (
        patient_labels(dispensing, [bottle], ROLL),
        patient_leaflet(dispensing, a_course(), Paper.A4),
        patient_calendar(dispensing, a_course(), Paper.LETTER),
    )
    assert [PATIENT in " ".join(reading.pages(paper)) for paper in papers] == [True] * 3
    assert reading.scanned(reading.picture(papers[0], 300)) == [number]
    assert "20 Nov 2027" in reading.pages(papers[0])[0]
    assert kept(bench) == 2


def test_nothing_of_the_patient_is_in_the_workspace_afterwards(sqlite_bench: Bench, tmp_path: Path) -> None:
    (number,) = lot_numbers(sqlite_bench, sqlite_bench.order("1.5 mg"))
    dispensing, bottle = a_dispensing_of(sqlite_bench, number)
    patient_labels(dispensing, [bottle], ROLL)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files != []
    assert [path.name for path in files if PATIENT.encode() in path.read_bytes()] == []


def test_patients_papers_know_no_database() -> None:
    program = (
        "import sys; import compounder.services.patient_papers; "
        "print([name for name in sys.modules if name.startswith('compounder.database')])"
    )
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"
