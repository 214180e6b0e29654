import re
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.checks.run import check
from edatool.checks.subject import Subject
from edatool.findings import errors
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.routing.definitions.settings import settings_in
from edatool.routing.importing.importing import Imported, imported
from edatool.routing.settings import (
    ELSEWHERE,
    LIMIT,
    OPERATOR_POLICY,
    PERMISSION,
    SHOVEL,
    UPSTREAM,
    USER,
    VHOST,
    parameter,
    topic_permission,
)
from edatool.routing.topology import Identity, Setting, topology
from edatool.spec.load import load_text
from edatool.spec.secret import is_reference
from edatool.spec.spec import Spec
from edatool.spec.text.write import as_routes
from tests.routing.importing.generated_administration import sections

PASSWORD = "geheim"
RIGHTS = {"configure": "", "write": "", "read": ".*"}


def read(value: dict[str, Any]) -> Spec:
    """Write a spec and read it again; nothing may be wrong with it."""
    loaded = load_text(as_routes(value, "made by a test"), "routes.yaml")
    assert errors([*loaded.findings, *check(Subject(Routes(loaded.spec, {})))]) == []
    return loaded.spec


def taken_from(*there: Setting, importer: str | None = None) -> Imported:
    return imported(topology(settings=there), "shop", None, importer)


def exported(kind: str, component: str, values: dict[str, dict[str, Any]]) -> list[Setting]:
    """Parameters as they are read from a broker."""
    parameters = [{"component": component, "name": name, "value": value} for name, value in values.items()]
    return list(settings_in({"parameters": parameters}))


def left_out(taken: Imported) -> list[str]:
    return [note.message for note in taken.notes if note.code == "W401"]


def to_set(taken: Imported) -> list[str]:
    """Return the names of the environment variables that the user is told to set."""
    told = [re.search(r"environment variable (\S+) to ", note.message) for note in taken.notes if note.code == "W404"]
    return [found[1] for found in told if found]


@settings(deadline=None)
@given(sections())
def test_what_a_spec_says_for_administrators_comes_back_as_what_it_was(said: dict[str, Any]) -> None:
    there = compile_spec(read({"edatool": 1, "name": "shop", **said}))
    taken = imported(there, "shop", None)
    assert taken.notes == ()
    assert compile_spec(read(taken.value)).settings == there.settings
    assert taken.topology.settings == there.settings
    # What has a key of its own comes back under that key.
    for section in ("federation_upstreams", "shovels"):
        for name, one in said.get(section, {}).items():
            assert taken.value[section][name].get("settings", {}).keys() <= one.get("settings", {}).keys()


URI = st.sampled_from(
    (
        *("amqp://", "amqps://far", f"amqp://ann:{PASSWORD}@far", f"amqp://ann:{PASSWORD}/1@far"),
        *(f"amqps://far?password={PASSWORD}", f"ann:{PASSWORD}@far", ""),
    )
)
NAMED = st.sampled_from(("far", "far.uri", "Far", "é", "1", "a b"))


@settings(deadline=None)
@given(st.dictionaries(NAMED, st.tuples(URI | st.lists(URI, min_size=1, max_size=3), URI), max_size=4))
def test_no_credentials_are_written_and_with_the_variables_set_each_uri_is_what_it_was(
    ends: dict[str, tuple[str | list[str], str]],
) -> None:
    raw = {name: {"src-uri": source, "dest-uri": destination} for name, (source, destination) in ends.items()}
    taken = taken_from(*exported(SHOVEL, "shovel", raw))
    assert left_out(taken) == []
    assert PASSWORD not in as_routes(taken.value, "") + "".join(map(str, taken.notes))
    compiled = compile_spec(read(taken.value)).settings
    found: dict[str, str] = {}
    for name, value in raw.items():
        for key, uri in value.items():
            collect_references(compiled[SHOVEL, name].value[key], uri, found)
    assert sorted(to_set(taken)) == sorted(found)
    # Every variable is in one place only.
    assert len(found) == sum(PASSWORD in uri or not uri for value in raw.values() for uri in flat(value.values()))
    assert all(re.fullmatch("[A-Z_][A-Z0-9_]*", name) for name in found)


def collect_references(written: Any, uri: Any, found: dict[str, str]) -> None:
    """Compare a written URI with the one it is for, and add the name of its variable to ``found``."""
    if isinstance(written, list):
        assert len(written) == len(uri)
        for pair in zip(written, uri, strict=True):
            collect_references(*pair, found)
    elif is_reference(written):
        assert written["$env"] not in found
        found[written["$env"]] = uri
    else:
        assert written == uri


def flat(values: Iterable[str | list[str]]) -> list[str]:
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def test_a_secret_becomes_a_variable_named_after_what_it_is_of() -> None:
    secret = f"amqp://ann:{PASSWORD}@far"
    taken = taken_from(
        *exported(UPSTREAM, "federation-upstream", {"far": {"uri": secret}, "both": {"uri": [secret, secret]}}),
        *exported(SHOVEL, "shovel", {"archive": {"src-uri": "amqp://", "dest-uri": [secret], "src-queue": "q"}}),
        Setting(USER, "order-service", {"tags": [], "password": "***"}),
        Setting(PERMISSION, "order-service", RIGHTS),
    )
    assert taken.value["federation_upstreams"] == {
        "both": {"uri": [{"env": "BOTH_URI_1"}, {"env": "BOTH_URI_2"}]},
        "far": {"uri": {"env": "FAR_URI"}},
    }
    assert taken.value["shovels"]["archive"] == {
        "source": {"uri": "amqp://", "queue": "q"},
        "destination": {"uri": [{"env": "ARCHIVE_DESTINATION_URI"}]},
    }
    assert taken.value["users"] == {
        "order-service": {"password": {"env": "ORDER_SERVICE_PASSWORD"}, "permissions": {"read": ".*"}}
    }
    assert to_set(taken) == [
        "ORDER_SERVICE_PASSWORD",
        *("BOTH_URI_1", "BOTH_URI_2", "FAR_URI", "ARCHIVE_DESTINATION_URI"),
    ]


def test_names_that_would_be_the_same_get_numbers() -> None:
    secret = f"amqp://ann:{PASSWORD}@far"
    names = ("a-b", "a.b", "1")
    taken = taken_from(*exported(UPSTREAM, "federation-upstream", {name: {"uri": secret} for name in names}))
    assert to_set(taken) == ["_1_URI", "A_B_URI", "A_B_URI_2"]


def test_a_user_without_a_password_gets_none() -> None:
    taken = taken_from(
        Setting(USER, "certificate", {"tags": ["management"]}), Setting(PERMISSION, "certificate", RIGHTS)
    )
    assert taken.value["users"] == {"certificate": {"tags": ["management"], "permissions": {"read": ".*"}}}
    assert taken.notes == ()


def test_settings_without_a_key_of_their_own_or_with_odd_values_stay_as_rabbitmq_names_them() -> None:
    odd = {"uri": "amqp://", "reconnect-delay": 1.5, "prefetch-count": True, "expires": 60_000, "bind-nowait": False}
    taken = taken_from(parameter(UPSTREAM, "far", odd))
    assert taken.value["federation_upstreams"]["far"] == {
        "uri": "amqp://",
        "expires": "1m",
        "settings": {"reconnect-delay": 1.5, "prefetch-count": True, "bind-nowait": False},
    }


def test_limits_and_operator_policies_are_written_with_their_readable_keys() -> None:
    bounds = {"pattern": "^q", "apply-to": "queues", "priority": 0, "definition": {"max-length": 1}}
    taken = taken_from(Setting(LIMIT, "max-queues", {"value": -1}), Setting(OPERATOR_POLICY, "bounds", bounds))
    assert taken.value["virtual_host"] == {"limits": {"max_queues": -1}}
    written = {"pattern": "^q", "apply_to": "queues", "definition": {"max-length": 1}}
    assert taken.value["operator_policies"] == {"bounds": written}
    assert Setting(VHOST, "") in taken.topology.settings.values()


def user(name: str, *further: Setting, **value: Any) -> list[Setting]:
    return [Setting(USER, name, {"tags": [], "password": "***", **value}), Setting(PERMISSION, name, RIGHTS), *further]


SHOVELED = {"src-uri": "amqp://", "dest-uri": "amqp://"}


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (user("guest"), "the user 'guest' is left out: RabbitMQ makes it itself"),
        (user("me"), "the user 'me' is left out: it is the one that works here"),
        (user("root", tags=["administrator"]), "the user 'root' is left out: it is an administrator"),
        ([Setting(PERMISSION, "gone", RIGHTS)], "the user 'gone' is left out: the user itself is not in the file"),
        (
            user("both", Setting(ELSEWHERE, "both in b", {"user": "both", "vhost": "b", **RIGHTS})),
            "the user 'both' is left out: it has permissions in the vhost 'b' too",
        ),
        (
            user("topical", topic_permission("topical", "", RIGHTS)),
            "the user 'topical' is left out: it has a topic permission on the default exchange",
        ),
        (
            [parameter(SHOVEL, "Move from q", {**SHOVELED, "src-delete-after": "queue-length"})],
            "the shovel 'Move from q' is left out: it removes itself",
        ),
        (
            exported(SHOVEL, "shovel", {"s": {**SHOVELED, "proxy": f"http://ann:{PASSWORD}@far"}}),
            "the shovel 's' is left out: a password stands where a spec takes none",
        ),
        (
            [parameter(SHOVEL, "s", {**SHOVELED, "src-queue": "q", "src-exchange": "e"})],
            "the shovel 's' is left out: queue and exchange exclude each other",
        ),
        ([parameter(UPSTREAM, "u", {"uri": []})], "the federation upstream 'u' is left out: the key 'uri' is missing"),
        ([Setting(VHOST, "", {"default_queue_type": "plugin"})], "the vhost's 'default_queue_type' is left out"),
    ],
)
def test_what_is_not_this_specs_affair_or_cannot_be_said_is_left_out_with_the_reason(
    there: list[Setting], said: str
) -> None:
    taken = taken_from(*there, importer="me")
    assert [message.startswith(said) for message in left_out(taken)] == [True]
    assert ([note.code for note in taken.notes], taken.topology.settings) == (["W401"], {})
    assert taken.value == {"edatool": 1, "name": "shop"}


def test_a_user_with_limits_of_its_own_is_taken_over_without_them() -> None:
    taken = taken_from(*user("ann", limits={"max-channels": 1}))
    assert left_out(taken)[0].startswith("the limits of the user 'ann' are left out: ")
    kept: set[Identity] = {(USER, "ann"), (PERMISSION, "ann")}
    assert taken.topology.settings.keys() == kept
