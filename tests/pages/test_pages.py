import os
import shutil
import subprocess

import jsonschema
import pytest

import edatool
from edatool.spec.format import schema
from tests.click_texts import with_texts_of_today
from tests.pages.environment import OTHERS, read_by_the_code, variables
from tests.pages.reading import MADE
from tests.pages.spec_keys import EXAMPLES, FOLDER, WORDS, keys
from tests.pages.written import kept, made


@with_texts_of_today
def test_the_pages_made_of_the_code_are_of_today() -> None:
    pages = made()
    assert kept() == pages, "run make docs"


def test_the_manual_page_is_good_roff() -> None:
    if not shutil.which("mandoc"):
        assert os.environ.get("CI") != "true", "mandoc is not installed"
        pytest.skip("mandoc is not installed")
    command = ["mandoc", "-T", "lint", str(MADE / "edatool.1")]
    said = subprocess.run(command, check=False, capture_output=True, text=True).stdout.splitlines()
    assert [line for line in said if "missing date" not in line] == []  # it is of a version


def test_the_examples_of_keys_are_a_spec_that_works() -> None:
    routes = edatool.load(str(FOLDER / "routes.yaml"), environment={})
    assert [one for one in routes.findings if one.code.startswith("E")] == []
    assert edatool.test(routes).passed
    jsonschema.validate(EXAMPLES, schema())


def test_the_words_of_rabbitmq_are_said_of_keys_that_there_are() -> None:
    assert WORDS.keys() <= {path for path, _ in keys()}


def test_every_variable_that_the_code_reads_is_on_the_page() -> None:
    assert read_by_the_code() <= OTHERS.keys() | {one for one, *_ in variables()}
