import os
import shutil
import subprocess

import pytest

from tests.pages.written import DOCS, kept, made


def test_the_pages_made_of_the_code_are_of_today() -> None:
    pages = made()
    assert kept() == pages, "run make docs"


def test_the_manual_page_is_good_roff() -> None:
    if not shutil.which("mandoc"):
        assert os.environ.get("CI") != "true", "mandoc is not installed"
        pytest.skip("mandoc is not installed")
    command = ["mandoc", "-T", "lint", str(DOCS / "edatool.1")]
    said = subprocess.run(command, check=False, capture_output=True, text=True).stdout.splitlines()
    assert [line for line in said if "missing date" not in line] == []  # it is of a version
