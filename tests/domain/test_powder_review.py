"""What no powder can be, and what nobody asked for: slips that leave every figure readable."""

from tests.domain.orders import a_filler, an_active, an_order
from tests.domain.orders import planned as planned_batches
from tests.domain.test_findings import findings


def test_a_fill_of_less_than_half_of_what_the_capsule_holds_is_seen() -> None:
    message = findings(an_order(fill_per_capsule="67.4 mg"))["implausible-fill"]["message"]
    assert message.startswith("The fill of 67.4 mg is not half of the 135.0 mg that size 3 holds tapped")
    assert "implausible-fill" not in findings(an_order(fill_per_capsule="67.5 mg"))


def test_a_fill_of_exactly_half_is_half_though_its_parts_do_not_come_out_even() -> None:
    """0.13 mL of 0.26 g/mL is 33.8 mg, half of what it is tapped; the drug's part of it is 2.039364… mg."""
    powder: dict[str, object] = {"pack_statistics": None, "density": "0.26 g/mL"}
    parted = {"substance": "naltrexone", "assay_basis": "dried", "loss_on_drying_percent": "6.96"}
    order = an_order(
        "2 mg", active=an_active(**powder, **parted), filler=a_filler(**powder, tapped_density="0.52 g/mL")
    )
    changes = {"capsule_size": "5", "active_overage_percent": "5"}
    assert "implausible-fill" not in findings({**order, **changes})


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
