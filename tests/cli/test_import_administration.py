"""edatool import --administration on a real broker with federation and shovels."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.cli.conftest import EdatoolRun, Result

PASSWORD, OLD_PASSWORD, URI_PASSWORD = "Gründlich-geheim/1", "old-secret-2", "far-secret-3"
FAR = f"amqp://someone:{URI_PASSWORD}@127.0.0.1:1/%2F"
OTHER = f"amqp://another:{URI_PASSWORD}@127.0.0.1:1"
# As RabbitMQ before 3.6 hashed: a salt, then the MD5 digest of the salt and the password.
OLD_HASH = base64.b64encode(b"salt" + hashlib.md5(b"salt" + OLD_PASSWORD.encode()).digest()).decode()
OLD = {"hashing_algorithm": "rabbit_password_hashing_md5", "password_hash": OLD_HASH}
RIGHTS = {"configure": "^own", "write": "^events$", "read": ".*"}


@pytest.fixture
def shop(with_plugins: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vhost]:
    """A vhost that the environment names, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    with fresh_vhost(with_plugins) as vhost:
        monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
        monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
        yield vhost


@pytest.fixture
def names(with_plugins: Server) -> Iterator[list[str]]:
    """Names of users, deleted after the test: one of a service, one of before 3.6, one without a password."""
    names = [f"{name}-{secrets.token_hex(4)}" for name in ("service", "old", "certificate", "shared")]
    yield names
    for name in names:
        with_plugins.api.delete(f"/api/users/{name}")


def put(vhost: Vhost, path: str, body: object) -> None:
    response = vhost.api.put(f"/api/{path}", json=body)
    assert response.is_success, response.text


@pytest.fixture
def administered(shop: Vhost, names: list[str]) -> Vhost:
    """The vhost with all that administrators declare, as the management UI and scripts leave it."""
    host, (service, old, certificate, shared) = shop.quoted, names
    about = {"description": "Orders ${and} payments", "tags": "prod,eu"}
    put(shop, f"vhosts/{host}", about | ({"default_queue_type": "quorum"} if shop.version >= (3, 11) else {}))
    put(shop, f"vhost-limits/{host}/max-queues", {"value": 50})
    put(shop, f"exchanges/{host}/events", {"type": "topic", "durable": True})
    put(shop, f"users/{service}", {"password": PASSWORD, "tags": "management,policymaker"})
    put(shop, f"users/{old}", {"tags": "", **OLD})
    put(shop, f"users/{certificate}", {"tags": "", "password_hash": ""})
    put(shop, f"users/{shared}", {"tags": "", "password": PASSWORD})
    for name in names:
        put(shop, f"permissions/{host}/{name}", RIGHTS)
    put(shop, f"permissions/%2F/{shared}", RIGHTS)
    put(shop, f"topic-permissions/{host}/{service}", {"exchange": "events", "write": "^order[.]", "read": ""})
    bounds = {"pattern": "^own", "apply-to": "queues", "priority": 3, "definition": {"max-length": 9}}
    put(shop, f"operator-policies/{host}/bounds", bounds)
    upstreams = f"parameters/federation-upstream/{host}"
    put(shop, f"{upstreams}/far", {"value": {"uri": FAR, "expires": 3_600_000, "reconnect-delay": 5}})
    put(shop, f"{upstreams}/several", {"value": {"uri": [FAR, "amqp://127.0.0.1:1"], "bind-nowait": True}})
    ends = {"src-uri": ["amqp://127.0.0.1:1"], "src-queue": "here", "dest-uri": OTHER, "dest-exchange": "events"}
    put(shop, f"parameters/shovel/{host}/plain", {"value": ends})
    by_ui = {"src-protocol": "amqp091", "dest-protocol": "amqp091", "src-delete-after": "never", "ack-mode": "no-ack"}
    put(shop, f"parameters/shovel/{host}/by the UI", {"value": ends | by_ui | {"dest-exchange-key": "a"}})
    put(shop, f"parameters/shovel/{host}/Move from q", {"value": ends | {"src-delete-after": "queue-length"}})
    return shop


def clean(*results: Result) -> None:
    """Assert that nothing printed holds a secret."""
    for result in results:
        for secret in (PASSWORD, OLD_PASSWORD, URI_PASSWORD, quote(PASSWORD), OLD_HASH):
            assert secret not in result.out + result.err


def set_variables(monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    service, old = (name.upper().replace("-", "_") for name in names[:2])
    values = {f"{service}_PASSWORD": PASSWORD, f"{old}_PASSWORD": OLD_PASSWORD, "FAR_URI": FAR, "SEVERAL_URI_1": FAR}
    values |= {"PLAIN_DESTINATION_URI": OTHER, "BY_THE_UI_DESTINATION_URI": OTHER}
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_what_administrators_declared_is_taken_over_and_only_has_to_be_adopted(
    administered: Vhost, names: list[str], edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = edatool("import", "--administration", "-o", "routes.yaml")
    assert taken.code == 0, taken.err
    checked = edatool("validate")
    assert checked.code == 0, checked.out
    unset = edatool("plan")
    assert (unset.code, "is not set" in unset.err) == (2, True)
    set_variables(monkeypatch, names)
    planned = edatool("plan", "--format", "json")
    changes = json.loads(planned.out)["changes"]
    assert {one["action"] for one in changes} == {"adopt"}, planned.out
    kinds = {"vhost", "vhost limit", "user", "permission", "topic permission", "operator policy"}
    assert {one["kind"] for one in changes} == kinds | {"federation upstream", "shovel", "exchange"}
    assert f"objects taken over: {len(changes)}; " in taken.err
    applied = edatool("apply", "--yes", "--adopt")
    assert applied.code == 0, applied.err
    again = edatool("plan", "--exit-code")
    assert (again.code, "Nothing to do" in again.out) == (0, True), again.out
    clean(taken, checked, unset, planned, applied, again)


def test_what_is_written_is_readable_and_without_secrets(
    administered: Vhost, names: list[str], edatool: EdatoolRun
) -> None:
    taken = edatool("import", "--administration")
    service, variable = names[0], names[0].upper().replace("-", "_")
    assert f"password: {{env: {variable}_PASSWORD}}" in taken.out
    assert f'  {names[2]}: {{permissions: {{configure: "^own", write: "^events$", read: ".*"}}}}\n' in taken.out
    assert 'topic_permissions: {events: {write: "^order[.]"}}' in taken.out
    assert '  description: "Orders $${and} payments"\n  tags: [eu, prod]\n' in taken.out
    assert "  limits: {max_queues: 50}\n" in taken.out
    assert "  far: {uri: {env: FAR_URI}, reconnect_delay: 5s, expires: 1h}\n" in taken.out
    assert 'uri: [{env: SEVERAL_URI_1}, "amqp://127.0.0.1:1"], settings: {bind-nowait: true}' in taken.out
    assert (
        f"W404 the password of the user '{service}' cannot be read back: set the environment variable {variable}_"
        in taken.err
    )
    assert "W404 the destination URI of the shovel 'by the UI' is not written" in taken.err
    assert f"W401 the user '{names[3]}' is left out: it has permissions in the vhost '/' too" in taken.err
    assert "W401 the shovel 'Move from q' is left out: it removes itself" in taken.err
    assert "W403" not in taken.err
    own = administered.url.removeprefix("amqp://").partition(":")[0]
    assert f"W401 the user '{own}' is left out: it is the one that works here" in taken.err
    clean(taken)


def test_a_definitions_file_of_the_broker_gives_the_same(
    administered: Vhost, names: list[str], edatool: EdatoolRun
) -> None:
    live = edatool("import", "--administration")
    Path("all.json").write_text(administered.api.get("/api/definitions").text)
    from_file = edatool("import", "--administration", "--definitions", "all.json", "--vhost", administered.name)
    assert from_file.code == 0, from_file.err
    expected = live.out.split("\n", 1)[1]
    if administered.version < (3, 11):  # its definitions leave out what a vhost says of itself
        expected = expected.replace('  description: "Orders $${and} payments"\n  tags: [eu, prod]\n', "")
    assert from_file.out.split("\n", 1)[1] == expected
    clean(from_file)


def test_an_export_of_the_vhost_alone_has_no_users_and_that_is_said(administered: Vhost, edatool: EdatoolRun) -> None:
    Path("one.json").write_text(administered.api.get(f"/api/definitions/{administered.quoted}").text)
    taken = edatool("import", "--administration", "--definitions", "one.json", "--name", "shop")
    assert taken.code == 0, taken.err
    assert "W403 the file has no users: export the definitions of the whole broker" in taken.err
    assert "\nshovels:\n" in taken.out
    assert "\nusers:\n" not in taken.out


def test_without_the_option_nothing_of_it_is_written_and_the_way_out_is_said(
    administered: Vhost, edatool: EdatoolRun
) -> None:
    taken = edatool("import")
    assert "exchanges:\n" in taken.out
    for section in ("virtual_host", "users", "operator_policies", "federation_upstreams", "shovels"):
        assert section not in taken.out
    assert "W403 the parameter shovel plain is not taken over: keep it where it is managed now, or" in taken.err
    assert "import with --administration" in taken.err
    assert "W404" not in taken.err


def test_a_user_without_the_tag_administrator_is_told_so_and_nothing_is_written(
    administered: Vhost, names: list[str], edatool: EdatoolRun
) -> None:
    place = administered.url.rpartition("@")[2]
    url = f"amqp://{names[0]}:{quote(PASSWORD, safe='')}@{place}"
    refused = edatool("import", "--administration", "-o", "routes.yaml", "--broker", url)
    assert refused.code == 4
    assert "lacks the tag administrator, which --administration needs" in refused.err
    assert not Path("routes.yaml").exists()
    clean(refused)
