"""Refusals in the care of patients, when the facts in the workspace say otherwise. None of them names a patient."""

from compounder.domain.errors import CompoundingError, as_read


class PatientErased(CompoundingError):
    code = "patient-erased"
    title = "The patient is erased"
    identifier: str

    def __str__(self) -> str:
        return f"Patient {self.identifier} was erased; add the patient anew to prescribe again."


class PatientChanged(CompoundingError):
    """Somebody else corrected the patient while the form was open."""

    code = "patient-changed"
    title = "The patient was changed meanwhile"

    def __str__(self) -> str:
        return "Somebody else changed this patient meanwhile; open the form again and look at what stands there now."


class PatientKnown(CompoundingError):
    """The same name and birth date stand there already."""

    code = "patient-known"
    title = "The patient is known already"
    identifier: str
    field_name: str = "is_another"

    def __str__(self) -> str:
        return f"Patient {self.identifier} has this name and birth date; go on there, or say it is another person."


class StillOpen(CompoundingError):
    """A patient is erased only when nothing waits for them any more."""

    code = "prescriptions-still-open"
    title = "Prescriptions are still open"
    numbers: tuple[str, ...]

    def __str__(self) -> str:
        named = " and ".join(self.numbers[:3])
        return f"Still open: prescription {named}; fill or cancel first, then erase the patient."


class NotToldYet(CompoundingError):
    """A patient whom an open recall has not reached: once erased, nobody could tell them any more."""

    code = "not-told-yet"
    title = "A recall has not reached them"
    number: str

    def __str__(self) -> str:
        return f"Recall {self.number} has not reached them: write down that they were told, or close it, then erase."


class NumberTaken(CompoundingError):
    code = "number-taken"
    title = "The number is taken"
    number: str
    field_name: str = "number"

    def __str__(self) -> str:
        return f"A prescription {self.number} is here already; write another number, or leave it to us."


class PrescriptionStopped(CompoundingError):
    """A finding that nobody can override."""

    code = "prescription-stopped"
    title = "The prescription cannot be stored"
    because: str

    def __str__(self) -> str:
        return self.because


class WrittenLater(CompoundingError):
    """A prescription is not written after the day it is entered."""

    code = "written-later"
    title = "Written on a later day"
    written_on: str
    field_name: str = "written_on"

    def __str__(self) -> str:
        return f"{self.written_on} is still to come; write the day on which the prescriber signed it."


class ProtocolTaken(CompoundingError):
    """Another protocol has this code, or is offered under this name."""

    code = "protocol-taken"
    title = "Another protocol is called so"
    read: str
    field_name: str

    def __str__(self) -> str:
        return f"Another protocol is called {as_read(self.read)}; revise that one, or write something else here."


class OpioidListed(CompoundingError):
    code = "opioid-listed"
    title = "The name is on the list"
    name: str
    field_name: str = "name"

    def __str__(self) -> str:
        return f"{self.name} is on the list already; correct what stands there of it."


class WordedByYou(CompoundingError):
    """What patients read is read by a second person first."""

    code = "worded-by-you"
    title = "A second person approves it"
    version: int
    name: str

    def __str__(self) -> str:
        return f"Version {self.version} was worded by {self.name}; another pharmacist or owner reads and approves it."


class NeverReleased(CompoundingError):
    """A batch whose capsules never came to the shelf."""

    code = "never-released"
    title = "It was never released"
    lot_number: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} was never released, so none of its capsules is on the shelf."


class NotSoManyThere(CompoundingError):
    """More capsules are taken back or destroyed than there are; `where` is such as "of batch 261121A0078"."""

    code = "not-so-many-capsules"
    title = "There are not so many capsules"
    wanted: int
    there: int
    where: str
    field_name: str = "capsules"

    def __str__(self) -> str:
        return f"There are {self.there:,} capsules {self.where}, and {self.wanted:,} were entered; count them again."
