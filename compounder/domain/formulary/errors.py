"""Refusals of a formulation that asks for what cannot be, or of its approval."""

from compounder.domain.errors import CompoundingError, as_read


class RulesDisagree(CompoundingError):
    """Rules of which no number of capsules satisfies all: one is of ten, another of twenty."""

    code = "rules-disagree"
    title = "The rules disagree"
    rules: str
    least: int
    field_name: str = "rules"

    def __str__(self) -> str:
        return f"No number of capsules from {self.least} on suits {self.rules}; name rules of the same number."


class SterileForm(CompoundingError):
    """Sterile preparations come under other rules (USP <797>)."""

    code = "sterile-form"
    title = "A sterile form"
    read: str

    def __str__(self) -> str:
        return f"{as_read(self.read)} is a sterile form, made under other rules; Compounder makes oral capsules only."


class ApprovalNeedsReason(CompoundingError):
    """USP <795> lets only a study extend a beyond-use date past its table."""

    code = "approval-needs-reason"
    title = "An approval without its reason"
    days: str
    field_name: str = "reason"

    def __str__(self) -> str:
        return f"A beyond-use date of {self.days} exceeds 180 days; give the study's reference and your reason."
