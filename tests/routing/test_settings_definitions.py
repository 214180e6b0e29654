from edatool.routing.definitions.definitions import definitions_of, topology_of
from edatool.routing.settings import (
    LIMIT,
    OPERATOR_POLICY,
    PERMISSION,
    SHOVEL,
    UPSTREAM,
    USER,
    VHOST,
    operator_policies,
    parameter,
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
    parameter(SHOVEL, "move", {"src-uri": "amqp://", "dest-uri": [{"$file": "x"}]}),
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
    assert list(found.settings.values()) == [parameter(SHOVEL, "s", {"src-uri": "amqp://u:***@h"})]


def test_operator_policies_are_policies() -> None:
    assert operator_policies(topology(settings=SETTINGS)) == {"o": Policy("o", "q", "queues", 1, {"expires": 9})}


BROKER = {
    "queues": [],
    "vhosts": [
        {"name": "a", "metadata": {"description": "shop", "tags": ["prod"], "default_queue_type": "undefined"}},
        {"name": "b", "description": "", "tags": [], "default_queue_type": "quorum"},
    ],
    "users": [
        {"name": "ann", "password_hash": "geheim", "tags": "policymaker,management"},
        {"name": "certificate", "password_hash": "", "tags": "", "limits": {"max-channels": 1}},
        {"name": "stranger", "password_hash": "geheim", "tags": []},
    ],
    "permissions": [
        {"user": "ann", "vhost": "a", "configure": "", "write": "", "read": "a"},
        {"user": "ann", "vhost": "b", "configure": "", "write": "", "read": "b"},
        {"user": "certificate", "vhost": "a", "configure": "", "write": "", "read": ""},
        {"user": "stranger", "vhost": "b", "configure": "", "write": "", "read": ""},
    ],
}


def test_the_vhost_itself_and_its_users_are_read_from_an_export_of_a_broker_without_their_hashes() -> None:
    found = topology_of(BROKER, "a", administration=True).settings
    assert found["vhost", ""].value == {"description": "shop", "tags": ["prod"]}
    assert found["user", "ann"].value == {"tags": ["management", "policymaker"], "password": "***"}
    assert found["user", "certificate"].value == {"tags": [], "limits": {"max-channels": 1}}
    assert found["permission elsewhere", "ann in b"].value["vhost"] == "b"
    assert not {("user", "stranger"), ("permission", "stranger")} & found.keys()
    assert topology_of(BROKER, "b", administration=True).settings["vhost", ""].value == {"default_queue_type": "quorum"}


def test_the_vhost_itself_is_read_from_its_own_export() -> None:
    alone = {"queues": [], "original_vhost_name": "a", "description": "shop", "metadata": {"tags": ["prod"]}}
    found = topology_of(alone, "a", administration=True).settings
    assert list(found.values()) == [Setting(VHOST, "", {"description": "shop", "tags": ["prod"]})]


def test_only_who_asks_for_administration_gets_what_belongs_to_the_broker() -> None:
    kinds = {one.kind for one in topology_of(BROKER, "a").settings.values()}
    assert kinds == {PERMISSION}
