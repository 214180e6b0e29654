from edatool.routing.definitions import definitions_of, topology_of
from edatool.routing.settings import (
    LIMIT,
    OPERATOR_POLICY,
    PERMISSION,
    SHOVEL,
    UPSTREAM,
    USER,
    VHOST,
    operator_policies,
    topic_permission,
)
from edatool.routing.topology import Policy, Setting, topology

SETTINGS = [
    Setting(VHOST, "", {"description": "shop", "tags": ["prod"]}),
    Setting(LIMIT, "max-queues", {"value": 5}),
    Setting(LIMIT, "max-connections", {"value": -1}),
    Setting(USER, "ann", {"tags": [], "password": {"$env": "ANN"}}),
    Setting(PERMISSION, "ann", {"configure": "", "write": "", "read": ".*"}),
    topic_permission("ann", "events", {"write": "^a", "read": ""}),
    Setting(OPERATOR_POLICY, "o", {"pattern": "q", "apply-to": "queues", "priority": 1, "definition": {"expires": 9}}),
    Setting(UPSTREAM, "far", {"uri": {"$env": "FAR"}}),
    Setting(SHOVEL, "move", {"src-uri": "amqp://", "dest-uri": [{"$file": "x"}]}),
]


def test_settings_are_written_to_definitions_and_read_again() -> None:
    whole = topology(settings=SETTINGS)
    assert topology_of(definitions_of(whole), "/") == whole


def test_an_export_of_a_broker_is_read_without_the_secrets_in_it() -> None:
    shovel = {"component": "shovel", "name": "s", "vhost": "/", "value": {"src-uri": "amqp://u:geheim@h"}}
    unknown = {"component": "federation-upstream-set", "name": "s", "vhost": "/", "value": []}
    elsewhere = {"user": "ann", "vhost": "other", "configure": "", "write": "", "read": ""}
    vhosts = [{"name": "/"}, {"name": "other"}]
    found = topology_of(
        {"queues": [], "vhosts": vhosts, "parameters": [shovel, unknown], "permissions": [elsewhere]}, "/"
    )
    assert list(found.settings.values()) == [Setting(SHOVEL, "s", {"src-uri": "amqp://u:***@h"})]


def test_operator_policies_are_policies() -> None:
    assert operator_policies(topology(settings=SETTINGS)) == {"o": Policy("o", "q", "queues", 1, {"expires": 9})}
