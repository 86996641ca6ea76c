"""The second person, who enters the figures that decide the dose without seeing the first's.

They read prescription and certificate; what is to be weighed stands on the worksheet, so there they copy whatever the
plan says. A share of slips has a cause that both meet, such as a smudged certificate: those they make alike. The
literature's second person finds 95 of 100 errors; all of the other 5 are taken for such.
"""

from collections.abc import Mapping

from bench.pharmacy import NOW, SITE
from bench.slips.papers import WorkedOut
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.second_entry import differing, figures_to_enter, right_figures
from compounder.services.example_people import PHARMACIST
from compounder.services.recording import Recording, batch_records, trituration_records

COMMON_CAUSE = 0.05
FROM_THE_WORKSHEET = ("weigh_", "trituration_", "capsules")


def records_of(found: WorkedOut) -> tuple[CompoundingRecord, ...]:
    """The records that storing the order would keep."""
    recording = Recording(
        site=SITE,
        order_number="2611-001",
        facts=found.facts,
        shown=found.shown,
        decisions={},
        gtins=tuple("" for _ in found.shown.plans),
        actor=PHARMACIST.actor,
        at=NOW,
    )
    made_first = trituration_records(recording, [f"T{made.name}" for made in found.shown.triturations])
    return batch_records(recording, [f"B{place}" for place, _ in enumerate(found.shown.plans)], made_first)


def is_found(record: CompoundingRecord, meant: CompoundingRecord) -> bool:
    """Whether what the second person enters differs from the record."""
    return bool(differing(record, entered(record, meant)))


def entered(record: CompoundingRecord, meant: CompoundingRecord) -> Mapping[str, str]:
    """The figures by prescription and certificate, and those that stand on the worksheet; 0 where a paper has none."""
    worksheet, papers = right_figures(record), right_figures(meant)
    keys = [asked.key for asked in figures_to_enter(record)]
    return {key: (worksheet if key.startswith(FROM_THE_WORKSHEET) else papers).get(key, "0") for key in keys}
