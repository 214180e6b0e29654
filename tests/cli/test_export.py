import json
from pathlib import Path

import pytest
import yaml

from edatool.routing.compile import compile_spec
from edatool.routing.definitions.definitions import topology_of
from edatool.spec.load import load
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun


@pytest.mark.parametrize("into", ["the broker", "the vhost"])
def test_rabbitmq_imports_the_definitions_and_the_plan_is_empty_then(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, into: str
) -> None:
    with (shop / "routes.yaml").open("a") as spec:
        spec.write(f"vhost: {on_broker.name}\n")
    assert edatool("export", "-o", "d.json").code == 0
    body = json.loads((shop / "d.json").read_text())
    path = "/api/definitions" + ("" if into == "the broker" else f"/{on_broker.quoted}")
    on_broker.api.post(path, json=body).raise_for_status()
    planned = json.loads(edatool("plan", "--format", "json").out)
    assert {one["action"] for one in planned["changes"]} == {"adopt"}
    assert len(planned["changes"]) == 5


def test_what_belongs_to_others_is_left_to_them(shop: Path, edatool: EdatoolRun) -> None:
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("orders: {type: quorum}", "orders: {type: quorum, external: true}"))
    exported = json.loads(edatool("export").out)
    assert [one["name"] for one in exported["queues"]] == ["full"]
    assert [one["destination"] for one in exported["bindings"]] == ["orders", "full"]


def test_definitions_of_what_a_broker_has(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    edatool("apply", "--yes")
    exported = json.loads(edatool("export", "--live").out)
    assert topology_of(exported, on_broker.name) == compile_spec(load(["routes.yaml"], {}).spec)
    assert {one["vhost"] for one in exported["queues"]} == {on_broker.name}


def test_a_broker_whose_objects_cannot_be_seen_is_not_exported(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    assert edatool("export", "--live", "--management", "none").code == 4


def test_kubernetes_resources_carry_the_name_of_the_spec_and_the_cluster(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("export", "--format", "kubernetes", "--cluster", "rabbit")
    resources = list(yaml.safe_load_all(result.out))
    assert [one["kind"] for one in resources] == ["Exchange", "Queue", "Queue", "Binding", "Binding"]
    assert resources[1]["metadata"] == {"name": "shop-orders"}
    assert resources[1]["spec"]["rabbitmqClusterReference"] == {"name": "rabbit"}


def test_asyncapi_on_stdout_and_what_it_does_not_say_on_stderr(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("export", "--format", "asyncapi", "--document-version", "2.1.0")
    assert yaml.safe_load(result.out)["info"] == {"title": "shop", "version": "2.1.0"}
    assert result.err.count("W421 AsyncAPI has no words for ") == 2


def test_a_filter_is_exported_with_all_that_carries_it_out(shop: Path, edatool: EdatoolRun) -> None:
    with (shop / "routes.yaml").open("a") as spec:
        spec.write('  - {queue: orders, exchange: events, key: x, filter: {data.total: [{numeric: [">", 1]}]}}\n')
    for options in ([], ["--format", "kubernetes", "--cluster", "c"]):
        result = edatool("export", *options)
        assert (result.code, "edatool.shop.filters" in result.out) == (0, True)


def test_options_that_do_not_belong_together_are_refused(shop: Path, edatool: EdatoolRun) -> None:
    assert edatool("export", "--format", "kubernetes").code == 2
    assert edatool("export", "--cluster", "c").code == 2
    assert edatool("export", "--format", "asyncapi", "--live").code == 2
