"""Ledgers that share a broker, and what else may lie where they are kept."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from edatool.broker import kept
from edatool.change import ledgers
from tests.broker_fixtures import Server, Vhost
from tests.cli.conftest import EdatoolRun

Put = Callable[[str, object], None]


def parameters(server: Server) -> dict[str, Any]:
    found = server.api.get("/api/global-parameters").raise_for_status().json()
    return {one["name"]: one["value"] for one in found}


@pytest.fixture
def put(server: Server) -> Iterator[Put]:
    """Write a global parameter, which is deleted after the test."""
    paths = []

    def write(name: str, value: object) -> None:
        paths.append(path := f"/api/global-parameters/{quote(name, safe='')}")
        server.api.put(path, json={"name": name, "value": value}).raise_for_status()

    yield write
    for path in paths:
        server.api.delete(path)


@pytest.fixture
def sibling(server: Server, on_broker: Vhost) -> Iterator[str]:
    """Another vhost, whose name is that of the test's one and a colon and ``d``."""
    path = f"/api/vhosts/{quote(f'{on_broker.name}:d', safe='')}"
    server.api.put(path).raise_for_status()
    yield f"{on_broker.url}%3Ad"
    server.api.delete(path)


def spec_of(folder: Path, name: str, queue: str | None) -> str:
    file = folder / f"{queue}.yaml"
    queues = f"queues: {{{queue}: {{type: classic}}}}\n" if queue else ""
    file.write_text(f"edatool: 1\nname: {json.dumps(name)}\n{queues}")
    return str(file)


def test_two_specs_whose_names_run_together_have_a_ledger_each(
    tmp_path: Path, edatool: EdatoolRun, on_broker: Vhost, sibling: str, server: Server
) -> None:
    one, other = spec_of(tmp_path, "d:x", "one"), spec_of(tmp_path, "x", "other")
    assert edatool("apply", "--yes", "-f", one).code == 0
    assert edatool("apply", "--yes", "-f", other, "--broker", sibling).code == 0
    assert "Nothing to do: 1 unchanged." in edatool("plan", "-f", one).out
    assert "Nothing to do: 1 unchanged." in edatool("plan", "-f", other, "--broker", sibling).out
    mine = {name for name in parameters(server) if on_broker.name in name}
    assert len(mine) == 4
    assert edatool("destroy", "--yes", "-f", one).code == 0
    assert "Nothing to do: 1 unchanged." in edatool("plan", "-f", other, "--broker", sibling).out
    assert edatool("destroy", "--yes", "-f", other, "--broker", sibling).code == 0
    assert not {name for name in parameters(server) if on_broker.name in name}


def test_what_was_kept_under_the_former_name_is_found_and_moves(
    tmp_path: Path, edatool: EdatoolRun, on_broker: Vhost, server: Server, put: Put
) -> None:
    file = spec_of(tmp_path, "d:x", "one")
    assert edatool("apply", "--yes", "-f", file).code == 0
    for prefix in (ledgers.PREFIX, kept.PREFIX):
        name = f"{prefix}{on_broker.name}:d%3Ax"
        put(f"{prefix}{on_broker.name}:d:x", parameters(server)[name])
        server.api.delete(f"/api/global-parameters/{quote(name, safe='')}").raise_for_status()
    assert "Nothing to do: 1 unchanged." in edatool("plan", "-f", file).out
    assert edatool("publish", "nothing", "-f", "broker:d:x", typed="{}").code == 2
    spec_of(tmp_path, "d:x", "one")
    Path(file).write_text(Path(file).read_text().replace("{one", "{two: {type: classic}, one"))
    assert edatool("apply", "--yes", "-f", file).code == 0
    mine = {name for name in parameters(server) if on_broker.name in name}
    assert mine == {f"{prefix}{on_broker.name}:d%3Ax" for prefix in (ledgers.PREFIX, kept.PREFIX)}
    assert edatool("destroy", "--yes", "-f", file).code == 0


GARBAGE: list[object] = [None, True, 0, 1.5, "text", [], ["edatool"], {}, {"vhost": 1}, {"vhost": "/", "spec": "shop"}]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("spec", ["shop", "another"])
def test_garbage_in_a_ledger_of_the_vhost_is_named_with_the_way_out(
    *, shop: Path, edatool: EdatoolRun, on_broker: Vhost, put: Put, garbage: object, spec: str
) -> None:
    name = f"{ledgers.PREFIX}{on_broker.name}:{spec}"
    put(name, garbage)
    for command in (["plan"], ["apply", "--yes"], ["drift"], ["ledger"], ["destroy", "--yes"]):
        refused = edatool(*command)
        assert refused.code == 5
        assert f"delete the global parameter '{name}' (rabbitmqctl clear_global_parameter)" in refused.err
        assert refused.err.count("\n") == 1


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_about_another_vhost_is_nothing_to_us(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, put: Put, garbage: object
) -> None:
    put(f"{ledgers.PREFIX}{on_broker.name}-2:shop", garbage)
    put(f"edatool-of-others:{on_broker.name}:shop", garbage)
    assert edatool("plan").code == 0


@pytest.mark.parametrize("garbage", [1, "text", [], {"content": "?"}, {"format_version": 9}])
def test_garbage_for_a_kept_spec_is_an_error_for_publishers_and_the_next_apply_mends_it(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, put: Put, garbage: object
) -> None:
    put(f"{kept.PREFIX}{on_broker.name}:shop", garbage)
    refused = edatool("publish", "order.placed", "-f", "broker:shop", typed="{}")
    assert (refused.code, "apply it again" in refused.err) == (5, True)
    assert edatool("apply", "--yes").code == 0
    good = edatool("publish", "order.placed", "-f", "broker:shop", typed='{"region": "eu", "total": 1}')
    assert good.code == 0
