"""The official JSON-Schema-Test-Suite: verdicts, explanations, and where jsonschema says otherwise."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from edatool.contracts.contract import Contract
from edatool.contracts.documents.document import SchemaDocument
from edatool.contracts.documents.drafts import DRAFT_7, DRAFT_2019_09, DRAFT_2020_12, draft_of
from edatool.contracts.documents.folder import Folder
from edatool.contracts.load import load_from
from edatool.findings import Finding

SUITE = Path(__file__).parents[3] / "shared" / "data" / "json-schema-test-suite"
DIFFERENCES = json.loads(Path(__file__).with_name("suite_differences.json").read_text())
DRAFTS = {"draft7": DRAFT_7, "draft2019-09": DRAFT_2019_09, "draft2020-12": DRAFT_2020_12}
REMOTES = "http://localhost:1234"

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=f"the official suite is not in {SUITE}")


@dataclass(frozen=True)
class Group:
    name: str
    schema: dict[str, Any]
    tests: list[dict[str, Any]]


def groups(draft: str) -> Iterator[Group]:
    folder = SUITE / "tests" / draft
    for file in sorted([*folder.glob("*.json"), *folder.glob("optional/format/*.json")]):
        for group in json.loads(file.read_text()):
            schema = group["schema"]
            # A contract is an object, so the schemas that are true or false stand inside one.
            whole = schema if isinstance(schema, dict) else {"allOf": [schema]}
            name = f"{draft}/{file.relative_to(folder).with_suffix('')}: {group['description']}"
            yield Group(name, {"$schema": DRAFTS[draft], **whole}, group["tests"])


def remotes(draft: str) -> dict[str, SchemaDocument]:
    documents = {}
    for file in sorted((SUITE / "remotes").rglob("*.json")):
        uri = f"{REMOTES}/{file.relative_to(SUITE / 'remotes').as_posix()}"
        schema = json.loads(file.read_text())
        named = draft_of(schema) if isinstance(schema, dict) and "$schema" in schema else None
        documents[uri] = SchemaDocument(uri, file.name, file.read_text(), schema, named or DRAFTS[draft])
    return documents


@dataclass(frozen=True)
class Loaded:
    draft: str
    contracts: dict[str, Contract]
    findings: list[Finding]
    groups: list[Group]

    def tests(self) -> Iterator[tuple[str, Group, Contract, dict[str, Any]]]:
        for group in self.groups:
            if group.name in self.contracts:
                for test in group.tests:
                    yield f"{group.name}: {test['description']}", group, self.contracts[group.name], test


@pytest.fixture(scope="module", params=DRAFTS)
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    draft, folder = request.param, tmp_path_factory.mktemp("suite")
    served = remotes(draft)
    reading = Folder(folder, (), dict(served), {uri: uri for uri in served})
    files = {f"{number}.json": group for number, group in enumerate(groups(draft))}
    for file, group in files.items():
        (folder / file).write_text(json.dumps(group.schema))
    contracts, findings = load_from(reading, files)
    named = {files[file].name: contract for file, contract in contracts.items()}
    return Loaded(draft, named, findings, list(files.values()))


def known(kind: str, draft: str) -> set[str]:
    listed = [case for difference in DIFFERENCES[kind] for case in difference["cases"]]
    return {case for case in listed if case.startswith(f"{draft}/")}


def test_a_schema_is_refused_only_where_that_is_listed(suite: Loaded) -> None:
    refused = {group.name for group in suite.groups if group.name not in suite.contracts}
    assert refused == known("refused", suite.draft)
    assert len(suite.findings) == len(refused)


def test_verdicts_are_those_of_the_suite_but_for_the_listed(suite: Loaded) -> None:
    different = {name for name, _, contract, test in suite.tests() if contract.is_valid(test["data"]) != test["valid"]}
    assert different == known("verdict", suite.draft)


def test_violations_are_there_exactly_when_a_payload_is_invalid(suite: Loaded) -> None:
    checked = 0
    for _, _, contract, test in suite.tests():
        assert bool(contract.violations(test["data"])) != contract.is_valid(test["data"])
        checked += 1
    assert checked > 1000


def test_jsonschema_differs_from_the_suite_only_where_that_is_listed(suite: Loaded) -> None:
    says = by_jsonschema(suite.draft)
    different = {
        name
        for name, group, _, test in suite.tests()
        if "/optional/" not in name and says(group.schema, test["data"]) != test["valid"]
    }
    assert different == known("jsonschema", suite.draft)


def by_jsonschema(draft: str) -> Callable[[dict[str, Any], object], bool | str]:
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.jsonschema import specification_with

    registry: Registry[Any] = Registry().with_resources(
        (uri, specification_with(document.draft).create_resource(document.schema))
        for uri, document in remotes(draft).items()
    )

    def verdict(schema: dict[str, Any], payload: Any) -> bool | str:
        try:
            return bool(validator_for(schema)(schema, registry=registry).is_valid(payload))
        except Exception as error:  # noqa: BLE001  whatever it raises is its answer
            return type(error).__name__

    return verdict
