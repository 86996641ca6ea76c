"""What no powder can be, and what nobody asked for: slips that leave every figure readable."""

from tests.domain.orders import a_filler, an_active, an_order
from tests.domain.orders import planned as planned_batches
from tests.domain.test_findings import findings


def test_a_fill_of_less_than_half_of_what_the_capsule_holds_is_seen() -> None:
    message = findings(an_order(fill_per_capsule="67.4 mg"))["implausible-fill"]["message"]
    assert message.startswith("The fill of 67.4 mg is not half of the 135.0 mg that size 3 holds tapped")
    assert "implausible-fill" not in findings(an_order(fill_per_capsule="67.5 mg"))


def test_a_strength_made_for_the_shelf_beside_all_that_is_asked_for_is_no_slip() -> None:
    order = an_order(strengths=[{"strength": "3 mg", "capsules": 100}, {"strength": "1.5 mg", "capsules": 100}])
    shelf, _ = planned_batches({**order, "asked_for": ["1.5 mg"]})
    assert "strength-not-asked-for" not in {finding["code"] for finding in shelf["findings"]}


def test_a_density_that_no_powder_has_is_seen() -> None:
    by_density = {"pack_statistics": None, "density": "4.5 g/mL"}
    order = an_order(active=an_active(**by_density), filler=a_filler(pack_statistics=None, density="0.3 g/mL"))
    assert "would have 4.5 g/mL" in findings(order)["implausible-packing"]["message"]


def test_a_second_lot_is_looked_at_too() -> None:
    powder = an_active(pack_statistics={"3": "18 mg"})
    order = an_order("0.5 mg", next_active={"powder": powder, "first_gives": "25 mg"})
    assert "second lot would have 0.06 g/mL" in findings(order)["implausible-packing"]["message"]


def test_a_volume_that_is_not_known_asks_nothing() -> None:
    order = an_order(active=an_active(pack_statistics={"3": "29 mg"}), capsule_volumes={"2": "0.37 mL"})
    assert "implausible-packing" not in findings(order)
