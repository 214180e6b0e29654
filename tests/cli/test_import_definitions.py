"""edatool import --definitions of files as people write them, and as RabbitMQ would import them."""

import json
from pathlib import Path
from typing import Any

import pytest

from edatool.errors import WrongUsage
from edatool.routing.compile import compile_spec
from edatool.routing.importing.source import spec_name
from edatool.routing.topology import Topology
from edatool.spec.load import load
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun, Result

ROOT = [{"name": "/"}]
EXCHANGE = {"name": "events", "vhost": "/", "type": "topic", "durable": True, "auto_delete": False}
QUEUE = {"name": "orders", "vhost": "/", "durable": True, "auto_delete": False, "arguments": {}}
BINDING = {"source": "events", "vhost": "/", "destination": "orders", "destination_type": "queue", "routing_key": "#"}
POLICY = {"vhost": "/", "name": "ttl", "pattern": "^orders$", "definition": {"message-ttl": 60000}}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as the current one."""
    folder = tmp_path / "team"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("EDATOOL_FILE", raising=False)
    return folder


def write(definitions: object, file: str = "d.json") -> str:
    Path(file).write_text(json.dumps(definitions))
    return file


def taken(edatool: EdatoolRun, definitions: object, *options: str) -> Result:
    result = edatool("import", "--definitions", write(definitions), "-o", "routes.yaml", "--force", *options)
    assert result.code == 0, result.err
    return result


def topology(edatool: EdatoolRun, definitions: object, *options: str) -> Topology:
    taken(edatool, definitions, *options)
    return compile_spec(load(["routes.yaml"], {}).spec)


def without(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in keys}


def test_what_hand_written_definitions_leave_out_is_what_rabbitmq_takes_for_it(edatool: EdatoolRun) -> None:
    short = {
        "exchanges": [{"name": "events", "type": "topic"}],
        "queues": [{"name": "orders"}],
        "bindings": [without(BINDING, "vhost") | {"arguments": None}],
        "policies": [without(POLICY, "vhost")],
    }
    long = {
        "vhosts": ROOT,
        "exchanges": [EXCHANGE | {"internal": False, "arguments": []}],
        "queues": [QUEUE],
        "bindings": [BINDING | {"arguments": {}}],
        "policies": [POLICY | {"apply-to": "all", "priority": 0.0}],
    }
    assert topology(edatool, short) == topology(edatool, long)
    assert topology(edatool, short).size == 4
    routed = edatool("route", "--definitions", write(short), "--exchange", "events", "--key", "x")
    assert (routed.code, "queue orders" in routed.out) == (0, True)


@pytest.mark.parametrize("section", ["exchanges", "queues", "policies", "users", "parameters", "global_parameters"])
def test_no_section_has_to_be_there(edatool: EdatoolRun, section: str) -> None:
    one = {"exchanges": EXCHANGE, "queues": QUEUE, "policies": POLICY}.get(section)
    taken(edatool, {section: [one] if one else []})
    assert edatool("route", "--definitions", "d.json", "--exchange", "amq.topic").code == 6


def test_what_rabbitmq_makes_itself_is_not_taken_over_and_not_mentioned(edatool: EdatoolRun) -> None:
    built_in = [EXCHANGE | {"name": "", "type": "direct"}, EXCHANGE | {"name": "amq.topic"}]
    implied = BINDING | {"source": "", "routing_key": "orders"}
    result = taken(edatool, {"vhosts": ROOT, "exchanges": built_in, "queues": [QUEUE], "bindings": [implied]})
    assert result.err == "objects taken over: 1\n"
    result = taken(edatool, {"queues": [QUEUE], "bindings": [implied | {"routing_key": "other"}]})
    assert "d.json:1:" in result.err
    assert "W406 RabbitMQ ignores the binding '' -> 'orders', for nothing is bound to the default" in result.err


@pytest.mark.parametrize("default", ["quorum", "stream"])
@pytest.mark.parametrize("options", [[], ["--administration"]])
def test_a_queue_without_a_type_has_the_default_type_of_its_vhost(
    edatool: EdatoolRun, default: str, options: list[str]
) -> None:
    about = {"metadata": {"description": "", "tags": [], "default_queue_type": default}}
    definitions = {
        "vhosts": [{"name": "shop", **about}],
        "queues": [
            *({"name": name, "vhost": "shop"} for name in ("a", "b")),
            {"name": "passing", "vhost": "shop", "auto_delete": True},
            {"name": "transient", "vhost": "shop", "durable": False},
            {"name": "own", "vhost": "shop", "arguments": {"x-queue-type": "classic"}},
            {"name": "exported", "vhost": "shop", "type": "classic"},
        ],
    }
    found = topology(edatool, definitions, *options).queues
    types = {name: one.type for name, one in found.items()}
    lasting = {"own": "classic", "exported": "classic", "a": default, "b": default}
    assert types == {"passing": "classic", "transient": "classic", **lasting}
    alone = {"original_vhost_name": "shop", **about, "queues": definitions["queues"]}
    assert topology(edatool, alone, *options).queues == found


def test_classic_queues_stay_classic_where_the_default_is_another_type(edatool: EdatoolRun) -> None:
    host = {"name": "shop", "metadata": {"default_queue_type": "quorum"}}
    classic = {"arguments": {"x-queue-type": "classic"}, "vhost": "shop"}
    definitions = {"vhosts": [host], "queues": [{"name": name, **classic} for name in ("a", "b")]}
    assert {one.type for one in topology(edatool, definitions, "--administration").queues.values()} == {"classic"}


def test_a_type_that_rabbitmq_would_not_look_at_is_kept_and_told(edatool: EdatoolRun) -> None:
    result = taken(edatool, {"queues": [QUEUE | {"type": "quorum", "exclusive": True}]})
    assert "orders: {type: quorum}" in Path("routes.yaml").read_text()
    assert "W406 the queue 'orders' has the type quorum, and RabbitMQ would import it as classic" in result.err
    assert "W406 RabbitMQ ignores that the queue 'orders' is exclusive" in result.err


def test_of_two_of_one_name_the_one_that_rabbitmq_keeps_is_taken_over_and_told(edatool: EdatoolRun) -> None:
    definitions = {
        "queues": [QUEUE, QUEUE, QUEUE | {"durable": False}],
        "exchanges": [EXCHANGE, EXCHANGE | {"type": "direct"}],
        "policies": [POLICY, POLICY | {"pattern": "later"}],
    }
    result = taken(edatool, definitions)
    found = compile_spec(load(["routes.yaml"], {}).spec)
    assert found.queues["orders"].durable
    assert found.exchanges["events"].type == "topic"
    assert found.policies["ttl"].pattern == "later"
    assert result.err.count("W405") == 3
    assert "W405 the queue 'orders' is there twice, differently: RabbitMQ keeps the first one" in result.err
    assert "W405 the policy 'ttl' is there twice, differently: RabbitMQ keeps the last one" in result.err


def test_a_protected_vhost_stays_protected(edatool: EdatoolRun) -> None:
    metadata = {"protected_from_deletion": True, "tags": "a, b", "cost_centre": 7}
    definitions = {"vhosts": [{"name": "shop", "description": "Shop", "metadata": metadata}], "users": []}
    result = taken(edatool, definitions, "--administration")
    text = Path("routes.yaml").read_text()
    assert "vhost: shop\n" in text
    assert "  protected_from_deletion: true\n" in text
    assert "  tags: [a, b]\n" in text
    assert "W403 cost_centre of the vhost is not taken over" in result.err
    without_it = taken(edatool, definitions)
    for key in ("protected_from_deletion", "description", "tags", "cost_centre"):
        assert f"W403 {key} of the vhost is not taken over" in without_it.err


def test_all_that_is_not_taken_over_is_listed(edatool: EdatoolRun) -> None:
    definitions = {
        "rabbit_version": "3.13.7",
        "users": [{"name": "ann"}],
        "permissions": [{"user": "ann"}],
        "topic_permissions": [{}],
        "parameters": [{"component": "shovel", "name": "s", "value": {}}],
        "global_parameters": [{"name": "cluster_name", "value": "x"}, {"name": "mine", "value": 1}],
        "policies": [POLICY | {"apply_to": "queues"}],
        "exchanges": [EXCHANGE, "a comment"],
        "vhost_limits": [{"max-queues": 5}],
        "_comment": "by hand",
    }
    said = taken(edatool, definitions).err
    for sentence in (
        "users of the file are not taken over",
        "permissions of the file are not taken over",
        "topic_permissions of the file are not taken over",
        "the parameter shovel s is not taken over",
        "the global parameter 'mine' is not taken over",
        "RabbitMQ does not know 'vhost_limits' of the file",
        "RabbitMQ does not know '_comment' of the file",
    ):
        assert f"W403 {sentence}" in said
    assert "cluster_name" not in said
    assert "W406 RabbitMQ ignores the key 'apply_to' of the policy 'ttl': did you mean 'apply-to'?" in said
    assert "W406 exchanges holds something that is no object" in said


@pytest.mark.parametrize(
    ("definitions", "said"),
    [
        ({"queues": {}}, "d.json:1:12: queues has to be a list, not {}"),
        ({"policies": None}, "policies has to be a list, not null"),
        ({"queues": [QUEUE, 5]}, "queues holds something that is no object"),
        (
            {"queues": [QUEUE | {"durable": "yes"}]},
            "the queue 'orders' has \"yes\" as durable: true or false is needed",
        ),
        ({"queues": [QUEUE | {"durable": None}]}, "the queue 'orders' has null as durable: true or false is needed"),
        ({"queues": [{"durable": True}]}, "the queue '?' lacks name: a string is needed"),
        ({"queues": [QUEUE | {"name": 5}]}, "the queue 5 has 5 as name: a string is needed"),
        ({"queues": [QUEUE | {"arguments": ["x"]}]}, 'has ["x"] as arguments: an object is needed'),
        ({"queues": [QUEUE | {"arguments": {"x": None}}]}, "has the argument 'x' with null in it"),
        ({"exchanges": [{"name": "e"}]}, "the exchange 'e' lacks type: a string is needed"),
        ({"exchanges": [EXCHANGE | {"auto_delete": 0}]}, "the exchange 'events' has 0 as auto_delete"),
        ({"bindings": [{"source": "e", "destination": "q"}]}, "the binding 'e' -> 'q' lacks destination_type"),
        ({"bindings": [BINDING | {"destination_type": "topic"}]}, "queue or exchange is needed"),
        ({"policies": [POLICY | {"priority": "1"}]}, "the policy 'ttl' has \"1\" as priority: a number is needed"),
        ({"policies": [POLICY | {"definition": {}}]}, "the policy 'ttl' has no settings"),
        ({"policies": [POLICY | {"apply-to": "topics"}]}, "the policy 'ttl' has \"topics\" as apply-to"),
        ({"parameters": [{"component": "shovel", "name": "s"}]}, "the parameter 'shovel' 's' lacks value"),
        (
            {"parameters": [{"component": "shovel", "name": "s", "value": "amqp://u:geheim@h"}]},
            "the parameter 'shovel' 's' has a value that is no object",
        ),
        ({"vhosts": [*ROOT, {"name": "b"}], "queues": [{"name": "q"}]}, "names no vhost, and the file has several"),
    ],
)
def test_what_rabbitmq_refuses_is_refused_by_name_and_place(
    edatool: EdatoolRun, definitions: object, said: str
) -> None:
    vhost = ["--vhost", "/"] if "vhosts" in json.dumps(definitions) else []
    for command in (["import"], ["route", "--exchange", "e"]):
        refused = edatool(*command, "--definitions", write(definitions), *vhost)
        assert (refused.code, said in refused.err) == (2, True), refused.err
        assert "d.json:1:" in refused.err
        assert "geheim" not in refused.err


def test_all_that_is_wrong_is_told_with_the_line_it_is_in(edatool: EdatoolRun) -> None:
    Path("d.json").write_text('{"queues": [\n  {"name": "a", "durable": 1},\n  {"name": "b", "auto_delete": 1}\n]}')
    refused = edatool("import", "--definitions", "d.json")
    assert "d.json:2:28: the queue 'a' has 1 as durable" in refused.err
    assert "d.json:3:32: the queue 'b' has 1 as auto_delete" in refused.err


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "d.json:1:1: not JSON"),
        (b'{"queues": [}', "d.json:1:13: not JSON"),
        (b"[]", "this is not a definitions file"),
        (b'"queues"', "this is not a definitions file"),
        (b'{"name": "a package"}', "this is not a definitions file"),
        ('{"queues": []}'.encode("utf-16"), "not UTF-8"),
        (b'{"queues": [{"name": "\xff"}]}', "not UTF-8"),
        (b'{"queues": [], "queues": []}', 'the key "queues" stands here again'),
        (b'{"x": ' + b"[" * 50_000, "nested deeper than 200 levels"),
        (b'{"queues": [], "x": NaN}', "JSON has no NaN"),
        (b'{"queues": [], "x": ' + b"9" * 5000 + b"}", "is too large"),
        (b'{"queues": [{"name": "\\ud800"}]}', "half a character"),
    ],
)
def test_a_file_that_not_all_readers_read_alike_is_refused(edatool: EdatoolRun, raw: bytes, said: str) -> None:
    Path("d.json").write_bytes(raw)
    for command in (["import"], ["route", "--exchange", "e"]):
        refused = edatool(*command, "--definitions", "d.json")
        assert (refused.code, said in refused.err) == (2, True), refused.err


def test_a_byte_order_mark_is_passed_over_as_rabbitmq_does(edatool: EdatoolRun) -> None:
    Path("d.json").write_bytes(b"\xef\xbb\xbf" + json.dumps({"queues": [QUEUE]}).encode())
    assert "orders: {}" in edatool("import", "--definitions", "d.json").out


@pytest.mark.parametrize(
    ("file", "vhost", "name"),
    [
        ("team-a.json", "/", "team-a"),
        ("team-a.json", "shop", "shop"),
        ("definitions.json", "/", "team"),
        ("rabbitmq_definitions.json", "/", "team"),
    ],
)
def test_no_two_specs_get_one_name_unasked(edatool: EdatoolRun, file: str, vhost: str, name: str) -> None:
    write({"vhosts": [{"name": vhost}], "queues": [QUEUE | {"vhost": vhost}]}, file)
    assert f"name: {name}\nvhost: {vhost}\n" in edatool("import", "--definitions", file).out
    assert "name: mine\n" in edatool("import", "--definitions", file, "--name", "mine").out


def test_only_a_file_with_objects_of_several_vhosts_needs_one_named(edatool: EdatoolRun) -> None:
    vhosts = [*ROOT, {"name": "shop"}]
    assert "vhost: shop\n" in edatool("import", "--definitions", write({"vhosts": [{"name": "shop"}]})).out
    one = write({"vhosts": vhosts, "queues": [QUEUE | {"vhost": "shop"}]})
    assert "vhost: shop\n" in edatool("import", "--definitions", one).out
    assert edatool("route", "--definitions", one, "--exchange", "", "--key", "orders").code == 0
    several = write({"vhosts": vhosts, "queues": [QUEUE, QUEUE | {"vhost": "shop"}]})
    for command in (["import"], ["route", "--exchange", ""]):
        refused = edatool(*command, "--definitions", several)
        assert (refused.code, "name one of /, shop with --vhost" in refused.err) == (2, True)


def test_users_are_read_in_all_forms_and_their_passwords_hidden(edatool: EdatoolRun) -> None:
    right = {"vhost": "/", "configure": "", "write": "", "read": ".*"}
    users = [
        {"name": "a", "password_hash": "geheim", "hashing_algorithm": "x", "tags": "management, policymaker"},
        {"name": "b", "password": "geheim", "tags": ["management"]},
        {"name": "c", "password_hash": "", "administrator": False},
        {"name": "d", "password_hash": "geheim", "administrator": True},
    ]
    permissions = [right | {"user": name} for name in "abcd"]
    definitions = {"vhosts": ROOT, "queues": [QUEUE], "users": users, "permissions": permissions}
    result = taken(edatool, definitions, "--administration")
    text = Path("routes.yaml").read_text()
    assert "geheim" not in text + result.err
    assert "  a: {password: {env: A_PASSWORD}, tags: [management, policymaker]" in text
    assert "  b: {password: {env: B_PASSWORD}, tags: [management]" in text
    assert '  c: {permissions: {read: ".*"}}' in text
    assert "W401 the user 'd' is left out: it is an administrator" in result.err
    partial = definitions | {"permissions": [without(right, "read") | {"user": "a"}]}
    refused = edatool("import", "--administration", "--definitions", write(partial))
    assert (refused.code, "the permission of 'a' lacks read" in refused.err) == (2, True)
    assert edatool("import", "--definitions", write(partial)).code == 0


@pytest.mark.parametrize("limits", [[], {}, {"max-queues": 5}])
def test_limits_are_read_in_all_forms(edatool: EdatoolRun, limits: object) -> None:
    parameter = {"component": "vhost-limits", "name": "limits", "value": limits, "vhost": "/"}
    host = {"name": "/", "limits": limits}
    taken(edatool, {"vhosts": [host], "parameters": [parameter], "users": []}, "--administration")
    assert ("limits: {max_queues: 5}" in Path("routes.yaml").read_text()) == bool(limits)


def test_limits_that_rabbitmq_would_not_import_are_told(edatool: EdatoolRun) -> None:
    definitions = {"vhosts": [{"name": "/", "limits": {"max-queues": 5}}], "users": []}
    assert "W403 limits of the vhost itself are not taken over" in taken(edatool, definitions, "--administration").err


def test_what_is_applied_of_a_file_is_what_rabbitmq_makes_of_it(edatool: EdatoolRun, on_broker: Vhost) -> None:
    about = {"metadata": {"description": "", "tags": [], "default_queue_type": "quorum"}}
    vhosts = [{"name": on_broker.name, **about}]
    queue = QUEUE | {"vhost": on_broker.name}
    definitions = {"vhosts": vhosts, "queues": [queue, queue | {"name": "own", "auto_delete": True}]}
    taken(edatool, definitions, "--name", "shop")
    applied = edatool("apply", "--yes")
    assert applied.code == 0, applied.err
    ours = types(on_broker)
    for name in ours:
        on_broker.api.delete(f"/api/queues/{on_broker.quoted}/{name}").raise_for_status()
    on_broker.api.post("/api/definitions", json=definitions).raise_for_status()
    assert ours == {"orders": "quorum", "own": "classic"}
    assert on_broker.version < (3, 11) or types(on_broker) == ours


def types(vhost: Vhost) -> dict[str, str]:
    found = vhost.api.get(f"/api/queues/{vhost.quoted}?disable_stats=true").raise_for_status().json()
    return {one["name"]: one["type"] for one in found if not one.get("exclusive")}


RICH: dict[str, Any] = {
    "exchanges": [
        {"name": "events", "type": "topic", "durable": True, "auto_delete": False},
        {
            "name": "odd",
            "type": "headers",
            "durable": False,
            "auto_delete": True,
            "arguments": {"x-own": [1, {"a": 1.5}]},
        },
        {
            "name": "first",
            "type": "fanout",
            "durable": True,
            "auto_delete": False,
            "arguments": {"alternate-exchange": "odd"},
        },
    ],
    "queues": [
        {"name": "plain", "durable": True, "auto_delete": False},
        {"name": "passing", "durable": True, "auto_delete": True, "arguments": []},
        {
            "name": "${HOME} é",
            "durable": True,
            "auto_delete": False,
            "arguments": {"x-queue-type": "quorum", "x-expires": 60000},
        },
        {
            "name": "log",
            "durable": True,
            "auto_delete": False,
            "arguments": {"x-queue-type": "stream", "x-max-age": "7D"},
        },
        {"name": "plain.retry.5s", "durable": True, "auto_delete": False, "arguments": {"x-message-ttl": 5000}},
    ],
    "bindings": [
        {"source": "events", "destination": name, "destination_type": "queue", "routing_key": key}
        for name in ("plain", "log")
        for key in ("a.#", "", "b")
    ]
    + [
        {
            "source": "odd",
            "destination": "plain",
            "destination_type": "queue",
            "routing_key": "",
            "arguments": {"n": 1, "l": [1]},
        },
        {
            "source": "odd",
            "destination": "log",
            "destination_type": "queue",
            "routing_key": "",
            "arguments": {"n": "1", "t": True},
        },
        {
            "source": "amq.topic",
            "destination": "first",
            "destination_type": "exchange",
            "routing_key": "#",
            "arguments": {},
        },
    ],
    "policies": [
        {"name": "every", "pattern": "", "definition": {"max-length": 5}, "priority": 1.0},
        {"name": "of queues", "pattern": "^p", "apply-to": "queues", "definition": {"expires": 10**9}},
    ],
    "parameters": [
        {"component": "vhost-limits", "name": "limits", "value": {"max-queues": 50}},
        {
            "component": "operator_policy",
            "name": "bounds",
            "value": {"pattern": "", "apply-to": "queues", "priority": 2, "definition": {"max-length": 9}},
        },
    ],
}


def exports(vhost: Vhost) -> list[str]:
    """Write the definitions of the broker and of the vhost alone to files."""
    every = vhost.api.get("/api/definitions").raise_for_status().json()
    one = vhost.api.get(f"/api/definitions/{vhost.quoted}").raise_for_status().json()
    return [write(every, "every.json"), write(one, "one.json")]


@pytest.mark.parametrize("content", ["rich", "sample"])
def test_a_broker_and_the_file_of_it_give_the_same_character_by_character(
    edatool: EdatoolRun, on_broker: Vhost, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content == "rich":
        on_broker.api.post(f"/api/definitions/{on_broker.quoted}", json=RICH).raise_for_status()
    else:
        monkeypatch.setenv("SHOP_VHOST", on_broker.name)
        assert edatool("apply", "--yes", "-f", str(Path(__file__).parents[2] / "routes.yaml")).code == 0
    live = {options: after_origin(edatool("import", *options)) for options in ((), ("--administration",))}
    assert "events: {type: topic" in live[()]
    every, one = exports(on_broker)
    if content == "sample" and on_broker.version >= (4, 2, 9):  # whose exports have no internal exchanges
        said = edatool("import", "--definitions", one, "--name", "shop").err
        assert "is not there: declare the exchange 'edatool.shop.intake'" in said
        return
    of_every = {options: ["--definitions", every, "--vhost", on_broker.name, *options] for options in live}
    for options, imported in of_every.items():
        assert after_origin(edatool("import", *imported)) == live[options]
    of_one = ["--definitions", one, "--name", on_broker.name]
    named = live[()].replace(f"vhost: {on_broker.name}\n", "")
    assert after_origin(edatool("import", *of_one)).replace(f"vhost: {on_broker.name}\n", "") == named
    if content == "rich":
        assert after_origin(edatool("import", "--definitions", write(RICH), "--name", on_broker.name)) == named


def after_origin(result: Result) -> str:
    """Return what was printed, without the line that says where it is from."""
    assert result.code == 0, result.err
    return result.out.split("\n", 1)[1]


def test_a_broker_s_own_vhost_is_named_after_the_folder(edatool: EdatoolRun) -> None:
    assert spec_name("/", None, None) == "team"
    assert spec_name("/", None, "../other/routes.yaml") == "other"
    assert spec_name("/", "-", None) == "team"
    assert spec_name("shop", None, None) == "shop"
    with pytest.raises(WrongUsage, match="--name"):
        spec_name("/", None, "/routes.yaml")
