"""Refusals of a formulation that asks for what cannot be."""

from compounder.domain.errors import CompoundingError


class RulesDisagree(CompoundingError):
    """Rules of which no number of capsules satisfies all: one is of ten, another of twenty."""

    code = "rules-disagree"
    title = "The rules disagree"
    rules: str
    least: int
    field_name: str = "rules"

    def __str__(self) -> str:
        return f"No number of capsules from {self.least} on suits {self.rules}; name rules of the same number."
