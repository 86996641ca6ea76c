"""On a machine that lacks something, set-up installs it where it may, and otherwise says so in one sentence."""

import os
import subprocess
from pathlib import Path

import pytest

PAPER = ("libpangoft2-1.0-0", "libharfbuzz-subset0")
Answer = subprocess.CompletedProcess[str]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of commands that stand before the machine's own; here: no administrator, and none to be asked."""
    pretend(tmp_path, "id", "echo 1000")
    pretend(tmp_path, "sudo", "exit 1")
    return tmp_path


def pretend(machine: Path, command: str, does: str) -> None:
    """Put a command before the machine's own of that name."""
    script = machine / command
    script.write_text(f'#!/bin/sh\necho "{command} $*" >> {machine}/asked\n{does}\n')
    script.chmod(0o755)


def asked(machine: Path) -> list[str]:
    """Which of the pretended commands were used, and how."""
    return (machine / "asked").read_text().splitlines()


def run(machine: Path, *command: str | Path) -> Answer:
    """Run the command on that machine."""
    environment = {**os.environ, "PATH": f"{machine}:/usr/bin:/bin"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_who_may_not_install_is_told_the_packages_in_one_sentence(checkout: Path, machine: Path) -> None:
    answer = run(machine, checkout / ".ci" / "packages", *PAPER)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert f"apt-get install {' '.join(PAPER)}" in answer.stderr


def test_an_administrator_gets_the_packages_without_being_asked(checkout: Path, machine: Path) -> None:
    pretend(machine, "id", "echo 0")
    pretend(machine, "apt-get", "exit 0")
    answer = run(machine, checkout / ".ci" / "packages", *PAPER)
    assert answer.returncode == 0
    assert asked(machine)[-1] == f"apt-get install -qq -y --no-install-recommends {' '.join(PAPER)}"


def test_who_needs_no_password_installs_through_sudo(checkout: Path, machine: Path) -> None:
    pretend(machine, "sudo", 'shift; exec "$@"')
    pretend(machine, "apt-get", "exit 0")
    answer = run(machine, checkout / ".ci" / "packages", *PAPER)
    assert answer.returncode == 0
    assert [line.split()[0] for line in asked(machine)] == ["id", "sudo", "sudo", "apt-get"]


def test_a_fresh_machine_reads_the_list_of_packages_first(checkout: Path, machine: Path) -> None:
    pretend(machine, "id", "echo 0")
    pretend(machine, "apt-get", f'[ "$1" = update ] && touch {machine}/listed; [ -e {machine}/listed ]')
    answer = run(machine, checkout / ".ci" / "packages", *PAPER)
    assert answer.returncode == 0
    assert [line.split()[1] for line in asked(machine)[1:]] == ["install", "update", "install"]


def test_libraries_that_are_there_are_not_installed_again(checkout: Path, machine: Path) -> None:
    pretend(machine, "a-python-that-finds-them", "exit 0")
    answer = run(machine, checkout / ".ci" / "paper", "a-python-that-finds-them")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_a_machine_with_an_older_python_is_told_so(checkout: Path, machine: Path) -> None:
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        pretend(machine, name, "exit 1")
    answer = run(machine, checkout / ".ci" / "python")
    assert answer.returncode == 1
    assert "Python 3.11 or newer" in answer.stderr


def test_a_newer_python_beside_an_older_one_is_found(checkout: Path, machine: Path) -> None:
    pretend(machine, "python3", "exit 1")
    pretend(machine, "python3.14", "exit 1")
    pretend(machine, "python3.13", "exit 0")
    assert run(machine, checkout / ".ci" / "python").stdout == "python3.13\n"


def test_a_python_without_venv_names_the_package_of_its_version(checkout: Path, machine: Path) -> None:
    pretend(machine, "python3", 'case "$2" in *ensurepip*) exit 1;; *print*) echo python3.12-venv;; esac')
    answer = run(machine, checkout / ".ci" / "python")
    assert answer.returncode == 1
    assert "apt-get install python3.12-venv" in answer.stderr
