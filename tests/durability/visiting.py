"""People at work over HTTP: each act is told only once its answer came, with how long the record was by then."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from compounder.domain.record.journal import EntryKind
from compounder.services.example_people import PHARMACIST, TECHNICIAN
from tests.durability.pharmacy import CAPSULES, STRENGTH, Pharmacy
from tests.fixtures.visitor import Answer, NotDone, Visitor
from tests.services.finishing import FILLED
from tests.services.orders import CELLULOSE, HYDROCHLORIDE
from tests.services.people import PASSWORD
from tests.web.pages import fields, links
from tests.web.receiving import DRUG

STEPS = {
    EntryKind.CAPSULES_WEIGHED: "weigh-capsules",
    EntryKind.BATCH_VERIFIED: "verify",
    EntryKind.BATCH_RELEASED: "release",
    EntryKind.BATCH_AMENDED: "amend",
    EntryKind.BATCH_VOIDED: "void",
}
JARS = (HYDROCHLORIDE["lot_number"], CELLULOSE["lot_number"])
WEIGHED, WEIGHED_ANEW, SPILLED = ("158.3 mg", "12254.5 mg"), "158.4 mg", "171.2 mg"
_NUMBERS = count(1)
_BATCH = re.compile(r"/batches/(\w{11})")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An act whose answer came: what the journal calls it, how long the record was when it had come, and `which` of
    several such acts on one batch it was."""

    kind: EntryKind
    subject: str
    position: int
    which: str = ""


def which(line: int, reading: str) -> str:
    """What tells a weighing of a batch from its others."""
    return f"line {line}, {reading}"


@dataclass
class Bench:
    """Two people at one bench: what they did, as far as an answer came."""

    address: str
    pharmacy: Pharmacy
    position: Callable[[], int]
    done: list[Acknowledged] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pharmacist, self.technician = Visitor(self.address), Visitor(self.address)

    def sign_in(self) -> None:
        """Both come in."""
        self.pharmacist.sign_in(PHARMACIST)
        self.technician.sign_in(TECHNICIAN)

    def work(self, rounds: int) -> None:
        """Both come in, and do so many rounds of everything that is kept for good."""
        self.sign_in()
        for number in range(rounds):
            self.round(is_void=number % 3 == 2)

    def round(self, *, is_void: bool) -> None:
        """A lot received; an order stored, weighed, its capsules weighed, verified, released and amended; or voided
        when it was weighed."""
        self.receive()
        batch = self.order()
        self.make(batch)
        proof = {"password": PASSWORD}
        if is_void:
            self.act(self.pharmacist, batch, EntryKind.BATCH_VOIDED, reason="Ordered twice", **proof)
            return
        self.act(self.technician, batch, EntryKind.CAPSULES_WEIGHED, filled=" ".join(FILLED))
        self.act(self.technician, batch, EntryKind.BATCH_VERIFIED, **self.pharmacy.answers, **proof)
        self.act(self.pharmacist, batch, EntryKind.BATCH_RELEASED, **proof)
        remark = {"what": "remark", "label": "Lamp", "value": "It flickered", "reason": "Seen later"}
        self.act(self.technician, batch, EntryKind.BATCH_AMENDED, **remark)

    def make(self, batch: str) -> None:
        """Every powder is weighed; the first is lost then and weighed anew, some of the second before it is weighed."""
        self.weigh(batch, 0, WEIGHED[0])
        self.discard(batch, 0, WEIGHED[0])
        self.weigh(batch, 0, WEIGHED_ANEW)
        self.discard(batch, 1, SPILLED, mass=SPILLED)
        self.weigh(batch, 1, WEIGHED[1])

    def receive(self) -> None:
        """A lot comes in."""
        number = f"L-{next(_NUMBERS)}"
        form = self.technician.filled("/lots/receive", **{**DRUG, "lot_number": number})
        self._require("A lot", self.technician.post("/lots/receive", form))
        self._tell(EntryKind.LOT_RECEIVED, f"{DRUG['maker']}: {number}")

    def order(self) -> str:
        """The lot number of a batch that was worked out, looked at and stored."""
        answer = self._require("An order", self.store(self.worked_out()))
        self._tell(EntryKind.ORDER_STORED, answer.leads_to.rpartition("/")[2])
        page = self._require("Opening the order", self.pharmacist.get(answer.leads_to), 200)
        return next(filter(None, map(_BATCH.match, links(page.text))))[1]

    def worked_out(self) -> dict[str, str]:
        """The order form with its result, ready to be stored."""
        wanted = {"strengths-0-strength": STRENGTH, "strengths-0-capsules": str(CAPSULES), "capsule_size": "3"}
        lots = {"active_lot": self.pharmacy.drug, "filler_lot": self.pharmacy.filler}
        form = self.pharmacist.filled("/orders/new", "order", **wanted, **lots, do="work-out")
        return fields(self._require("Working out", self.pharmacist.post("/orders/new", form), 200).text, "order")

    def store(self, worked_out: Mapping[str, str]) -> Answer:
        """What is answered to an order that was worked out."""
        return self.pharmacist.post("/orders/new", {**worked_out, "do": "store"})

    def weigh(self, batch: str, line: int, reading: str) -> None:
        """A powder of a batch is weighed."""
        answer = self.weighed(self.to_weigh(batch, line, reading), batch)
        self._require(f"Weighing {batch}", answer)
        self._tell(EntryKind.BATCH_WEIGHED, batch, which(line, reading))

    def to_weigh(self, batch: str, line: int, reading: str) -> dict[str, str]:
        """The form of the bench, filled in."""
        typed = {"lot": JARS[line], "balance": "B1", "tared": "0.0 mg", "reading": reading, "again": reading}
        return self.pharmacist.filled(f"/batches/{batch}/bench", **typed)

    def weighed(self, form: Mapping[str, str], batch: str) -> Answer:
        """What is answered to a weighing."""
        return self.pharmacist.post(f"/batches/{batch}/bench", form)

    def discard(self, batch: str, line: int, reading: str, **mass: str) -> None:
        """What was weighed is lost; or so much of what was not weighed yet."""
        path = f"/batches/{batch}/bench/{line}/discard"
        form = self.pharmacist.filled(path, reason="Spilled", **mass)
        self._require(f"Discarding {batch}", self.pharmacist.post(path, form))
        self._tell(EntryKind.WEIGHING_DISCARDED, batch, which(line, reading))

    def act(self, visitor: Visitor, batch: str, kind: EntryKind, **typed: str) -> None:
        """A step of a batch is done."""
        path = f"/batches/{batch}/{STEPS[kind]}"
        form = visitor.filled(path, **typed)
        form.pop("rules", None)
        self._require(f"{kind} {batch}", visitor.post(path, form))
        self._tell(kind, batch)

    def _tell(self, kind: EntryKind, subject: str, of_several: str = "") -> None:
        self.done.append(Acknowledged(kind, subject, self.position(), of_several))

    def _require(self, act: str, answer: Answer, status: int = 303) -> Answer:
        if answer.status != status:
            raise NotDone(act, answer)
        return answer
