"""`compounder balance` as it is typed: readings on standard output, reasons on standard error, and a status."""

import subprocess
import sys
from signal import SIGINT

import pytest
from click.testing import CliRunner

from compounder.cli import main
from compounder.instruments import balance as balances
from tests.instruments.played import a_terminal, an_adapter, answers, sends
from tests.instruments.played_server import a_server

MOVING_THEN_STABLE = b"S D      99.98 g\r\nS D      99.99 g\r\nS S     100.00 g\r\n"
PROGRAM = (sys.executable, "-c", "from compounder.cli import main; main()", "balance")


def called(*arguments: str) -> tuple[int, str, str]:
    ended = CliRunner().invoke(main, ["balance", *arguments])
    return ended.exit_code, ended.stdout, ended.stderr


def test_one_stable_reading_is_asked_for_over_tcp() -> None:
    with an_adapter(answers(b"SIR\r\n", MOVING_THEN_STABLE)) as (host, port):
        answer = called("--tcp", f"{host}:{port}", "--protocol", "mt-sics", "--once")
    assert answer == (0, "100.00 g\n", "The balance has not come to rest; wait until its reading stands.\n")


def test_a_running_command_prints_each_reading_of_a_serial_line_and_hushes_the_balance_when_it_is_stopped() -> None:
    with a_terminal() as terminal:
        arguments = [*PROGRAM, "--port", terminal.path, "--protocol", "mt-sics"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            for _ in range(20):
                if terminal.heard():
                    break
            terminal.send(MOVING_THEN_STABLE + b"S S     100.00 g\r\nS D      80.00 g\r\nS S    1250.5 mg\r\n")
            terminal.send(b"S S     1250.5 mg\r\n")
            assert [running.stdout.readline(), running.stdout.readline()] == ["100.00 g\n", "1250.5 mg\n"]
            running.send_signal(SIGINT)
            running.wait(10)
            assert terminal.heard() == b"SI\r\n"


def test_what_sbi_sends_at_its_print_key_is_printed() -> None:
    with an_adapter(sends(b"+   123.56    \r\n", b"N     +   123.56 g  \r\n")) as (host, port):
        arguments = [*PROGRAM, "--tcp", f"{host}:{port}", "--protocol", "sbi"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == "123.56 g\n"
            running.send_signal(SIGINT)
            running.wait(10)


def test_a_balance_that_never_answers_ends_with_status_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balances, "SILENCES", 1)
    with a_terminal() as terminal:
        status, said, complaint = called("--port", terminal.path, "--protocol", "sbi", "--once", "--baud", "1200")
    assert (status, said) == (2, "")
    assert complaint == (
        f"Error: The balance at {terminal.path} does not answer; look at its cable, protocol, speed and parity.\n"
    )


def test_a_balance_that_is_not_there_ends_with_status_two() -> None:
    status, said, complaint = called("--port", "/dev/nothing", "--protocol", "mt-sics", "--once")
    assert (status, said) == (2, "")
    assert complaint.startswith("Error: The balance at /dev/nothing cannot be reached")
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--protocol", "sbi"), "Name either --port or --tcp."),
        (("--protocol", "sbi", "--port", "/dev/x", "--tcp", "h:1"), "Name either --port or --tcp."),
        (("--protocol", "sbi", "--tcp", "4001"), "4001 is no address; write it as 10.0.0.7:4001."),
        (("--protocol", "sbi", "--tcp", "host:70000"), "host:70000 is no address"),
        (("--protocol", "sbi", "--tcp", "host:٤٠٠١"), "is no address"),
        (("--protocol", "xbpi", "--port", "/dev/x"), "'xbpi' is not one of 'mt-sics', 'sbi'"),
        (("--protocol", "sbi", "--port", "/dev/x", "--baud", "9601"), "'9601' is not one of"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...], complaint: str) -> None:
    status, said, complaints = called(*arguments)
    assert (status, said) == (2, "")
    assert complaint in complaints


def offered(*arguments: str, token: str = "t" * 43) -> tuple[int, str, str]:
    """The same, with a token in the environment."""
    ended = CliRunner().invoke(main, ["balance", *arguments], env={"COMPOUNDER_TOKEN": token})
    return ended.exit_code, ended.stdout, ended.stderr


def test_a_reading_is_printed_and_offered_to_the_server() -> None:
    with a_server() as played, an_adapter(answers(b"SIR\r\n", b"S S     100.00 g\r\n")) as (host, port):
        where = ("--tcp", f"{host}:{port}", "--server", played.address, "--name", "B1")
        assert offered(*where, "--protocol", "mt-sics", "--once") == (0, "100.00 g\n", "")
    assert played.documents[0]["line"] == "S S     100.00 g"
    assert played.asked[0][1] == f"Bearer {'t' * 43}"


def test_a_reading_that_the_server_refuses_is_printed_and_ends_with_status_two() -> None:
    refusal = (422, {"detail": '"B9" is not a balance of this pharmacy; choose B1.'})
    with a_server(refusal) as played, an_adapter(answers(b"SIR\r\n", b"S S     100.00 g\r\n")) as (host, port):
        where = ("--tcp", f"{host}:{port}", "--server", played.address, "--name", "B9")
        status, said, complaint = offered(*where, "--protocol", "mt-sics", "--once")
    assert (status, said) == (2, "100.00 g\n")
    assert complaint == '100.00 g was not offered: "B9" is not a balance of this pharmacy; choose B1.\n'


@pytest.mark.parametrize(
    ("arguments", "token", "complaint"),
    [
        (("--server", "http://127.0.0.1:1"), "t", "Name both --server and --name, or neither."),
        (("--name", "B1"), "t", "Name both --server and --name, or neither."),
        (("--name", "B1", "--server", "http://127.0.0.1:1"), "", "Put a token from Account"),
        (("--name", "B1", "--server", "http://127.0.0.1:1"), "a\r\nb: c", "Put a token from Account"),
        (("--name", "B1", "--server", "http://10.0.0.7:1"), "t", "use https"),
    ],
)
def test_what_would_reach_no_server_is_refused_before_anything_is_read(
    arguments: tuple[str, ...], token: str, complaint: str
) -> None:
    status, said, complaints = offered("--protocol", "sbi", "--port", "/dev/nothing", *arguments, token=token)
    assert (status, said) == (2, "")
    assert complaint in complaints
