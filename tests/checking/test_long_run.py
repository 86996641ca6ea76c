"""The long run of the two reckonings draws every order anew from seed and number, and says what it met."""

from bench.agreement import compared, last_line, part


def test_a_part_is_its_orders_whatever_the_parts() -> None:
    whole = part(7, 60, 0)
    assert (whole.met["orders"], whole.differing) == (60, [])
    assert whole.met == sum((compared(7, number).met for number in range(60)), start=type(whole.met)())


def test_the_last_line_says_how_many_were_answered_and_how() -> None:
    line = last_line(part(7, 12, 0), 7)
    assert line.startswith("12 random orders of seed 7: 0 disagreements. Answered ")
    assert "with triturations" in line
