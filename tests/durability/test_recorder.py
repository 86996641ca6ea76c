"""The recorder sees all that a program does to its files, and says so where it cannot be built."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.recorder import Kind, recorder_of, require_compiler


def test_the_recorder_sees_every_way_that_a_file_is_changed(recorder_library: Path, tmp_path: Path) -> None:
    recorder = recorder_of(recorder_library, tmp_path / "watched")
    recorder.folder.mkdir()
    program = (
        "import os, sys; os.chdir(sys.argv[1]); here = os.getcwd()\n"
        "file = os.open(f'{here}/a', os.O_RDWR | os.O_CREAT); os.write(file, b'one'); os.pwrite(file, b'two', 8)\n"
        "os.fsync(file); os.ftruncate(file, 2); os.fdatasync(file); os.close(file)\n"
        "os.rename(f'{here}/a', f'{here}/b'); os.link(f'{here}/b', f'{here}/c'); os.unlink(f'{here}/b')\n"
    )
    environment = {**os.environ, **recorder.environment()}
    subprocess.run([sys.executable, "-c", program, recorder.folder], env=environment, check=True)
    done = [(event.kind, event.offset, event.data) for event in recorder.events()]
    here = str(recorder.folder).encode()
    assert done == [
        (Kind.OPENED, 0, here + b"/a"),
        (Kind.WRITTEN, 0, b"one"),
        (Kind.WRITTEN, 8, b"two"),
        (Kind.SYNCED, 0, b""),
        (Kind.TRUNCATED, 2, b""),
        (Kind.SYNCED, 0, b""),
        (Kind.RENAMED, 0, here + b"/a\0" + here + b"/b"),
        (Kind.LINKED, 0, here + b"/b\0" + here + b"/c"),
        (Kind.UNLINKED, 0, here + b"/b"),
    ]


def test_what_the_recorder_lets_fail_fails_as_often_as_it_was_told_and_is_not_recorded(
    recorder_library: Path, tmp_path: Path
) -> None:
    recorder = recorder_of(recorder_library, tmp_path / "watched")
    recorder.folder.mkdir()
    recorder.fail(Kind.WRITTEN, error=errno.ENOSPC, after=1)
    program = (
        "import os, sys; file = os.open(sys.argv[1] + '/a', os.O_RDWR | os.O_CREAT); os.write(file, b'one')\n"
        "try: os.write(file, b'two')\n"
        "except OSError as error: print(error.errno)\n"
        "os.write(file, b'three')\n"
    )
    environment = {**os.environ, **recorder.environment()}
    run = subprocess.run(
        [sys.executable, "-c", program, recorder.folder], env=environment, check=True, capture_output=True, text=True
    )
    assert run.stdout == f"{errno.ENOSPC}\n"
    assert [event.data for event in recorder.events() if event.kind is Kind.WRITTEN] == [b"one", b"three"]
    assert recorder.heal() == 1


def test_without_a_compiler_the_tests_say_in_one_sentence_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, does in {"sh": 'exec /bin/sh "$@"', "dirname": "exit 0", "id": "echo 1000", "sudo": "exit 1"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="apt-get install gcc libc6-dev") as missing:
        require_compiler()
    assert str(missing.value).startswith("The durability tests need system packages")
    assert "\n" not in str(missing.value)
