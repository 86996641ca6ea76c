"""People at work over HTTP: each act is told only once its answer came, with how long the record was by then."""

import http.client
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import urlencode, urlsplit

from compounder.domain.people.person import Person
from compounder.domain.record.journal import EntryKind
from compounder.services.example_people import EXAMPLE_PASSWORD, PHARMACIST, TECHNICIAN
from tests.durability.pharmacy import CAPSULES, STRENGTH, Pharmacy
from tests.web.pages import fields, links
from tests.web.receiving import DRUG

NO_ANSWER = (OSError, http.client.HTTPException)
"""What a visitor gets of a server that was killed."""
STEPS = {
    EntryKind.BATCH_VERIFIED: "verify",
    EntryKind.BATCH_RELEASED: "release",
    EntryKind.BATCH_AMENDED: "amend",
    EntryKind.BATCH_VOIDED: "void",
}
_NUMBERS = count(1)
_BATCH = re.compile(r"/batches/(\w{11})")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    leads_to: str
    text: str


@dataclass(eq=False)
class NotDone(AssertionError):
    """The server answered, but not that it was done."""

    act: str
    answer: Answer

    def __str__(self) -> str:
        said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.answer.text.partition("<main")[2]))
        return f"{self.act} was answered with {self.answer.status}: {said[:400]}"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An act whose answer came: what the journal calls it, and how long the record was when it had come."""

    kind: EntryKind
    subject: str
    position: int


@dataclass
class Visitor:
    """A browser without pictures: it keeps its cookies and follows nothing by itself."""

    address: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def get(self, path: str) -> Answer:
        """The page at this address."""
        return self._ask("GET", path, "", {})

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """What is answered to a form."""
        return self._ask("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def filled(self, path: str, form: str = "", **typed: str) -> dict[str, str]:
        """The form at this address with what was typed into it."""
        return {**fields(self.get(path).text, form), **typed}

    def sign_in(self, person: Person) -> None:
        """By the example's button."""
        self.cookies.clear()
        answer = self.post("/sign-in/example", self.filled("/sign-in", person=person.sign_in_name))
        if answer.status != 303:
            raise NotDone("Signing in", answer)

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        try:
            connection.request(method, path, body, {**headers, "Cookie": cookie})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for value in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(value)
        return Answer(answer.status, answer.headers.get("Location", ""), text)


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
        """A lot received; an order stored, verified, released and amended, or voided."""
        self.receive()
        batch = self.order()
        proof = {"password": EXAMPLE_PASSWORD}
        if is_void:
            self.act(self.pharmacist, batch, EntryKind.BATCH_VOIDED, reason="Ordered twice", **proof)
            return
        self.act(self.technician, batch, EntryKind.BATCH_VERIFIED, **self.pharmacy.answers, **proof)
        self.act(self.pharmacist, batch, EntryKind.BATCH_RELEASED, **proof)
        remark = {"what": "remark", "label": "Lamp", "value": "It flickered", "reason": "Seen later"}
        self.act(self.technician, batch, EntryKind.BATCH_AMENDED, **remark)

    def receive(self) -> None:
        """A lot comes in."""
        number = f"L-{next(_NUMBERS)}"
        form = self.technician.filled("/lots/receive", **{**DRUG, "lot_number": number})
        self._require(303, "A lot", self.technician.post("/lots/receive", form))
        self._tell(EntryKind.LOT_RECEIVED, f"{DRUG['maker']}: {number}")

    def order(self) -> str:
        """The lot number of a batch that was worked out, looked at and stored."""
        answer = self._require(303, "An order", self.store(self.worked_out()))
        self._tell(EntryKind.ORDER_STORED, answer.leads_to.rpartition("/")[2])
        return next(filter(None, map(_BATCH.match, links(self.pharmacist.get(answer.leads_to).text))))[1]

    def worked_out(self) -> dict[str, str]:
        """The order form with its result, ready to be stored."""
        wanted = {"strengths-0-strength": STRENGTH, "strengths-0-capsules": str(CAPSULES), "capsule_size": "3"}
        lots = {"active_lot": self.pharmacy.drug, "filler_lot": self.pharmacy.filler}
        form = self.pharmacist.filled("/orders/new", "order", **wanted, **lots, do="work-out")
        return fields(self._require(200, "Working out", self.pharmacist.post("/orders/new", form)).text, "order")

    def store(self, worked_out: Mapping[str, str]) -> Answer:
        """What is answered to an order that was worked out."""
        return self.pharmacist.post("/orders/new", {**worked_out, "do": "store"})

    def act(self, visitor: Visitor, batch: str, kind: EntryKind, **typed: str) -> None:
        """A step of a batch is done."""
        path = f"/batches/{batch}/{STEPS[kind]}"
        self._require(303, f"{kind} {batch}", visitor.post(path, visitor.filled(path, **typed)))
        self._tell(kind, batch)

    def _tell(self, kind: EntryKind, subject: str) -> None:
        self.done.append(Acknowledged(kind, subject, self.position()))

    def _require(self, status: int, act: str, answer: Answer) -> Answer:
        if answer.status != status:
            raise NotDone(act, answer)
        return answer
