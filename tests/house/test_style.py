"""How the code reads: short functions, small files, no shrugging, one clock, and a reason for every exception."""

import ast
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.trees import nodes, parsed

LONGEST_FILE = 300
LONGEST_FUNCTION = 30
VAGUE_NAMES = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
PICKLES = {"pickle", "shelve", "marshal"}
CALENDARS = {"date", "datetime", "dt", "func", "Timestamp"}
EXCUSE = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no cover)(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[\w, -]+\])?")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Complaint = Callable[[ast.AST], bool]


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of the file."""
    return (node for node in nodes(path) if isinstance(node, Function))


def where(path: Path, node: ast.AST) -> str:
    """A place a person can jump to."""
    return f"{path}:{getattr(node, 'lineno', 1)}"


def length(function: Function) -> int:
    """The lines of the function, its docstring not counted: that is meant to be long enough."""
    first = function.body[0]
    docstring = first if ast.get_docstring(function) is not None else None
    return (function.end_lineno or 0) - function.lineno + 1 - (lines_of(docstring) if docstring else 0)


def lines_of(node: ast.stmt) -> int:
    """How many lines the statement takes."""
    return (node.end_lineno or 0) - node.lineno + 1


def has_reason(path: Path, function: Function) -> bool:
    """Whether a comment on the lines of the function's heading says why it is long."""
    heading = path.read_text(encoding="utf-8").splitlines()[function.lineno - 1 : function.body[0].lineno - 1]
    return any("# " in line for line in heading)


def is_broad(node: ast.AST) -> bool:
    """Whether the node catches whatever happens."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = [] if node.type is None else list(ast.walk(node.type))
    return node.type is None or any(isinstance(c, ast.Name) and c.id in {"Exception", "BaseException"} for c in caught)


def asks_the_time(node: ast.AST) -> bool:
    """Whether the node asks the system's or the database's clock for the time."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "time" and any(alias.name in {"time", "time_ns"} for alias in node.names)
    if not isinstance(node, ast.Attribute):
        return False
    owner = getattr(node.value, "attr", getattr(node.value, "id", ""))
    return (owner in CALENDARS and node.attr in {"now", "today", "utcnow"}) or (
        owner == "time" and node.attr in {"time", "time_ns", "localtime", "gmtime"}
    )


def is_inexact(node: ast.AST) -> bool:
    """Whether the node is a binary float or makes one."""
    is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
    return is_literal or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")


def is_pickle(node: ast.AST) -> bool:
    """Whether the node imports pickle or one of its kin."""
    if isinstance(node, ast.Import):
        return any(alias.name in PICKLES for alias in node.names)
    return isinstance(node, ast.ImportFrom) and node.module in PICKLES


def is_compiled_refusal(node: ast.AST) -> bool:
    """Whether the node is a refusal made a dataclass: like no value, it is equal to itself alone, and not frozen."""
    made = [ast.unparse(each) for each in node.decorator_list] if isinstance(node, ast.ClassDef) else []
    return any(each.startswith("dataclass") and "eq=False" in each and "frozen" not in each for each in made)


def found(files: list[Path], complaint: Complaint) -> list[str]:
    """Where the files hold what they should not."""
    return [where(path, node) for path in files for node in nodes(path) if complaint(node)]


def test_no_file_is_longer_than_three_hundred_lines(python_files: list[Path]) -> None:
    lengths = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_a_function_longer_than_thirty_lines_says_why(
    checkout: Path, python_files: list[Path], package_files: list[Path]
) -> None:
    files = [*package_files, *(path for path in python_files if path.is_relative_to(checkout / "bench"))]
    long = {where(path, f): length(f) for path in files for f in functions(path) if not has_reason(path, f)}
    assert {place: lines for place, lines in long.items() if lines > LONGEST_FUNCTION} == {}


def test_no_module_has_a_vague_name(kept_files: list[Path]) -> None:
    assert [path for path in kept_files if path.suffix == ".py" and VAGUE_NAMES & {path.stem, path.parent.name}] == []


def test_nothing_asserts_outside_the_tests(package_files: list[Path]) -> None:
    assert found(package_files, lambda node: isinstance(node, ast.Assert)) == []


def test_no_refusal_is_compiled_at_the_start_as_dataclasses_are(package_files: list[Path]) -> None:
    assert found(package_files, is_compiled_refusal) == []


def test_nothing_catches_whatever_happens(package_files: list[Path]) -> None:
    assert found(package_files, is_broad) == []


def test_only_the_clock_asks_for_the_time(checkout: Path, python_files: list[Path]) -> None:
    folders = (checkout / "compounder", checkout / "migrations")
    ours = [path for path in python_files if any(path.is_relative_to(folder) for folder in folders)]
    assert found([path for path in ours if path != checkout / "compounder" / "clock.py"], asks_the_time) == []


def test_no_float_enters_the_rules_or_the_documents(checkout: Path, package_files: list[Path]) -> None:
    exact = [path for path in package_files if path.relative_to(checkout).parts[1] in {"domain", "codec"}]
    assert found(exact, is_inexact) == []


def test_nothing_is_pickled(python_files: list[Path]) -> None:
    named = [path for path in python_files if any(word in path.read_text(encoding="utf-8") for word in PICKLES)]
    assert found(named, is_pickle) == []


def test_every_exception_from_the_tools_says_why(python_files: list[Path]) -> None:
    excuses = [(path, line, text) for path in python_files for line, text in comments(path) if EXCUSE.search(text)]
    assert [f"{path}:{line}" for path, line, text in excuses if not is_explained(text)] == []


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Every comment of a file in which an exception may stand, with its line."""
    if not EXCUSE.search(path.read_text(encoding="utf-8")):
        return
    with path.open("rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    yield from ((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)


def is_explained(comment: str) -> bool:
    """Whether words are left once the tool's own directive is taken away."""
    return len(re.findall(r"[A-Za-z]{2,}", EXCUSE.sub("", comment))) >= 2


@pytest.mark.parametrize(
    ("comment", "explained"),
    [
        ("# noqa: S608", False),
        ("# noqa: S608 the column names are our own", True),
        ("# type: ignore[misc]", False),
        ("# type: ignore[misc]  # published without types", True),
    ],
)
def test_a_code_alone_is_no_reason(comment: str, explained: bool) -> None:
    assert is_explained(comment) is explained


def test_every_public_rule_says_what_it_returns(checkout: Path, package_files: list[Path]) -> None:
    domain = [path for path in package_files if path.is_relative_to(checkout / "compounder" / "domain")]
    public = [(path, f) for path in domain for f in parsed(path).body if isinstance(f, Function) and f.name[0] != "_"]
    assert [where(path, f) for path, f in public if ast.get_docstring(f) is None] == []
