"""Stable readings out of what a balance sends: each once as it comes to rest, none while it moves."""

from collections.abc import Iterator

import pytest

from compounder.domain.errors import CompoundingError
from compounder.instruments.balance import PROTOCOLS, SILENCES, readings_asked_for, readings_sent
from compounder.instruments.connection import Connection
from compounder.instruments.ports import TcpPort
from tests.instruments.balance_lines import mt_sics_line, sbi_line
from tests.instruments.played import WAIT, Heard, an_adapter, answers, sends

MT_SICS, SBI = PROTOCOLS["mt-sics"], PROTOCOLS["sbi"]


class Script:
    """A port that gives one piece a read, silence where the piece is empty, and stops the test at its end."""

    name = "script"

    def __init__(self, *lines: str) -> None:
        self._pieces = [f"{line}\r\n".encode("latin-1") if line else b"" for line in lines]
        self.said: list[bytes] = []

    def open(self) -> None: ...
    def close(self) -> None: ...

    def read(self) -> bytes:
        if not self._pieces:
            raise ScriptEnds
        return self._pieces.pop(0)

    def write(self, data: bytes) -> None:
        self.said.append(data)


class ScriptEnds(CompoundingError):
    pass


def asked(script: Script, told: Heard) -> list[str]:
    with Connection(script, told=told) as balance:
        return until_the_end(readings_asked_for(balance, MT_SICS, told=told))


def until_the_end(readings: Iterator[object]) -> list[str]:
    found: list[str] = []
    with pytest.raises(ScriptEnds):
        found.extend(reading.text for reading in readings)  # type: ignore[attr-defined]  # any kind of reading
    return found


def moving(figure: str) -> str:
    return mt_sics_line(figure, status="D")


def test_a_reading_that_stands_is_given_once() -> None:
    lines = [moving("99.98"), *[mt_sics_line("100.00")] * 5, moving("50.00"), *[mt_sics_line("0.00")] * 3]
    assert asked(Script(*lines), Heard()) == ["100.00 g", "0.00 g"]


def test_two_capsules_of_one_weight_are_two_readings() -> None:
    one = [moving("0.1"), mt_sics_line("0.168"), mt_sics_line("0.168")]
    assert asked(Script(*one, *one), Heard()) == ["0.168 g", "0.168 g"]


def test_of_a_reading_that_comes_again_it_is_said_whether_the_balance_moved() -> None:
    stands = mt_sics_line("158.30")
    lines = [stands, "", stands, "I", stands, moving("99.98"), stands, mt_sics_line("0.00"), stands, "S +", stands]
    with Connection(Script(*lines), told=Heard()) as balance:
        found: list[bool] = []
        with pytest.raises(ScriptEnds):
            found.extend(each.has_moved for each in readings_sent(balance, MT_SICS, told=Heard()))
    assert found == [False, False, False, True, True, True, True]


def test_two_presses_of_the_print_key_are_two_readings() -> None:
    script, told = Script(sbi_line("0.168"), "", sbi_line("0.168"), sbi_line("0.170")), Heard()
    with Connection(script, told=told) as balance:
        found = until_the_end(readings_sent(balance, SBI, told=told))
    assert found == ["0.168 g", "0.168 g", "0.170 g"]
    assert script.said == []  # the key asks, not the program


def test_why_a_line_is_no_reading_is_told_in_its_place() -> None:
    told = Heard()
    lines = (moving("1"), mt_sics_line("1", "ct"), "S +", "ES", "???", mt_sics_line("1.5"))
    assert asked(Script(*lines), told) == ["1.5 g"]
    assert told.names == ["Unstable", "ForeignUnit", "Overload", "CommandNotUnderstood", "UnreadableLine"]


def test_a_silent_balance_is_asked_and_one_that_streams_is_hushed_in_the_end() -> None:
    script = Script("", mt_sics_line("1.5"), mt_sics_line("1.5"), "", mt_sics_line("1.5"))
    assert asked(script, Heard()) == ["1.5 g", "1.5 g"]
    assert script.said == [b"SIR\r\n", b"SIR\r\n", b"SI\r\n"]


def test_a_balance_that_never_answers_is_told_once() -> None:
    told = Heard()
    assert asked(Script(*[""] * SILENCES * 3), told) == []
    assert told.names == ["BalanceSilent"]


def test_a_reading_keeps_the_line_as_its_evidence() -> None:
    with an_adapter(answers(b"SIR\r\n", b"S S     158.30 mg\r\n")) as (host, port):
        told = Heard()
        with Connection(TcpPort(host, port, wait=WAIT), told=told) as balance:
            reading = next(readings_asked_for(balance, MT_SICS, told=told))
    assert (reading.text, reading.line) == ("158.30 mg", "S S     158.30 mg")


def test_a_weighing_goes_on_after_the_cable_was_out() -> None:
    whole = b"S D     100.00 g\r\nS S     100.00 g\r\n"
    with an_adapter(sends(whole, b"S S     2"), sends(b"50.00 g\r\n", whole)) as (host, port):
        told = Heard()
        with Connection(TcpPort(host, port, wait=WAIT), told=told, pause=WAIT) as balance:
            readings = readings_sent(balance, MT_SICS, told=told)
            assert [next(readings).text, next(readings).text] == ["100.00 g", "100.00 g"]
    assert told.names == ["Unstable", "BalanceLost", "UnreadableLine", "Unstable"]
