"""`compounder verify`, `proof` and `public-key` as they are typed, and the script that needs no Compounder."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from shutil import copy, copytree
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from tests.cli.typed import Answer, started, typed
from tests.services.proved import attacking, fill, settings_at, statement

CHECKER = Path(__file__).parents[2] / "docs" / "check_proof.py"
BATCH, TRITURATION = "261121A001K", "261121A003G"


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a small pharmacy in it, to be copied."""
    home = tmp_path_factory.mktemp("filled")
    copy(sqlite_template, home / "compounder.db")
    fill(settings_at(f"sqlite:///{home / 'compounder.db'}", home))
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A copy of that workspace."""
    return Path(copytree(filled, tmp_path / "home"))


def checked(*files: Path, without_signatures: bool = False) -> Answer:
    """What the script answers; with -S and -I nothing but the standard library can be imported."""
    alone = ["-S", "-I"] if without_signatures else []
    return subprocess.run([sys.executable, *alone, CHECKER, *files], capture_output=True, text=True, timeout=60)


def change(home: Path, text: str) -> None:
    """What somebody does who holds the file."""
    with attacking(f"sqlite:///{home / 'compounder.db'}") as connection:
        statement(text)(connection)


def checkpoint_of(home: Path) -> str:
    """The newest checkpoint that was signed."""
    engine = sa.create_engine(f"sqlite:///{home / 'compounder.db'}")
    with engine.connect() as connection:
        text = connection.execute(sa.text("SELECT text FROM checkpoints ORDER BY size DESC")).scalar()
    engine.dispose()
    return str(text)


def test_all_is_well_in_one_sentence(home: Path) -> None:
    answer = started(home, "verify", "--checkpoint", checkpoint_of(home))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("Nothing was changed: 22 entries, every row that they made and 3 checkpoints are")
    assert answer.stdout.count("\n") == 1


def test_each_change_is_a_sentence_and_the_status_is_one(home: Path) -> None:
    change(home, "UPDATE journal SET actor = 'Somebody' WHERE number = 6")
    change(home, "UPDATE batches SET capsules = 200 WHERE lot_number = '261121A002I'")
    answer = typed(home, "verify")
    assert (answer.returncode, answer.stderr) == (1, "")
    assert answer.stdout.splitlines() == [
        "Entry 6 (lot received: Hillcrest: NTX-2411) is not what was written: its leaf hash does not fit.",
        "Batch 261121A002I is not what entry 13 says: capsules changed beside it.",
        "2 findings: the records were changed.",
    ]


def test_the_answer_as_a_document_names_the_entries(home: Path) -> None:
    change(home, "DELETE FROM journal WHERE number = 6")
    answer = typed(home, "verify", "--json")
    document = json.loads(answer.stdout)
    assert answer.returncode == 1
    assert {"sentence": "Entry 6 is missing from the journal.", "entry": 6} in document["findings"]
    assert (document["entries"], document["is_key_known"]) == (22, True)


def test_a_cut_tail_shows_against_the_checkpoint_on_paper(home: Path) -> None:
    paper = checkpoint_of(home)
    change(home, "DELETE FROM checkpoints")
    change(home, "DELETE FROM journal WHERE number = 22")
    answer = typed(home, "verify", "--checkpoint", paper)
    assert answer.returncode == 1
    assert "The journal ends at entry 21, and had 22 when a checkpoint was signed" in answer.stdout


def test_the_public_key_may_be_used_elsewhere(home: Path, tmp_path: Path) -> None:
    exported = started(home, "public-key")
    public = tmp_path / "pharmacy.pub"
    public.write_text(exported.stdout, encoding="ascii")
    (home / "keys").rename(tmp_path / "put away")
    answer = typed(home, "verify", "--key", str(public))
    assert (exported.returncode, answer.returncode, (home / "keys").exists()) == (0, 0, False)
    assert "only the database vouches for" not in answer.stdout
    assert "only the database vouches for" in typed(home, "verify").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "--checkpoint", "COMPOUNDER 1 A"), "Type or scan all of it"),
        (("verify", "--key", "nothing.pub"), "nothing.pub"),
        (("proof", "261121A0099"), "There is no record 261121A0099 here"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(home: Path, words: tuple[str, ...], said: str) -> None:
    answer = typed(home, *words)
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert said in answer.stderr


def test_nothing_is_made_where_there_is_no_workspace(tmp_path: Path) -> None:
    for words in (("verify",), ("proof", BATCH)):
        answer = typed(tmp_path / "nowhere", *words)
        assert (answer.returncode, "there is no such file" in answer.stderr) == (2, True)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("lot_number", [BATCH, TRITURATION])
def test_a_proof_is_checked_without_this_program(home: Path, tmp_path: Path, lot_number: str) -> None:
    file, public = tmp_path / "proof.json", tmp_path / "journal.pub"
    file.write_text(typed(home, "proof", lot_number).stdout, encoding="utf-8")
    public.write_text(typed(home, "public-key").stdout, encoding="ascii")
    assert file.stat().st_size < 30_000
    for answer in (checked(file), checked(file, public), checked(file, without_signatures=True)):
        assert (answer.returncode, answer.stderr) == (0, "")
        assert f"planned of {lot_number}" in answer.stdout
        assert "PROVED: stood so in the journal of 22 entries" in answer.stdout
    assert "made with the key given" in checked(file, public).stdout
    assert "not checked" in checked(file, without_signatures=True).stdout
    assert typed(home, "verify", "--checkpoint", json.loads(file.read_text())["checkpoint"]).returncode == 0


def test_a_bundle_is_checked_without_this_program(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    kept = started(home, "bundle", BATCH, "--out", str(file))
    assert (kept.returncode, kept.stderr) == (0, "")
    assert kept.stdout.splitlines()[1] == f"SHA-256 {sha256(file.read_bytes()).hexdigest()}"
    ZipFile(file).extractall(tmp_path)
    answer = checked(tmp_path / "proof.json")
    assert (answer.returncode, "voided of 261121A001K" in answer.stdout) == (0, True)
    for words, said in (((BATCH, "--out", str(file)), "stands there already"), ((TRITURATION,), "There is no batch")):
        refused = typed(home, "bundle", *words)
        assert (refused.returncode, refused.stdout, said in refused.stderr) == (2, "", True)


def test_the_script_without_a_file_says_what_it_wants() -> None:
    answer = checked()
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert answer.stderr.startswith("Name the file of the proof")


def test_a_proof_of_something_else_proves_nothing(home: Path, tmp_path: Path) -> None:
    file, public = tmp_path / "proof.json", tmp_path / "journal.pub"
    text = started(home, "proof", BATCH).stdout
    public.write_text(typed(home, "public-key").stdout, encoding="ascii")
    proof = json.loads(text)
    path = proof["entries"][0]["path"]
    forged = {
        "another strength": text.replace("1.5 mg", "1.6 mg"),
        "another subject": text.replace(f'"subject": "{BATCH}"', '"subject": "261121A002I"'),
        "another size": text.replace("COMPOUNDER 1 A 22 ", "COMPOUNDER 1 A 23 "),
        "another step": text.replace(path[0], path[1]),
        "one step less": json.dumps({**proof, "entries": [{**proof["entries"][0], "path": path[:-1]}]}),
    }
    for forgery in forged.values():
        file.write_text(forgery, encoding="utf-8")
        answer = checked(file, public)
        assert (answer.returncode, answer.stderr[:10]) == (1, "NOT PROVED")


def test_a_journal_that_does_not_hold_proves_nothing(home: Path) -> None:
    change(home, "UPDATE journal SET actor = 'Somebody' WHERE number = 6")
    answer = typed(home, "proof", BATCH)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "Run compounder verify" in answer.stderr
