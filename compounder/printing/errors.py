"""Why a paper cannot be printed."""

from compounder.domain.errors import CompoundingError


class LabelDoesNotFit(CompoundingError):
    """The words of a label need more room than its stock has; none is left out or made smaller."""

    code = "label-does-not-fit"
    title = "The label does not fit"
    lot_number: str
    stock: str

    def __str__(self) -> str:
        return f"The label of lot {self.lot_number} does not fit {self.stock}; choose a larger stock or shorter texts."


class LeafletNotWritten(CompoundingError):
    """The leaflet's texts are about naltrexone; of another drug they would be untrue."""

    code = "leaflet-not-written"
    title = "There is no leaflet of this drug"
    substance: str

    def __str__(self) -> str:
        return f"The leaflet is about naltrexone; none is written about {self.substance}."


class NothingToPrint(CompoundingError):
    code = "nothing-to-print"
    title = "Nothing to print"
    what: str

    def __str__(self) -> str:
        return f"There are no {self.what} to print; choose at least one."


class NotOnThisSheet(CompoundingError):
    code = "not-on-this-sheet"
    title = "No such place on the sheet"
    read: int
    places: int

    def __str__(self) -> str:
        return f"Place {self.read} was asked for; this stock has places 1 to {self.places}."


class ResourceRefused(CompoundingError):
    """A template asked for something that is not bundled: a fault in the program, never in what was entered."""

    code = "resource-refused"
    title = "A paper asked for an outside file"
    asked_for: str

    def __str__(self) -> str:
        return f"A paper asked for {self.asked_for}, which is not part of the program; it was not printed."
