"""The house rules look at the files that git keeps, so that what a tool leaves behind is nobody's fault."""

import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top folder of this checkout."""
    return CHECKOUT


@pytest.fixture(scope="session")
def kept_files() -> list[Path]:
    """Every file that is committed or about to be."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [CHECKOUT / name for name in names if name and (CHECKOUT / name).is_file()]


@pytest.fixture(scope="session")
def python_files(kept_files: list[Path]) -> list[Path]:
    """Every Python file of the project, tests included."""
    return [path for path in kept_files if path.suffix == ".py"]


@pytest.fixture(scope="session")
def package_files(python_files: list[Path]) -> list[Path]:
    """Every Python file of the package itself."""
    return [path for path in python_files if path.is_relative_to(CHECKOUT / "compounder")]
