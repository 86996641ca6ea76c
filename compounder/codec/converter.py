"""The one converter: quantities are text with a unit, ratios and percentages are text, dates are ISO, instants UTC.

Reading collects every complaint with the pointer to its field; an unknown key is refused by name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin

import cattrs
from cattrs import BaseValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from compounder.codec.complaints import complaints_of, key_of
from compounder.domain.absent import is_absent_while_empty
from compounder.domain.batch.beyond_use import BeyondUseDays, BeyondUseMonths, BeyondUsePolicy
from compounder.domain.batch.order import ExtraByCount, ExtraByPercent, ExtraCapsules
from compounder.domain.batch.source import DrugSource, Tablets, TriturationLot, TriturationRatio, parse_ratio
from compounder.domain.calendar import MONTH_MEANS_ITS_LAST_DAY, parse_day, parse_expiry
from compounder.domain.care.filling import FillWith, parse_fill_with
from compounder.domain.care.protocol import Protocol, protocol_named
from compounder.domain.errors import CompoundingError, MissingKey, NotAccepted, NotADate, NotAWholeNumber, one_error
from compounder.domain.formulary.instruction import Instruction
from compounder.domain.stock.equipment import Balance, ElectronicBalance, PrescriptionBalance
from compounder.domain.stock.substances import Substance, substance_named
from compounder.domain.units import (
    Dimension,
    Written,
    kept,
    kept_quantity,
    parse_number,
    parse_percent,
    parse_quantity,
    percent_text,
    quantity_text,
)

Value = TypeVar("Value")

ALTERNATIVES: Mapping[type, Mapping[str, type]] = {
    ExtraCapsules: {"percent": ExtraByPercent, "count": ExtraByCount},
    BeyondUsePolicy: {"days": BeyondUseDays, "months": BeyondUseMonths},
    DrugSource: {"tablet_strength": Tablets, "active_fraction": TriturationLot},
    Balance: {"repeatability": ElectronicBalance, "sensitivity_requirement": PrescriptionBalance},
}
"""Kinds of one thing, told apart by the key that only they have."""
_LONGEST_TEXT = 10_000
_SURROGATE = re.compile("[\ud800-\udfff]")


def read(document: object, kind: type[Value]) -> Value:
    """The value that a parsed JSON document describes; refuses with every field's complaint at once."""
    try:
        return _incoming.structure(document, kind)
    except (CompoundingError, BaseValidationError) as error:
        refusal = one_error(list(complaints_of(error)))
    raise refusal


def read_stored(document: object, kind: type[Value]) -> Value:
    """The value of a document that this program wrote itself: computed figures may have more digits than people's."""
    return _stored.structure(document, kind)


def write(value: object) -> Any:
    """The document of a value: mappings, lists, text, whole numbers, true, false and null."""
    return _stored.unstructure(value)


def _mark(hint: Any) -> Any:
    return getattr(hint, "__metadata__", (None,))[0]


def _is_quantity(hint: Any) -> bool:
    return isinstance(_mark(hint), Dimension)


def _is_ratio(hint: Any) -> bool:
    return isinstance(_mark(hint), Written)


def _read_ratio(text: Any, hint: Any) -> Decimal:
    return parse_percent(text) if _mark(hint).as_percent else parse_number(text)


def _read_kept_ratio(text: Any, hint: Any) -> Decimal:
    return Decimal(text).scaleb(-2 if _mark(hint).as_percent else 0)


def _write_ratio(hint: Any) -> Callable[[Decimal], str]:
    return percent_text if _mark(hint).as_percent else kept


def _write_quantity(hint: Any) -> Callable[[Any], str]:
    dimension = _mark(hint)
    return lambda quantity: quantity_text(quantity, dimension)


def _read_text(text: Any, _: Any) -> str:
    if not isinstance(text, str):
        raise NotAccepted(read=text, accepted="text in quotation marks")
    if len(text) > _LONGEST_TEXT or _SURROGATE.search(text):
        raise NotAccepted(read=text, accepted=f"text of at most {_LONGEST_TEXT:,} letters that UTF-8 can write")
    return text


def _read_whole_number(number: Any, _: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise NotAWholeNumber(read=number, accepted="a whole number without quotation marks, such as 100")
    return number


def _read_truth(truth: Any, _: Any) -> bool:
    if not isinstance(truth, bool):
        raise NotAccepted(read=truth, accepted="true or false")
    return truth


def _read_word(word: Any, kind: Any) -> StrEnum:
    if not isinstance(word, str) or word not in kind.__members__.values():
        raise NotAccepted(read=word, accepted=" or ".join(kind))
    found: StrEnum = kind(word)
    return found


def _read_instant(text: Any, _: Any) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise NotADate(read=text, accepted="a moment such as 2026-11-21T09:30:00Z")


def _write_instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _read_list(kind: Any, inner: cattrs.Converter) -> Callable[[Any, Any], Any]:
    structure = cattrs.cols.list_structure_factory(kind, inner)

    def read_list(values: Any, hint: Any) -> Any:
        if not isinstance(values, list):
            raise NotAccepted(read=values, accepted="a list in square brackets")
        return tuple(structure(values, hint))

    return read_list


def _read_mapping(kind: Any, inner: cattrs.Converter) -> Callable[[Any, Any], Any]:
    structure = cattrs.cols.mapping_structure_factory(kind, inner)

    def read_mapping(values: Any, hint: Any) -> Any:
        _require_object(values)
        return dict(structure(values, hint))

    return read_mapping


def _read_object(kind: Any, inner: cattrs.Converter) -> Callable[[Any, Any], Any]:
    structure = make_dict_structure_fn(kind, inner, **_renamed(kind))

    def read_object(values: Any, hint: Any) -> Any:
        _require_object(values)
        return structure(values, hint)

    return read_object


def _write_object(kind: Any, inner: cattrs.Converter) -> Callable[[Any], Any]:
    return make_dict_unstructure_fn(kind, inner, **_renamed(kind))


def _renamed(kind: Any) -> dict[str, Any]:
    """What is not as attrs has it: the key's name, and whether it is left out while it says nothing."""
    keys = {field.name: (key_of(kind, field.name), is_absent_while_empty(field.metadata)) for field in fields(kind)}
    return {
        name: override(rename=key, omit_if_default=is_absent)
        for name, (key, is_absent) in keys.items()
        if key != name or is_absent
    }


def _require_object(values: object) -> None:
    if not isinstance(values, dict):
        raise NotAccepted(read=values, accepted="an object in curly brackets")


def _read_alternative(kind: Any, inner: cattrs.Converter) -> Callable[[Any, Any], Any]:
    keys = ALTERNATIVES[kind]

    def read_alternative(values: Any, _: Any) -> Any:
        _require_object(values)
        found = [key for key in keys if values.get(key) is not None]
        if not found:
            raise MissingKey(missing=" or ".join(keys))
        return inner.structure(values, keys[found[0]])

    return read_alternative


def _read_named(kind: Any, inner: cattrs.Converter) -> Callable[[Any, Any], Any]:
    """A protocol by its name, or written out."""
    structure = _read_object(kind, inner)
    return lambda value, hint: structure(value, hint) if isinstance(value, dict) else protocol_named(value)


def _write_alternative(_: Any, inner: cattrs.Converter) -> Callable[[Any], Any]:
    return lambda value: inner.unstructure(value, type(value))


def _read_instruction(inner: cattrs.Converter) -> Callable[[Any, Any], Instruction]:
    """A step without a mixing time is its words alone, as every step was written before there were such times."""
    timed = _read_object(Instruction, inner)

    def read_instruction(said: Any, hint: Any) -> Instruction:
        return Instruction(words=_read_text(said, hint)) if isinstance(said, str) else timed(said, hint)

    return read_instruction


def _write_instruction(step: Instruction) -> Any:
    return step.words if step.minutes is None else {"words": step.words, "minutes": step.minutes}


def _is_tuple(hint: Any) -> bool:
    return get_origin(hint) is tuple and get_args(hint)[-1:] == (Ellipsis,)


def _is_mapping(hint: Any) -> bool:
    return get_origin(hint) is Mapping or hint is Mapping


def _is_alternative(hint: Any) -> bool:
    return hint in ALTERNATIVES if isinstance(hint, type) else False


def _is_document(hint: Any) -> bool:
    return is_dataclass(hint) and not _is_alternative(hint)


def _common(converter: cattrs.Converter) -> cattrs.Converter:
    """Everything that documents people send and documents we stored have in common."""
    converter.register_structure_hook_factory(_is_document, _read_object)
    converter.register_unstructure_hook_factory(is_dataclass, _write_object)
    converter.register_structure_hook_factory(_is_tuple, _read_list)
    converter.register_structure_hook_factory(_is_mapping, _read_mapping)
    converter.register_structure_hook_factory(_is_alternative, _read_alternative)
    converter.register_unstructure_hook_factory(_is_alternative, _write_alternative)
    converter.register_unstructure_hook_factory(_is_quantity, _write_quantity)
    converter.register_unstructure_hook_factory(_is_ratio, _write_ratio)
    converter.register_structure_hook_func(
        lambda hint: _mark(hint) == MONTH_MEANS_ITS_LAST_DAY, lambda text, _: parse_expiry(text)
    )
    converter.register_unstructure_hook_func(lambda hint: _mark(hint) == MONTH_MEANS_ITS_LAST_DAY, date.isoformat)
    converter.register_structure_hook(StrEnum, _read_word)
    converter.register_unstructure_hook(StrEnum, str)
    converter.register_structure_hook(str, _read_text)
    converter.register_structure_hook(int, _read_whole_number)
    converter.register_structure_hook(bool, _read_truth)
    converter.register_structure_hook(date, lambda text, _: parse_day(text))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(datetime, _read_instant)
    converter.register_unstructure_hook(datetime, _write_instant)
    return _with_words_of_ours(converter)


def _with_words_of_ours(converter: cattrs.Converter) -> cattrs.Converter:
    """What a document says in words that the domain reads: ratios, instructions, protocols, substances."""
    converter.register_structure_hook(TriturationRatio, lambda text, _: parse_ratio(text))
    converter.register_unstructure_hook(TriturationRatio, str)
    converter.register_structure_hook(Instruction, _read_instruction(converter))
    converter.register_unstructure_hook(Instruction, _write_instruction)
    converter.register_structure_hook_factory(lambda hint: hint is Protocol, _read_named)
    converter.register_structure_hook(FillWith, lambda text, _: parse_fill_with(text))
    converter.register_unstructure_hook(FillWith, str)
    converter.register_structure_hook(Substance, lambda name, _: substance_named(name))
    converter.register_unstructure_hook(Substance, lambda substance: substance.name)
    return converter


_incoming = _common(cattrs.Converter(forbid_extra_keys=True))
_incoming.register_structure_hook_func(_is_quantity, lambda text, hint: parse_quantity(text, _mark(hint)))
_incoming.register_structure_hook_func(_is_ratio, _read_ratio)

_stored = _common(cattrs.Converter(detailed_validation=False))
_stored.register_structure_hook_func(_is_quantity, lambda text, hint: kept_quantity(text, _mark(hint)))
_stored.register_structure_hook_func(_is_ratio, _read_kept_ratio)
