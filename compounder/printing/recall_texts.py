"""What the letters of a recall tell, in one place, for a pharmacist to read through.

To patients in words that a child of twelve can read. What belongs in such a letter: 21 CFR 7.49(c): what is called
back, by which lot, why, what to do at once, and how to send it back; how urgent it is stands first.
"""

from collections.abc import Sequence
from typing import Final

from compounder.domain.care.recall import RecallClass

PATIENT_HEADING: Final = "We are calling your capsules back"
PRESCRIBER_HEADING: Final = "Recall of capsules that you prescribed"

LEAD: Final = {
    RecallClass.I: "Stop taking these capsules now. Call us today.",
    RecallClass.II: "Stop taking these capsules. Call us as soon as you can.",
    RecallClass.III: "Please stop taking these capsules, and bring them back.",
}
HARM: Final = {
    RecallClass.I: ("They could make you very ill.",),
    RecallClass.II: ("They could make you ill for a short time.", "It is not likely that they do great harm."),
    RecallClass.III: ("We do not think that they can harm you.",),
}
FEELING_ILL: Final = {
    RecallClass.I: "If you feel ill, see a doctor at once and show this letter. If you cannot, call an ambulance.",
    RecallClass.II: "If you feel ill, call us or your doctor, and say that you took these capsules.",
    RecallClass.III: "If you feel ill, call us or your doctor.",
}
WHAT_TO_DO: Final = (
    "Look at your bottles. If the label has a lot number from the list above, do not take what is in it.",
    "Bring each such bottle back to us, even if it is empty. Bring this letter too.",
    "Do not give the capsules to others, and do not throw them away.",
    "Ask us or your prescriber what to take from now on. Go on with your other medicines.",
)

PRESCRIBER_LEAD: Final = {
    RecallClass.I: "Please make sure today that the patients below stop taking these capsules.",
    RecallClass.II: "Please make sure that the patients below stop taking these capsules.",
    RecallClass.III: "For your information: the patients below are asked to bring these capsules back.",
}
PRESCRIBER_POINTS: Final = (
    "We are telling each patient ourselves; please tell those whom you see.",
    "Please decide what each of them takes from now on. We can make another supply on a new prescription.",
    "Please tell us of any harm that you find, and report it to the authority.",
)


def counted(first: int, letters: int, total: int) -> str:
    """How many letters are in the file, and which where there are more.

    >>> counted(1, 1, 1), counted(101, 100, 312)
    ('1 letter.', 'Letters 101 to 200 of 312.')
    """
    if letters == total:
        return f"{total:,} letter{'s' if total != 1 else ''}."
    return f"Letters {first:,} to {first + letters - 1:,} of {total:,}."


def left_out(erased: int, past: Sequence[str]) -> str:
    """For whom the file has no letter; `past` are batches that were made before, on whose own records they stand."""
    no_letter = f"{erased:,} erased: no letter." if erased else ""
    look = f"Who has {', '.join(past)}, made before, stands in their own records only." if past else ""
    return " ".join(filter(None, (no_letter, look)))


def questions(telephone: str) -> tuple[str, ...]:
    """How a letter ends."""
    return (f"Call us if you have a question: {telephone}.", "We are sorry for the trouble.")
