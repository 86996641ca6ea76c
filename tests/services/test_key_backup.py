"""The keys, kept apart from the records and put back where there are none."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from compounder.database.backup_errors import Damaged, NoKeys, NotABackup, NotReadable, StandsAlready
from compounder.domain.errors import CompoundingError
from compounder.services.backup import back_up
from compounder.services.form_key import form_key
from compounder.services.key_backup import back_up_keys, restore_keys
from compounder.settings import Settings
from tests.services.backups import a_place, left_in
from tests.services.orders import Bench


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    """A workspace with two keys."""
    form_key(tmp_path / "keys")
    (tmp_path / "keys" / "another.key").write_bytes(bytes(range(32)))
    return a_place(tmp_path)


@pytest.fixture
def file(place: Settings, tmp_path: Path) -> Path:
    """Their backup."""
    back_up_keys(place, tmp_path / "keys.tar")
    return tmp_path / "keys.tar"


@pytest.fixture
def new(tmp_path: Path) -> Settings:
    """A workspace without keys."""
    return a_place(tmp_path / "new")


def refused(new: Settings, file: Path, kind: type[CompoundingError], said: str) -> None:
    """The file is refused, and no key is kept."""
    with pytest.raises(kind, match=said):
        restore_keys(new, file)
    assert not new.keys.exists()


def archive(file: Path, **keys: bytes) -> None:
    """A tar archive with these members."""
    with tarfile.open(file, "w") as opened:
        for name, content in keys.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            opened.addfile(member, BytesIO(content))


@pytest.mark.parametrize("is_there", [True, False])
def test_keys_come_back_as_they_were_and_their_owners_alone(
    file: Path, place: Settings, new: Settings, is_there: bool
) -> None:
    if is_there:
        new.keys.mkdir(parents=True)
    assert restore_keys(new, file) == ("another.key", "forms.key")
    assert left_in(new.keys) == ["another.key", "forms.key"]
    for key in new.keys.iterdir():
        assert key.read_bytes() == (place.keys / key.name).read_bytes()
        assert key.stat().st_mode & 0o777 == 0o600
    assert new.keys.stat().st_mode & 0o777 == 0o700
    assert left_in(new.home) == ["keys"]


def test_the_file_of_keys_is_its_owners_alone_and_read_without_this_program(file: Path, tmp_path: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "-xf", file, "-C", tmp_path / "out"], check=True)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out", check=True)


def test_no_backup_holds_a_key(sqlite_bench: Bench, place: Settings, tmp_path: Path) -> None:
    kept = back_up(place, tmp_path / "kept").file.read_bytes()
    for key in place.keys.iterdir():
        assert key.read_bytes() not in kept
        assert key.read_bytes().hex().encode() not in kept


def test_keys_that_stand_there_are_not_touched(file: Path, place: Settings) -> None:
    before = {key.name: key.read_bytes() for key in place.keys.iterdir()}
    with pytest.raises(StandsAlready, match="move the keys in it away"):
        restore_keys(place, file)
    with pytest.raises(StandsAlready, match="name a new file"):
        back_up_keys(place, file)
    assert {key.name: key.read_bytes() for key in place.keys.iterdir()} == before


def test_a_workspace_without_keys_is_told_so(new: Settings, tmp_path: Path) -> None:
    with pytest.raises(NoKeys, match="look at COMPOUNDER_KEYS"):
        back_up_keys(new, tmp_path / "keys.tar")
    assert left_in(tmp_path) == []


def test_a_key_that_was_changed_is_refused(file: Path, new: Settings) -> None:
    content = bytearray(file.read_bytes())
    content[content.index(bytes(range(32)))] ^= 1
    file.write_bytes(content)
    refused(new, file, Damaged, "a key in it is not as it was kept")


@pytest.mark.parametrize("part", [0, 100, 600, 1_100])
def test_a_truncated_file_of_keys_is_refused(file: Path, new: Settings, part: int) -> None:
    file.write_bytes(file.read_bytes()[:part])
    refused(new, file, NotABackup, "is no backup of Compounder's keys")


def test_what_is_no_file_of_keys_is_refused(file: Path, new: Settings, tmp_path: Path) -> None:
    refused(new, tmp_path / "nowhere", NotReadable, "No such file or directory")
    refused(new, tmp_path, NotReadable, "Is a directory")
    file.write_text("keys " * 999, encoding="utf-8")
    refused(new, file, NotABackup, "if it was packed or encrypted")
    archive(file, readme=b"no list of hashes")
    refused(new, file, NotABackup, "is no backup of Compounder's keys")


@pytest.mark.parametrize("name", ["../forms.key", "/tmp/forms.key", "keys/forms.key"])
def test_a_key_goes_nowhere_else(file: Path, new: Settings, tmp_path: Path, name: str) -> None:
    archive(file, **{name: b"x"})
    before = left_in(tmp_path)
    refused(new, file, NotABackup, "is no backup of Compounder's keys")
    assert left_in(tmp_path) == before


def test_a_key_that_is_no_plain_file_is_refused(file: Path, new: Settings) -> None:
    with tarfile.open(file, "w") as opened:
        link = tarfile.TarInfo("forms.key")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        opened.addfile(link)
    refused(new, file, NotABackup, "is no backup of Compounder's keys")
