"""The hooks that pre-commit runs in other repositories, by pre-commit itself."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.git_repository import Repository, repository
from tests.pages.reading import ROOT
from tests.ready_made.job import BIN, said_by, shown

SPEC = """\
edatool: 1
name: shop
include: [teams/billing.yaml]

events:
  order.placed: {exchange: events, schema: schemas/order.json}

exchanges:
  events: {type: topic}

queues:
  orders: {type: quorum}

bindings:
  - {queue: orders, events: [order.placed]}

tests:
  - {name: an order is processed, publish: order.placed, payload: {id: A}, expect: [orders]}
"""
PART = """\
queues:
  invoices: {type: quorum}

bindings:
  - {queue: invoices, exchange: events, key: x}
"""
FILES = {
    "routes.yaml": SPEC,
    "teams/billing.yaml": PART,
    "environments/production.yaml": "queues:\n  orders: {max_length: 1000}\n",
    "schemas/order.json": '{"type": "object", "properties": {"id": {"type": "string"}}}',
    "README.md": "Routes",
}


@dataclass(frozen=True)
class Hooked:
    """A repository with the hooks that the page shows, installed once."""

    repository: Repository
    home: Path

    def commit(self, changes: Mapping[str, str]) -> tuple[bool, str]:
        """Commit files, and tell whether pre-commit lets it pass and what it says; all is as before then."""
        for name, content in changes.items():
            (self.repository.folder / name).write_text(content)
        self.repository.run("add", "--all")
        ours = {**os.environ, "PRE_COMMIT_HOME": str(self.home)}
        command = [str(BIN / "pre-commit"), "run", "--color=never"]
        folder = self.repository.folder
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=ours)
        self.repository.run("reset", "--quiet", "--hard")
        return done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Hooked:
    of_edatool = tmp_path_factory.mktemp("edatool")
    for name in ("pyproject.toml", "README.md", "LICENSE", "docs/reference/edatool.1", ".pre-commit-hooks.yaml"):
        (of_edatool / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, of_edatool / name)
    shutil.copytree(ROOT / "edatool", of_edatool / "edatool", ignore=shutil.ignore_patterns("__pycache__"))
    commit = repository(of_edatool).run("rev-parse", "HEAD")
    folder = tmp_path_factory.mktemp("shop")
    config = shown("pipelines.md", ".pre-commit-config.yaml")
    named = config.replace("https://HOST/OWNER/edatool", str(of_edatool)).replace("COMMIT", commit)
    for name, content in {**FILES, ".pre-commit-config.yaml": named}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    return Hooked(repository(folder), tmp_path_factory.mktemp("home"))


def test_the_hooks_have_the_format_that_pre_commit_wants() -> None:
    assert said_by(BIN / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml") == ""


@pytest.mark.parametrize(
    ("file", "hooks"),
    [
        ("routes.yaml", {"edatool-validate", "edatool-fmt", "edatool-test"}),
        ("deploy/routes.production.yml", {"edatool-validate", "edatool-fmt", "edatool-test"}),
        ("schemas/orders/placed.json", {"edatool-validate", "edatool-test"}),
        (".github/workflows/routes.yaml.md", set()),
        ("package.json", set()),
    ],
)
def test_a_hook_runs_for_what_it_is_about(file: str, hooks: set[str]) -> None:
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {one["id"] for one in manifest if re.search(one["files"], file)} == hooks


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schemas/order.json": '{"type": "objec"}'}, "schemas/order.json"),
        ({"schemas/order.json": '{"type": "object", "required": ["total"]}'}, "an order is processed"),
        (
            {"teams/billing.yaml": PART.replace("queue: invoices", "queue: invoice")},
            "did you mean",
        ),
        ({"environments/production.yaml": "queues:\n  orders: {max_length: many}\n"}, "environments/production.yaml:2"),
        ({"routes.yaml": SPEC.replace("expect: [orders]", "expect: [invoices]")}, "an order is processed"),
        ({"routes.yaml": SPEC.replace("events:\n  order", "events:\n      order")}, "files were modified by this hook"),
    ],
    ids=["a schema", "a test by its schema", "a part", "an override", "a test", "the layout"],
)
def test_what_is_wrong_is_not_committed(hooked: Hooked, changes: Mapping[str, str], said: str) -> None:
    passed, told = hooked.commit(changes)
    assert not passed
    assert said in told


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [{"environments/production.yaml": "queues:\n  orders: {max_length: 2000}\n"}, {"README.md": "Our routes"}],
    ids=["an override", "something else"],
)
def test_what_is_right_is_committed(hooked: Hooked, changes: Mapping[str, str]) -> None:
    passed, told = hooked.commit(changes)
    assert passed, told
    assert ("Skipped" in told) == ("README.md" in changes or "edatool test" in told)
