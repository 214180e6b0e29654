"""The plugins that the tables name really have what they are said to have."""

from collections.abc import Iterator

import pytest

from edatool.broker.address import parse
from edatool.broker.http.about import read_server
from edatool.broker.http.management import Management
from edatool.routing.acceptance.objections import objections
from edatool.routing.settings import PLUGINS
from edatool.routing.topology import Exchange, Policy, Setting
from edatool.server import installed
from edatool.spec.rabbitmq.exchange_types import EXCHANGE_TYPES
from edatool.spec.rabbitmq.history import DEPENDS
from edatool.spec.rabbitmq.policy_settings import POLICY_SETTINGS
from tests.broker_fixtures import Vhost, fresh_vhost, private_server

pytestmark = pytest.mark.slow

TYPES = {kind: one for kind, one in EXCHANGE_TYPES.items() if one.plugin and not one.until}
SETTINGS = {name: one.plugin for name, one in POLICY_SETTINGS.items() if one.plugin}
VALUES = {"shards-per-node": 2, "federation-upstream-set": "all"}
BESIDE = {"routing-key": {"shards-per-node": 2}}
"""What a setting is refused without."""


@pytest.fixture(scope="module")
def vhost(can_start_a_node: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vhost]:
    """A vhost of a private RabbitMQ with all the plugins."""
    if installed.find() is None:
        pytest.skip("the plugins of a container cannot be chosen")
    named = {*(one.plugin for one in TYPES.values()), *SETTINGS.values(), *PLUGINS.values()}
    plugins = sorted(filter(None, named))
    folder = tmp_path_factory.mktemp("plugins") / "node"
    with private_server(folder, plugins) as server, fresh_vhost(server) as vhost:
        yield vhost


def test_they_have_the_exchange_types(vhost: Vhost) -> None:
    with Management(parse(vhost.url, vhost.management), vhost.name) as management:
        server = read_server(management, [])
    for kind in TYPES:
        assert objections([Exchange("e", kind)], server) == ()
        body = {"type": kind, "durable": True}
        assert vhost.api.put(f"/api/exchanges/{vhost.quoted}/{kind}", json=body).is_success, kind


def test_they_have_the_settings_of_policies(vhost: Vhost) -> None:
    with Management(parse(vhost.url, vhost.management), vhost.name) as management:
        for name in SETTINGS:
            policy = Policy("p", "^none$", definition={**BESIDE.get(name, {}), name: VALUES.get(name, "k")})
            found = objections([policy], read_server(management, [policy]))
            # A node tells its plugins only some seconds after its start.
            assert {one.verdict for one in found} <= {DEPENDS}
            body = {"pattern": policy.pattern, "definition": policy.definition}
            assert vhost.api.put(f"/api/policies/{vhost.quoted}/p", json=body).is_success, name


def test_they_have_the_kinds_of_settings(vhost: Vhost) -> None:
    upstream = Setting("federation upstream", "up", {"uri": "amqp://host"})
    with Management(parse(vhost.url, vhost.management), vhost.name) as management:
        assert {one.verdict for one in objections([upstream], read_server(management, [upstream]))} <= {DEPENDS}
    body = {"value": upstream.value}
    assert vhost.api.put(f"/api/parameters/federation-upstream/{vhost.quoted}/up", json=body).is_success
