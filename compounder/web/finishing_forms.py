"""Forms about finished capsules: what they weigh, what became of them, and the decision where they are not as asked."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from compounder.domain.bounds import require_percent
from compounder.domain.calendar import parse_day
from compounder.domain.errors import MissingKey, NotAccepted, NotANumber, OutOfBounds
from compounder.domain.quality.content import CONTENT, FIRST_STAGE, SECOND_STAGE
from compounder.domain.quality.laboratory import LaboratoryReport
from compounder.domain.quality.results import PHARMACOPOEIAS, RuleName
from compounder.domain.quality.weights import FEWEST_CAPSULES, MOST_CAPSULES, CapsuleWeights
from compounder.domain.quality.yields import Reconciliation
from compounder.domain.record.finished import Finished
from compounder.domain.record.making import Making
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.site import SiteSettings
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import (
    MASS,
    READING,
    Mass,
    Percent,
    Reading,
    format_stock,
    mg,
    of,
    parse_count_text,
    parse_mass,
    parse_number,
    parse_percent,
    parse_quantity,
    percent_text,
    quantity_text,
)
from compounder.web.balance_field import BalanceField
from compounder.web.fields import ReadField, words
from compounder.web.readers import one_line, written_mass

LONGEST_WEIGHTS: Final = 800
RULES: Final[Mapping[RuleName, str]] = {
    RuleName.WHO: "WHO Ph. Int. 5.2, of 20 capsules",
    RuleName.PH_EUR: "Ph. Eur. 2.9.5, of 20 capsules",
    RuleName.BRAZIL: "Brazil, Formulário Nacional, of 10 capsules",
    RuleName.DAC_NRF: "DAC/NRF in-process control, of 10 or 20 capsules",
}
WITH_ITS_UNIT: Final = re.compile(r"(\S+)[ \t]+(mg|g)(?=\s|$)", re.ASCII)


def read_readings(text: str) -> tuple[Reading, ...]:
    """Weights as the balance shows them, with spaces or lines between: `168.2 167.9`. Without a unit they are mg.

    The unit may stand behind each: `168.2 mg`, `0.1682 g`.
    """
    if len(text) > LONGEST_WEIGHTS:
        raise NotANumber(read=text, accepted="ten or twenty weights in mg, such as 168.2 167.9")
    weights = tuple(map(_reading, WITH_ITS_UNIT.sub(r"\1_\2", text).split()))
    if not FEWEST_CAPSULES <= len(weights) <= MOST_CAPSULES:
        raise OutOfBounds(
            read=f"A list of {len(weights)}", least=f"{FEWEST_CAPSULES}", most=f"{MOST_CAPSULES} capsules"
        )
    return weights


def _reading(written: str) -> Reading:
    figure, _, unit = written.partition("_")
    parse_number(figure)
    return parse_quantity(f"{figure} {unit or 'mg'}", READING)


def read_contents(count: int, in_words: str) -> Callable[[str], tuple[Percent, ...]]:
    """A reader of so many contents in % of the label claim, with spaces or lines between: `98.2 101.4`."""

    def read(text: str) -> tuple[Percent, ...]:
        figures = text.replace("%", " ").split() if len(text) <= LONGEST_WEIGHTS else []
        if len(figures) != count:
            found = f"A list of {len(figures)}" if figures else text
            raise NotAccepted(read=found, accepted=f"a list of {in_words}, such as 98.2 101.4,")
        contents = tuple(parse_percent(figure) for figure in figures)
        for content in contents:
            require_percent(content, CONTENT, "")
        return contents

    return read


def written_contents(contents: tuple[Percent, ...]) -> str:
    """Contents as `read_contents` reads them."""
    return " ".join(map(percent_text, contents))


def written(readings: tuple[Reading, ...]) -> str:
    """Readings as `read_readings` reads them."""
    return " ".join(quantity_text(reading, READING).removesuffix(" mg") for reading in readings)


class AgainForm(FlaskForm):
    """A form whose figures may stand already: others come beside them, and it asks why."""

    reason = ReadField("Why again", words, is_optional=True, widget=TextArea())

    def settle(self, *, is_again: bool) -> None:
        """Ask for a reason only where figures stand already."""
        if not is_again:
            del self["reason"]

    @property
    def why(self) -> str:
        """The reason, where there is one."""
        return self["reason"].value or "" if "reason" in self else ""


class WeighForm(AgainForm):
    """Filled capsules in the sequence they were weighed, on which balance, and their shells."""

    balance = BalanceField()
    filled = ReadField("Weights of filled capsules, mg", read_readings, widget=TextArea())
    mean_empty_shell = ReadField("Mean empty shell", parse_mass, is_optional=True)
    empty_shells = ReadField(
        "Each empty shell, mg",
        read_readings,
        is_optional=True,
        widget=TextArea(),
        description="Only where every shell was weighed, in the same sequence. The mean is then not used.",
    )
    rules = SelectMultipleField(
        "Hold them also to",
        choices=[SelectChoice(rule.value, RULES[rule]) for rule in PHARMACOPOEIAS],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
    left_out_because = ReadField(
        "Why a rule of the formulation is not checked",
        words,
        is_optional=True,
        widget=TextArea(),
        description="Only where you take the tick from a rule that the formulation names; a pharmacist then decides",
    )

    def offer(self, record: CompoundingRecord, settings: SiteSettings, today: date) -> None:
        """Which balances there are, how many capsules are asked for, which rules the formulation names, and whose the
        shell is that stands there."""
        self.balance.offer(settings.balances, today)
        count, named = record.formulation.quality.capsules_to_weigh, record.formulation.quality.rules
        self.rules.choices = [SelectChoice(rule.value, _offered(rule, named)) for rule in PHARMACOPOEIAS]
        if not named:
            del self["left_out_because"]
        self.filled.description = f"One a line or with spaces between; the formulation asks for {count}."
        if known := _known_shell(record, settings.empty_shells):
            said = f"The site's own setting for size {record.plan.capsule_size} is {known}, to be verified."
            self.mean_empty_shell.description = said

    def start(self, record: CompoundingRecord, settings: SiteSettings, before: Finished) -> None:
        """What was weighed before, or an empty form with the formulation's rules, the site's own shell, and its balance
        where it has only one."""
        if before.weighed is None:
            self.balance.start(settings.balances)
            self.mean_empty_shell.data = _known_shell(record, settings.empty_shells)
            self.rules.data = [rule.value for rule in record.formulation.quality.rules]
            return
        said = before.weighed.said
        self.balance.data = said.balance
        self.filled.data = written(said.weights.filled)
        self.empty_shells.data = written(said.weights.empty_shells)
        mean = said.weights.mean_empty_shell
        self.mean_empty_shell.data = "" if mean is None else quantity_text(mean, MASS)
        self.rules.data = [rule.value for rule in said.rules if rule in PHARMACOPOEIAS]
        if "left_out_because" in self:
            self["left_out_because"].data = said.left_out_because

    @property
    def why_left_out(self) -> str:
        """Why a rule that the formulation names is not checked, where it names any."""
        return self["left_out_because"].value or "" if "left_out_because" in self else ""

    def weights(self) -> CapsuleWeights:
        """What the valid form says; refuses what the capsules' own constructor refuses."""
        shells = self.empty_shells.value or ()
        mean = None if shells else self.mean_empty_shell.value
        if mean is None and not shells:
            raise MissingKey(missing="mean empty shell", field_name="mean_empty_shell")
        return CapsuleWeights(filled=self.filled.value, mean_empty_shell=mean, empty_shells=shells)


def _offered(rule: RuleName, named: tuple[RuleName, ...]) -> str:
    """A rule in words, and whether the formulation names it."""
    return f"{RULES[rule]} (named by the formulation)" if rule in named else RULES[rule]


def _known_shell(record: CompoundingRecord, shells: Mapping[CapsuleSize, Mass]) -> str:
    """The site's own shell of the batch's size; empty where it knows none."""
    shell = shells.get(record.plan.capsule_size) if record.plan.capsule_size else None
    return "" if shell is None else quantity_text(shell, MASS)


class CountForm(AgainForm):
    """What became of the capsules and of the powder."""

    made = ReadField("Capsules made", parse_count_text)
    good = ReadField("Good", parse_count_text)
    rejected = ReadField("Rejected", parse_count_text, is_optional=True, description="Empty: none")
    samples = ReadField("Samples", parse_count_text, is_optional=True, description="Empty: none")
    powder_weighed = ReadField("Powder weighed", parse_mass)
    powder_left = ReadField("Powder left over", parse_mass, is_optional=True, description="Empty: none")

    def offer(self, record: CompoundingRecord, made: Making) -> None:
        """Name what the plan has and what was weighed at the bench, without writing it down for what was found."""
        self.made.description = f"Planned: {record.plan.capsules_to_make:,}"
        planned = sum((weighing.to_weigh.to(mg) for weighing in record.plan.weighings), start=of(0, mg))
        so_far = f" At the bench: {format_stock(made.mass_weighed)}" if made.is_begun else ""
        self.powder_weighed.description = f"All ingredients, as weighed. Planned: {format_stock(planned)}.{so_far}"

    def start(self, before: Finished, made: Making) -> None:
        """What was counted before, or a form with nothing but what was weighed at the bench, if all of it was."""
        if before.counted is None:
            self.powder_weighed.data = written_mass(made.mass_weighed) if made.is_whole else ""
            return
        count = before.counted.said.count
        for name in ("made", "good", "rejected", "samples"):
            self[name].data = str(getattr(count, name))
        for name in ("powder_weighed", "powder_left"):
            self[name].data = quantity_text(getattr(count, name), MASS)

    def count(self) -> Reconciliation:
        """What the valid form says; refuses more out than in."""
        left = self.powder_left.value
        return Reconciliation(
            made=self.made.value,
            good=self.good.value,
            rejected=self.rejected.value or 0,
            samples=self.samples.value or 0,
            powder_weighed=self.powder_weighed.value,
            powder_left=of(0, mg) if left is None else left,
        )


class AssayForm(AgainForm):
    """What a laboratory found in single capsules: ten of them, and twenty more where the ten did not pass."""

    laboratory = ReadField("Laboratory", one_line)
    number = ReadField("Report number", one_line)
    dated = ReadField("Date of the report", parse_day, description="Such as 2026-11-21")
    first = ReadField(
        "First ten capsules, % of label claim",
        read_contents(FIRST_STAGE, "ten"),
        widget=TextArea(),
        description="One a line or with spaces between, in the report's sequence, such as 98.2 101.4",
    )
    more = ReadField(
        "Twenty more capsules, % of label claim",
        read_contents(SECOND_STAGE - FIRST_STAGE, "twenty"),
        is_optional=True,
        widget=TextArea(),
        description="Only where the first ten did not pass. All thirty count then.",
    )

    def start(self, before: Finished) -> None:
        """What was assayed before, or an empty form."""
        if before.assayed is None:
            return
        said = before.assayed.said
        self.laboratory.data, self.number.data = said.report.laboratory, said.report.number
        self.dated.data = said.report.dated.isoformat()
        self.first.data = written_contents(said.assay.contents[:FIRST_STAGE])
        self.more.data = written_contents(said.assay.contents[FIRST_STAGE:])

    def report(self) -> LaboratoryReport:
        """Whose figures the valid form holds."""
        return LaboratoryReport(laboratory=self.laboratory.value, number=self.number.value, dated=self.dated.value)

    def contents(self) -> tuple[Percent, ...]:
        """The figures of the valid form, the first ten first."""
        return (*self.first.value, *(self.more.value or ()))


class DecideForm(FlaskForm):
    """Why the batch may go on with capsules that are not as asked."""

    reason = ReadField("Reason", words, widget=TextArea())
