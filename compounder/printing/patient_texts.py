"""What patients are told, in one place, for a pharmacist to read through: words that a child of twelve can read.

Facts: titration, contraindications, washout and common effects as in patient guides and labels of naltrexone; 8 to 12
weeks to the reassessment. What those leave open is said with care: a missed dose, when to call, what to tell us first.
"""

from typing import Final

from compounder.domain.care.protocol import TimeOfDay
from compounder.printing.patient_documents import LeafletSection

LABEL_WARNINGS: Final = (
    "Do not take with opioid medicines.",
    "Swallow whole; do not open.",
    "Keep away from children.",
)
"""Cautions on every bottle (FD&C Act 503(b)(2)); a dispensing may name others instead."""

READ_FIRST: Final = (
    "Do not take opioid medicines with these capsules.",
    "Ask us before you take any new medicine for pain, a cough or diarrhoea: it may hold an opioid.",
)

TAKEN: Final = {TimeOfDay.BEDTIME: "at bedtime", TimeOfDay.MORNING: "in the morning"}

_SLEEP: Final = {
    TimeOfDay.BEDTIME: (
        "If your dreams or your sleep trouble you, call us.",
        "Your prescriber may move the dose to the morning.",
    ),
    TimeOfDay.MORNING: (),
}

WHAT_IT_IS: Final = LeafletSection(
    heading="What it is",
    sentences=(
        "Your capsules hold a small dose of naltrexone hydrochloride.",
        "Some people call it LDN, for low-dose naltrexone.",
        "The pharmacy made them: they are a compounded preparation.",
        "Naltrexone tablets hold much more and are made for another use.",
        "To use a small dose, as you do, is called off-label use.",
        "Your prescriber chose it for you and can tell you why.",
        "Naltrexone is not a controlled substance.",
    ),
)
BEFORE_YOU_START: Final = LeafletSection(
    heading="Before you start",
    lead="Call us, and do not start yet, if one of these is true:",
    points=(
        "You took an opioid in the last 14 days.",
        "You feel ill because you stopped an opioid, or a naloxone test showed opioids.",
        "You are allergic to naltrexone, or to anything in the capsules.",
        "You have or had a liver disease, such as hepatitis.",
        "You are pregnant, want to be, or breast-feed.",
    ),
    closing=("Tell us each medicine you take, also those you buy yourself.",),
)
NO_OPIOIDS: Final = LeafletSection(
    heading="No opioids",
    sentences=("Opioids are strong medicines, most of them for pain.", "They are in:"),
    points=(
        "many strong pain pills, such as tramadol",
        "some cough syrups, and some pills for diarrhoea",
        "methadone and buprenorphine.",
    ),
    closing=(
        "Before the first capsule, your body must be free of them. That takes 7 to 10 days for short-acting ones, "
        "tramadol too, and up to 14 days for methadone or buprenorphine. Ask your prescriber how long you must wait.",
        "Later, opioids can act more strongly on you than before. What was your usual dose can then be an overdose.",
        "Tell each doctor, dentist, nurse and pharmacist that you take naltrexone. If you need surgery, tell them as "
        "soon as you know, and ask when to stop the capsules.",
    ),
)
MISSED: Final = LeafletSection(
    heading="If you miss a dose",
    lead="Leave it out.",
    sentences=(
        "Take the next dose at the usual time.",
        "Never take two doses on one day.",
        "If you missed more than one day, call us before you go on.",
    ),
)
HOW_YOU_MAY_FEEL: Final = LeafletSection(
    heading="How you may feel",
    sentences=(
        "Some people have vivid dreams, sleep badly, get a headache, feel sick, or feel their heart beat fast.",
        "Call us if this troubles you or does not go away.",
    ),
)
WHEN_TO_CALL: Final = LeafletSection(
    heading="When to call",
    lead="Call an ambulance at once if it is hard to breathe, or if your face or throat swells.",
    sentences=(
        "Do the same if you took an opioid and get very sleepy or breathe slowly.",
        "Call us or your prescriber the same day if:",
    ),
    points=(
        "you took more capsules than the calendar says",
        "your skin or eyes turn yellow, your urine is dark, or your belly hurts",
        "you took an opioid, or need one.",
    ),
)


def how_to_take(time_of_day: TimeOfDay, last_day: str) -> LeafletSection:
    """How and when; the steps of the course stand below it."""
    return LeafletSection(
        heading="How to take it",
        lead=f"Take your capsules by mouth once a day, {TAKEN[time_of_day]}.",
        sentences=(
            "Swallow them whole with water, and do not open or split them.",
            "Take as many as this plan says, and no more.",
            *_SLEEP[time_of_day],
        ),
        closing=(
            f"Your supply lasts until {last_day}. Ask for more in good time, and do not change the dose yourself.",
        ),
    )


def storage(as_labelled: str) -> LeafletSection:
    """Where to keep them; `as_labelled` is the formulation's own text."""
    return LeafletSection(
        heading="How to keep it",
        sentences=(
            as_labelled,
            "Keep the capsules in their bottle, where no child can reach them.",
            "Do not take them after the beyond-use date on the label.",
            "Bring back what you do not need, and do not share it.",
        ),
    )


def next_check(sentence: str) -> LeafletSection:
    """The reassessment; `sentence` has its dates."""
    return LeafletSection(
        heading="Your next check",
        lead=sentence,
        sentences=("You will talk about how you feel, and if the dose is right.",),
        to_write=("My appointment", "What I noticed: sleep, dreams, pain", "", "", "What I want to ask", ""),
    )
