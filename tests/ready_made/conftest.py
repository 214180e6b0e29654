from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import SCHEMA, SPEC
from tests.cli.test_diff import BOUND
from tests.code_hosts.api import Api, serving
from tests.git_repository import Repository, repository


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as there:
        yield there


@pytest.fixture
def change(tmp_path: Path) -> Repository:
    """A commit in which the event loses its queue, on one in which it has it."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "order.json").write_text(SCHEMA)
    made = repository(folder)
    (folder / "routes.yaml").write_text(SPEC.replace(BOUND, ""))
    made.commit()
    return made
