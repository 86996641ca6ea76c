"""The worked examples of the trade, recomputed: each an order with changes, and the figures that must come out."""

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from compounder.domain.errors import CompoundingError
from compounder.services.calculations import calculate

_PARTS: Final = {"answer": "", "figures": "batches/0/", "trituration": "triturations/0/"}
"""Where in an answer the figures of each part of an example stand."""
_POWDERS: Final = ("active", "filler")


def worked_examples() -> list[dict[str, Any]]:
    """Every example: its name, its source, the changes to the usual order, and figures by their paths."""
    return list(_kept()["examples"])


def order_of(changes: dict[str, Any]) -> dict[str, Any]:
    """The usual order, 100 capsules of 4.5 mg of pure powder in size 3, with these changes."""
    usual: dict[str, Any] = _kept()["usual"]
    powders = {powder: usual[powder] | changes.get(powder, {}) for powder in _POWDERS}
    return usual | changes | powders


def differing(example: dict[str, Any]) -> list[str]:
    """A sentence for each figure of an example that the program does not give, to the digits that it states."""
    try:
        return list(_differing(example, calculate(order_of(example["changes"]))))
    except CompoundingError as refusal:
        return [f"{example['name']} is refused: {refusal}"]


def _differing(example: dict[str, Any], answer: object) -> Iterator[str]:
    for part, where in _PARTS.items():
        for path, stated in example.get(part, {}).items():
            found = as_stated(at(answer, where + path), stated)
            if found != stated:
                yield f"{example['name']}: {path} is {found}, not {stated}."


def at(document: Any, path: str) -> Any:
    """The figure at a path such as `weighings/0/exact`."""
    for step in path.split("/"):
        document = document[int(step) if isinstance(document, list) else step]
    return document


def as_stated(figure: Any, stated: Any) -> Any:
    """A quantity rounded to the digits that the example states; anything else as it is."""
    number, _, unit = str(stated).partition(" ")
    if not isinstance(stated, str) or unit not in {"", "mg", "mL"} or not number.replace(".", "").isdecimal():
        return figure
    found, _, its_unit = str(figure).partition(" ")
    return f"{Decimal(found).quantize(Decimal(number))} {its_unit}".strip()


@cache
def _kept() -> dict[str, Any]:
    text = files("compounder").joinpath("checking", "worked_examples.json").read_text(encoding="utf-8")
    kept: dict[str, Any] = json.loads(text)
    return kept
