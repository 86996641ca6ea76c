"""The order form: what it offers, how its fields are read, and the request they make."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField

from compounder.codec.documents import canonical, digest
from compounder.domain.batch.order import StrengthLine
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.batch.source import Triturating, TriturationRatio
from compounder.domain.calendar import parse_day
from compounder.domain.findings import Severity
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.record.record import Decision
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS_PER_CAPSULE, format_reading, parse_count_text, parse_mass, quantity_text
from compounder.services.orders import LotChoice, OrderChoices, OrderRequest, Preview
from compounder.web.fields import ChoiceField, OneTimeKey, ReadField, complain, placing, words
from compounder.web.lot_words import describe_lot
from compounder.web.ratios import read_ratios, written_ratios
from compounder.web.readers import read_per_capsule

EMPTY_ROWS = 3
MOST_ROWS = 40
MOST_ROWS_READ = 100
CAPSULES = "100"
EVERY_BALANCE = "the first that fits"
ORDER_FIELDS = (
    "formulation",
    "active_lot",
    "filler_lot",
    "compounded_on",
    "balance",
    "capsule_size",
    "trituration",
    "ratios",
    "next_active_lot",
    "first_gives",
    "strengths",
    "key",
)
"""What the result depends on, and the key; who stores it and what was decided comes after."""
HOW_WEIGHED = {
    Triturating.WHEN_NEEDED: "directly, by trituration where needed",
    Triturating.EACH: "a trituration for each batch",
    Triturating.SHARED: "one stock for all strengths",
    Triturating.NEVER: "never by trituration",
}


class StrengthRow(Form):
    """One strength of the titration. A row with nothing in it is no row."""

    strength = ReadField("Strength", read_per_capsule, is_optional=True)
    capsules = ReadField("Capsules", parse_count_text, is_optional=True)
    line: StrengthLine | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.strength.data or "").strip() and not (self.capsules.data or "").strip()

    def validate(self, extra_validators: Any = None) -> bool:
        """Read the row into its `line`; complain at its fields where it cannot be read."""
        super().validate(extra_validators)
        if not self.is_empty:
            self._read()
        return not self.errors

    def _read(self) -> None:
        if self.strength.value is None or self.capsules.value is None:
            self._complain_of_gaps()
            return
        with placing(self):
            self.line = StrengthLine(strength=self.strength.value, capsules=self.capsules.value)

    def _complain_of_gaps(self) -> None:
        for field in (self.strength, self.capsules):
            if field.value is None and not field.errors:
                complain(field, f"{field.label.text} is missing in this row; write it, or empty the row.")


class DecisionRow(Form):
    """What a `decide` asks of whoever is signed in: why."""

    strength = HiddenField()
    code = HiddenField()
    reason = ReadField("Reason", words, is_optional=True)


class OrderForm(FlaskForm):
    """An order. `shown` names the result that stands beside the form; `key` makes two clicks one order.

    `alternative` is the way of weighing taken instead of the preferred one, `compared_for` the order it was found for.
    """

    formulation = ChoiceField("Formulation", nothing_offered="No formulation is approved yet; approve one first.")
    active_lot = ChoiceField("Drug lot", nothing_offered="No lot of the drug is here yet; receive one under Lots.")
    filler_lot = ChoiceField("Filler lot", nothing_offered="No lot of the filler is here yet; receive one under Lots.")
    compounded_on = ReadField("Compounded on", parse_day)
    balance = ChoiceField("Balance", nothing_offered="No balance is entered yet; enter one under Settings.")
    capsule_size = ChoiceField("Capsule size")
    strengths = FieldList(FormField(StrengthRow), max_entries=MOST_ROWS_READ)
    trituration = ChoiceField(
        "Weigh the drug",
        [(mode.value, said) for mode, said in HOW_WEIGHED.items()],
        default=Triturating.WHEN_NEEDED.value,
    )
    ratios = ReadField("Ratios", read_ratios, is_optional=True)
    next_active_lot = ChoiceField(
        "Second lot of the drug",
        default="",
        description="Gives what a nearly empty first lot lacks; powder beside powder",
    )
    first_gives = ReadField(
        "What the first lot gave, as weighed",
        parse_mass,
        is_optional=True,
        description="Empty the jar on the balance first. Empty: all that is free of it",
    )
    decisions = FieldList(FormField(DecisionRow), max_entries=2 * MOST_ROWS)
    key = OneTimeKey()
    shown = HiddenField()
    alternative = HiddenField()
    compared_for = HiddenField()
    has_dropped_the_way_taken = False

    def offer(self, choices: OrderChoices, ratios: Sequence[TriturationRatio]) -> None:
        """Fill the lists to choose from; the formulation's first size is the first offered. `ratios` are the site's."""
        self.formulation.offer((_version(each), _formulation(each)) for each in choices.formulations)
        self.active_lot.offer((lot.lot_id, describe_lot(lot)) for lot in sorted(choices.active_lots, key=_is_no_powder))
        self.filler_lot.offer((lot.lot_id, describe_lot(lot)) for lot in choices.filler_lots)
        powders = [(lot.lot_id, describe_lot(lot)) for lot in choices.active_lots if not _is_no_powder(lot)]
        self.next_active_lot.offer([("", "none"), *powders])
        self.ratios.description = (
            f"Such as 1:10, 1:25; 1:10 is one part in ten parts total. Empty: {written_ratios(ratios)}"
        )
        balances = [
            (balance.name, f"{balance.name} · {format_reading(balance.readability)}") for balance in choices.balances
        ]
        self.balance.offer([*balances, ("", EVERY_BALANCE)] if len(balances) > 1 else balances)
        sizes = choices.formulations[0].capsule_sizes if choices.formulations else tuple(CapsuleSize)
        self.capsule_size.offer([*((size.value, f"Size {size}") for size in sizes), ("", "the smallest that fits")])

    def start(self, today: str) -> None:
        """An empty form for today, with its one-time key."""
        self.compounded_on.data = today
        self.key.give()
        self.set_rows([("", "")] * EMPTY_ROWS)

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        while self.strengths.entries:
            self.strengths.pop_entry()
        for strength, capsules in rows[:MOST_ROWS]:
            self.strengths.append_entry({"strength": strength, "capsules": capsules})

    def fill(self, strengths: Sequence[str]) -> None:
        """A standard set in place of the rows; numbers of capsules already typed stay where they stand."""
        typed = [entry.capsules.data or CAPSULES for entry in self.strengths]
        numbers = typed + [CAPSULES] * (len(strengths) - len(typed))
        self.set_rows(list(zip(strengths, numbers, strict=False)))

    def ask_for(self, formulation: str, wanted: Sequence[tuple[str, int]]) -> None:
        """Strengths and capsules of a formulation in place of the rows; nothing where nothing is wanted."""
        versions = (choice.value for choice in self.formulation.choices)
        self.formulation.data = next((value for value in versions if value.startswith(f"{formulation} ")), None)
        if wanted:
            self.set_rows([(strength, str(capsules)) for strength, capsules in wanted])

    def add_row(self) -> None:
        self.set_rows([*((entry.strength.data or "", entry.capsules.data or "") for entry in self.strengths), ("", "")])

    @property
    def asks_how_to_weigh(self) -> bool:
        """Whether anything about weighing the drug is other than it is offered, or wrong."""
        is_usual = self.trituration.data == Triturating.WHEN_NEEDED.value and not self.next_active_lot.data
        typed = ((self.ratios.data or "") + (self.first_gives.data or "")).strip()
        return not is_usual or bool(typed) or bool(self.next_active_lot.errors)

    def request(self) -> OrderRequest | None:
        """The request, or None after complaining at every field that cannot be read."""
        self.validate()
        rows = [entry.form for entry in self.strengths if not entry.form.is_empty]
        if not rows:
            complain(self.strengths, "No strength is given; write at least one row.")
        if len(rows) > MOST_ROWS:
            complain(
                self.strengths, f"{len(rows)} strengths were read; {MOST_ROWS} fit one order. Make a second order."
            )
        if self.next_active_lot.data and self.trituration.data in (Triturating.EACH, Triturating.SHARED):
            complain(self.next_active_lot, "Two lots are weighed directly; choose no second lot, or no trituration.")
        if self.first_gives.value is not None and not self.next_active_lot.data:
            complain(self.first_gives, "No second lot is chosen; choose it, or empty this field.")
        if any(self[name].errors for name in ORDER_FIELDS):
            return None
        asked = self._asked([row.line for row in rows if row.line])
        return replace(asked, alternative=self.alternative.data or None) if self._is_compared_for(asked) else asked

    def _asked(self, lines: Sequence[StrengthLine]) -> OrderRequest:
        code, _, version = self.formulation.data.rpartition(" ")
        return OrderRequest(
            formulation=code,
            version=int(version),
            active_lot=self.active_lot.data,
            filler_lot=self.filler_lot.data,
            compounded_on=self.compounded_on.value,
            balances=(self.balance.data,) if self.balance.data else (),
            capsule_size=CapsuleSize(self.capsule_size.data) if self.capsule_size.data else None,
            strengths=tuple(lines),
            trituration=Triturating(self.trituration.data),
            ratios=self.ratios.value or (),
            next_active_lot=self.next_active_lot.data,
            first_gives=self.first_gives.value,
        )

    def _is_compared_for(self, asked: OrderRequest) -> bool:
        """Whether the ways of weighing were compared for this very order: any other input drops the one taken."""
        return bool(self.compared_for.data == _name_of(asked))

    def remember(self, shown: Preview) -> None:
        """Name the result that stands beside the form now, and the way of weighing it goes by."""
        self.has_dropped_the_way_taken = bool(self.alternative.data) and shown.request.alternative is None
        self.shown.data = shown.sha256
        self.alternative.data = shown.request.alternative or ""
        self.compared_for.data = _name_of(shown.request)

    def ask_for_decisions(self, plans: Sequence[BatchPlan]) -> None:
        """A row for each finding that needs a decision; what was typed for the same finding stays."""
        wanted = list(_to_decide(plans))
        rows = {(row.form.strength.data, row.form.code.data): row.form for row in self.decisions}
        if wanted == list(rows):
            return
        while self.decisions.entries:
            self.decisions.pop_entry()
        for strength, code in wanted:
            typed = rows[strength, code].data if (strength, code) in rows else {}
            self.decisions.append_entry({**typed, "strength": strength, "code": code})

    def decisions_by_strength(self, name: str) -> dict[str, tuple[Decision, ...]]:
        """The decisions that have a reason, of the person with this name."""
        made: dict[str, tuple[Decision, ...]] = {}
        for row in (entry.form for entry in self.decisions):
            reason = (row.reason.data or "").strip()
            if reason:
                decision = Decision(code=row.code.data, name=name, reason=reason)
                made[row.strength.data] = (*made.get(row.strength.data, ()), decision)
        return made

    def complain_of_undecided(self) -> None:
        """Complains at each decision without a reason."""
        for field in (row.form.reason for row in self.decisions if not (row.form.reason.data or "").strip()):
            complain(field, "The reason is missing; this finding needs one to go on, and then a second person.")
        self.decisions.errors = [row.errors for row in self.decisions if row.errors]


def _is_no_powder(stored: LotChoice) -> bool:
    """Tablets and triturations stand behind the powders: nobody takes them without having chosen them."""
    return bool(stored.lot.tablets or stored.lot.trituration)


def _name_of(request: OrderRequest) -> str:
    """What an order is called before a way of weighing it was taken."""
    return digest(canonical(replace(request, alternative=None)))


def _to_decide(plans: Sequence[BatchPlan]) -> Iterator[tuple[str, str]]:
    for plan in plans:
        for finding in plan.findings_of(Severity.DECIDE):
            yield quantity_text(plan.strength, MASS_PER_CAPSULE), finding.code


def _version(formulation: Formulation) -> str:
    return f"{formulation.code} {formulation.version}"


def _formulation(formulation: Formulation) -> str:
    return f"{formulation.name}, version {formulation.version}"
