"""A value with one thing in it changed, and what is said where that cannot be."""

from dataclasses import replace
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError


def refused(value: Any, **changes: Any) -> tuple[str, str]:
    """At which field of its own a value changed so is refused, and in which sentence."""
    with pytest.raises(CompoundingError) as refusal:
        replace(value, **changes)
    return getattr(refusal.value, "field_name", ""), str(refusal.value)
