"""Sixteen people who weigh over HTTP, each as the page of the bench leads them, and what they were answered."""

import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from random import Random

from tests.fixtures.visitor import Answer, Visitor
from tests.hands.pharmacy import Hand, Shop
from tests.services.people import PASSWORD
from tests.web.pages import fields

_SHOWN = re.compile(
    r'bench__figure">(?P<planned>[^<]*)<.*?bench__ends">.*?</span> (?P<least>[^<]*)<.*?</span> (?P<most>[^<]*)<'
    r'.*?bench__jar">.*?class="figure">(?P<jar>[^<]*)<',
    re.DOTALL,
)
_NOTICE = re.compile(r'class="notice" role="status">([^<]*)<')
_COMPLAINT = re.compile(r'error-summary__list">(.*?)</ul>', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One weighing as it was sent: by whom, of which batch and step, how much was planned and read, from which jar; and
    what was answered, in how many seconds."""

    name: str
    batch: str
    step: str
    jar: str
    planned: str
    reading: str
    status: int
    said: str
    seconds: float

    @property
    def is_weighed(self) -> bool:
        """Whether the answer says that this weighing is kept."""
        return self.said.replace(",", "") == f"{self.reading} is weighed."


@dataclass
class AtWork:
    """Somebody at work: signed in, with a browser of their own, until a moment."""

    hand: Hand
    visitor: Visitor
    pause: tuple[float, float]
    until: float = 0.0
    sent: list[Sent] = field(default_factory=list)

    def sign_in(self) -> None:
        """With name and password."""
        self.visitor.sign_in_with(self.hand.person.sign_in_name, PASSWORD)

    def work(self) -> None:
        """One batch after the other, as far as the time goes."""
        chance = Random(self.hand.seed)
        for batch in self.hand.batches:
            page = self.visitor.get(f"/batches/{batch}/bench").text
            while shown := _SHOWN.search(page):
                time.sleep(chance.uniform(*self.pause))
                if time.monotonic() > self.until:
                    return
                page = self._weigh(batch, page, shown.groupdict(), chance)

    def _weigh(self, batch: str, page: str, shown: dict[str, str], chance: Random) -> str:
        """Send what the page asks for; the page that comes then."""
        figures = {name: text.replace(",", "") for name, text in shown.items()}
        reading = figures[self._choice(batch, chance)]
        form = fields(page, "")
        typed = {"lot": shown["jar"], "balance": "B1", "tared": "0.0 mg", "reading": reading, "again": reading}
        began = time.perf_counter()
        answer = self.visitor.post(f"/batches/{batch}/bench", {**form, **typed})
        seconds = time.perf_counter() - began
        after = self.visitor.get(answer.leads_to) if answer.status == 303 else answer
        one = Sent(
            name=self.hand.person.name,
            batch=batch,
            step=form["step"],
            jar=shown["jar"],
            planned=figures["planned"],
            reading=reading,
            status=max(answer.status, after.status),
            said=_said(after),
            seconds=seconds,
        )
        self.sent.append(one)
        return after.text

    def _choice(self, batch: str, chance: Random) -> str:
        """Anything in the window; the greedy take all of it until that is refused, and then the least."""
        if not self.hand.is_greedy:
            return chance.choice(("planned", "least", "most"))
        was_refused = bool(self.sent) and self.sent[-1].batch == batch and not self.sent[-1].is_weighed
        return "least" if was_refused else "most"


def _said(answer: Answer) -> str:
    """The notice or the complaint of a page, in its own words."""
    found = _NOTICE.search(answer.text) or _COMPLAINT.search(answer.text)
    text = re.sub(r"<[^>]+>", " ", found[1] if found else answer.text)
    return " ".join(unescape(text).split())


def weigh_at_once(shop: Shop, address: str, seconds: float, pause: tuple[float, float]) -> Sequence[Sent]:
    """Everything that the shop's people sent in so many seconds, or until all is weighed, with pauses in between."""
    benches = [AtWork(hand, Visitor(address), pause) for hand in shop.hands]
    with ThreadPoolExecutor(len(benches)) as pool:
        list(pool.map(AtWork.sign_in, benches))
        until = time.monotonic() + seconds
        for bench in benches:
            bench.until = until
        list(pool.map(AtWork.work, benches))
    return [one for bench in benches for one in bench.sent]


def refused(sent: Sequence[Sent]) -> Iterator[Sent]:
    """What was not weighed."""
    return (one for one in sent if not one.is_weighed)
