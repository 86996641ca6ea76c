"""What cannot be on finished capsules is refused in one sentence, at its own field; what is just possible is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compounder.domain.errors import NotAccepted
from compounder.domain.quality.errors import NoCapsuleHoldsIt, NotInPercent, WrongNumberWeighed
from compounder.domain.quality.inspection import inspect_weights, named_rules
from compounder.domain.quality.laboratory import LaboratoryReport, require_in_percent
from compounder.domain.quality.pack_statistic import FilledMixture, MixtureFacts
from compounder.domain.quality.results import RuleName
from compounder.domain.quality.weight_rules import require_possible
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.units import mg, mg_per_capsule, of, parse_mass
from tests.domain.inspections import SHELL, a_reconciliation, inspected, readings
from tests.domain.refused import refused

SHELLS, MEAN_SHELL = readings(["48", "48", "48"]), parse_mass(SHELL)
WEIGHTS = CapsuleWeights(filled=readings(["168", "169", "170"]), empty_shells=SHELLS)
OF_A_MEAN_SHELL = CapsuleWeights(filled=WEIGHTS.filled, mean_empty_shell=MEAN_SHELL)
COUNT = a_reconciliation(powder_left=parse_mass("10 mg"))
REPORT = LaboratoryReport(laboratory="Example", number="L-7", dated=date(2026, 11, 21))


def a_mixture(net: str = "121.5", fill: str = "121.5", active: str = "4.5") -> FilledMixture:
    """Drug of statistic 180 mg in capsules that hold this much."""
    fill_and_drug = (of(Decimal(each), mg_per_capsule) for each in (fill, active))
    facts = dict(zip(("fill", "active"), fill_and_drug, strict=True))
    plan = MixtureFacts(batch="261121A0078", active_statistic=of(180, mg_per_capsule), **facts)
    return plan.filled_with(of(Decimal(net), mg))


MIXTURE = a_mixture()
REFUSED: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "one capsule": (
        OF_A_MEAN_SHELL,
        {"filled": readings(["168"])},
        "filled",
        "1 was read; 2 to 30 is accepted.",
    ),
    "no shell": (
        WEIGHTS,
        {"empty_shells": ()},
        "mean_empty_shell",
        '"mean_empty_shell or empty_shells" is missing; it is needed here.',
    ),
    "two shells of three": (
        WEIGHTS,
        {"empty_shells": SHELLS[:2]},
        "empty_shells",
        "3 capsules but 2 shells were weighed; weigh each shell, or give their mean.",
    ),
    "all empty": (
        OF_A_MEAN_SHELL,
        {"filled": readings(["48", "48.2", "47.8"])},
        "filled",
        "The capsules weigh 48 mg on average, no more than a shell of 48 mg; correct the weights.",
    ),
    "nothing made": (COUNT, {"made": 0}, "made", "0 was read; 1 to 200,000 is accepted."),
    "fewer than none rejected": (COUNT, {"rejected": -1}, "rejected", "-1 was read; 0 to 200,000 is accepted."),
    "more left than weighed": (
        COUNT,
        {"powder_left": parse_mass("12.4 g")},
        "powder_left",
        "12.4 g of powder cannot come out of 12.36 g weighed; count and weigh again.",
    ),
    "more drug than fill": (
        MIXTURE,
        {"plan": replace(MIXTURE.plan, active=of(130, mg_per_capsule))},
        "active",
        "130 mg was read; above 0 to 121.5 mg is accepted.",
    ),
    "drug enough to fill the capsule alone": (
        MIXTURE,
        {"mean_net": of(4860, mg)},
        "mean_net",
        "180 mg was read; above 0 to less than 180 mg is accepted.",
    ),
    "no laboratory": (
        REPORT,
        {"laboratory": " "},
        "laboratory",
        '" " was read; a text of 1 to 200 printable letters is accepted.',
    ),
    "no number": (REPORT, {"number": ""}, "number", '"" was read; a text of 1 to 60 printable letters is accepted.'),
    "a day long ago": (
        REPORT,
        {"dated": date(1800, 1, 1)},
        "dated",
        "1800-01-01 was read; 1900-01-01 to 2200-12-31 is accepted.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_at_its_field(name: str) -> None:
    """4,860 mg × 4.5 ÷ 121.5 = 180 mg of drug, all that its own statistic has room for."""
    value, changes, field_name, sentence = REFUSED[name]
    assert refused(value, **changes) == (field_name, sentence)


POSSIBLE: dict[str, Callable[[], object]] = {
    "half a mean shell": lambda: replace(OF_A_MEAN_SHELL, filled=readings(["168", "24", "170"])),
    "little in a shell of its own": lambda: replace(WEIGHTS, filled=readings(["168", "60", "48"])),
    "half a milligram in each": lambda: replace(OF_A_MEAN_SHELL, filled=readings(["48.5"] * 3)),
    "nothing filled": lambda: replace(COUNT, good=0, powder_left=COUNT.powder_weighed),
    "nothing but drug": lambda: a_mixture(net="100", fill="100", active="100"),
}


@pytest.mark.parametrize("name", POSSIBLE)
def test_what_is_just_possible_is_accepted(name: str) -> None:
    POSSIBLE[name]()


NUMBERS = [
    (RuleName.NET_WEIGHT, 9, "The formulation asks for at least 10 units; 9 were given."),
    (RuleName.RELATIVE_STANDARD_DEVIATION, 9, "The formulation asks for at least 10 units; 9 were given."),
    (RuleName.WHO, 10, "WHO Ph. Int. 5.2 asks for 20 units; 10 were given."),
    (RuleName.PH_EUR, 19, "Ph. Eur. 2.9.5 asks for 20 units; 19 were given."),
    (RuleName.BRAZIL, 20, "Brazil's Formulário Nacional asks for 10 units; 20 were given."),
    (RuleName.DAC_NRF, 12, "DAC/NRF in-process control asks for 10 or 20 units; 12 were given."),
]


@pytest.mark.parametrize(("rule", "count", "sentence"), NUMBERS)
def test_each_rule_says_of_how_many_capsules_it_is(rule: RuleName, count: int, sentence: str) -> None:
    with pytest.raises(WrongNumberWeighed) as refusal:
        inspect_weights(inspected(*("120",) * count), [rule])
    assert str(refusal.value) == sentence


def test_a_capsule_of_more_than_twice_the_plan_is_a_slip_of_the_pen() -> None:
    require_possible(inspected("120", "120", "240"))
    with pytest.raises(NoCapsuleHoldsIt) as refusal:
        require_possible(inspected("120", "240.1", "120"))
    assert str(refusal.value) == (
        "Capsule 2 weighs 288.1 mg, more than twice what it should hold, 120.0 mg; look at that figure again."
    )


def test_a_pharmacopoeia_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(NotAccepted) as refusal:
        named_rules(["ph-eur"])
    known = "who-5-2 or ph-eur-2-9-5 or brazil-formulario-nacional or dac-nrf-in-process"
    assert (refusal.value.field_name, str(refusal.value)) == (
        "rules",
        f'"ph-eur" was read; {known} is accepted.',
    )


TEN = (Decimal("0.1"),) * 10


@pytest.mark.parametrize(
    ("contents", "field_name", "mean"),
    [
        ((Decimal("0.00982"),) * 10, "first", "1.0 %"),
        ((*TEN[:9], Decimal("0.0999")), "first", "9.999 %"),
        ((*TEN, *(Decimal("0.01"),) * 20), "more", "1.0 %"),
    ],
)
def test_shares_typed_as_percent_are_refused(contents: tuple[Decimal, ...], field_name: str, mean: str) -> None:
    with pytest.raises(NotInPercent) as refusal:
        require_in_percent(contents)
    assert refusal.value.field_name == field_name
    assert str(refusal.value).startswith(f"The mean is {mean} of the label claim, below 10 %; type each content in ")


def test_a_tenth_of_the_label_claim_is_a_content() -> None:
    require_in_percent(())
    require_in_percent(TEN)
    require_in_percent(TEN * 3)
