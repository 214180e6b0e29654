"""Users, vhosts, operator policies, upstreams and shovels from a spec on a real broker."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.cli.conftest import EdatoolRun, Result

PASSWORD = "Gründlich-geheim/1"
LATER = "another-secret-2"

SPEC = """\
edatool: 1
name: shop
virtual_host:
  description: Orders and payments
  tags: [prod]
  limits: {max_connections: 100, max_queues: 50}
exchanges:
  events: {type: topic}
queues:
  orders: {type: quorum}
users:
  ORDERS:
    password: {env: ORDERS_PASSWORD}
    tags: [management]
    permissions: {configure: "^orders", write: "^events$", read: ".*"}
    topic_permissions: {events: {write: "^order[.]", read: ".*"}}
  CERTIFICATE: {permissions: {read: "^orders$"}}
operator_policies:
  bounds: {pattern: "^orders", apply_to: queues, definition: {max-length: 1000}}
"""


@pytest.fixture
def names(server: Server) -> Iterator[tuple[str, str]]:
    """The names of two users, deleted after the test."""
    both = f"orders-{secrets.token_hex(4)}", f"certificate-{secrets.token_hex(4)}"
    yield both
    for name in both:
        server.api.delete(f"/api/users/{name}")


@pytest.fixture
def spec(
    shop: Path, on_broker: Vhost, names: tuple[str, str], monkeypatch: pytest.MonkeyPatch, edatool: EdatoolRun
) -> Path:
    monkeypatch.setenv("ORDERS_PASSWORD", PASSWORD)
    file = shop / "routes.yaml"
    file.write_text(SPEC.replace("ORDERS:", f"{names[0]}:").replace("CERTIFICATE:", f"{names[1]}:"))
    return file


def can_log_in(server: Server, user: str, password: str) -> bool:
    return httpx.get(f"{server.management}/api/whoami", auth=(user, password), trust_env=False).status_code == 200


def clean(*results: Result) -> None:
    """Assert that nothing printed holds a secret."""
    for result in results:
        for secret in (PASSWORD, LATER):
            assert secret not in result.out + result.err


def test_everything_is_made_once_and_a_second_plan_is_empty(
    spec: Path, server: Server, on_broker: Vhost, names: tuple[str, str], edatool: EdatoolRun
) -> None:
    planned = edatool("plan")
    assert f"+ user {names[0]}" in planned.out
    assert '        password: {"env": "ORDERS_PASSWORD"}' in planned.out
    applied = edatool("apply", "--yes", "--adopt")
    assert applied.code == 0, applied.err
    again = edatool("plan", "--exit-code")
    assert (again.code, again.out.count("unchanged")) == (0, 1), again.out
    assert can_log_in(server, names[0], PASSWORD)
    host = server.api.get(f"/api/vhosts/{on_broker.quoted}").json()
    assert (host["description"], host["tags"]) == ("Orders and payments", ["prod"])
    limits = server.api.get(f"/api/vhost-limits/{on_broker.quoted}").json()
    assert limits[0]["value"] == {"max-connections": 100, "max-queues": 50}
    topics = server.api.get(f"/api/users/{names[0]}/topic-permissions").json()
    assert [(one["exchange"], one["write"]) for one in topics] == [("events", "^order[.]")]
    clean(planned, applied, again, edatool("drift"), edatool("ledger"))


def test_what_is_taken_out_of_the_spec_goes_and_the_vhost_stays(
    spec: Path, server: Server, on_broker: Vhost, names: tuple[str, str], edatool: EdatoolRun
) -> None:
    edatool("apply", "--yes", "--adopt")
    spec.write_text("edatool: 1\nname: shop\n")
    removed = edatool("apply", "--yes", "--allow-removals")
    assert removed.code == 0, removed.err
    assert server.api.get(f"/api/users/{names[0]}").status_code == 404
    assert server.api.get(f"/api/operator-policies/{on_broker.quoted}").json() == []
    assert server.api.get(f"/api/vhost-limits/{on_broker.quoted}").json() in (
        [],
        [{"vhost": on_broker.name, "value": {}}],
    )
    assert server.api.get(f"/api/vhosts/{on_broker.quoted}").status_code == 200


def test_a_changed_password_is_told_as_changed_and_nothing_else(
    spec: Path, server: Server, names: tuple[str, str], edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    edatool("apply", "--yes", "--adopt")
    before = server.api.get(f"/api/users/{names[0]}").json()["password_hash"]
    monkeypatch.setenv("ORDERS_PASSWORD", LATER)
    planned, as_json, drift = edatool("plan"), edatool("plan", "--format", "json"), edatool("drift", "--format", "json")
    assert f"  ~ user {names[0]}\n        password: changed\n" in planned.out
    assert "1 to change" in planned.out
    assert drift.code == 3
    applied = edatool("apply", "--yes")
    assert applied.code == 0, applied.err
    assert can_log_in(server, names[0], LATER)
    after = server.api.get(f"/api/users/{names[0]}").json()["password_hash"]
    for result in (planned, as_json, drift, applied):
        assert before not in result.out + result.err
        assert after not in result.out + result.err
    clean(planned, as_json, drift, applied)
    assert edatool("plan", "--exit-code").code == 0


def test_changing_tags_keeps_the_password_that_is_not_ours(
    spec: Path, server: Server, names: tuple[str, str], edatool: EdatoolRun
) -> None:
    edatool("apply", "--yes", "--adopt")
    known = {"password": LATER, "tags": ""}
    server.api.put(f"/api/users/{names[1]}", json=known).raise_for_status()
    spec.write_text(spec.read_text().replace(f"{names[1]}: {{", f"{names[1]}: {{tags: [management], "))
    assert edatool("apply", "--yes").code == 0
    assert can_log_in(server, names[1], LATER)


def test_no_file_of_ours_and_nothing_on_the_broker_holds_a_password(
    spec: Path, server: Server, on_broker: Vhost, names: tuple[str, str], edatool: EdatoolRun
) -> None:
    planned = edatool("plan", "--adopt", "--save", "plan.json")
    assert planned.code == 0, planned.err
    spec.unlink()
    applied = edatool("apply", "plan.json")
    assert applied.code == 0, applied.err
    known = server.api.get(f"/api/users/{names[0]}").json()["password_hash"]
    ledger = server.api.get("/api/global-parameters").text
    for text in (Path("plan.json").read_text(), ledger):
        assert PASSWORD not in text
        assert known not in text
    assert can_log_in(server, names[0], PASSWORD)


def test_a_secret_that_is_not_there_is_said_and_nothing_is_done(
    spec: Path, server: Server, names: tuple[str, str], edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    edatool("apply", "--yes", "--adopt")
    monkeypatch.delenv("ORDERS_PASSWORD")
    result = edatool("apply", "--yes")
    assert (result.code, "the environment variable ORDERS_PASSWORD is to hold a secret" in result.err) == (2, True)
    assert can_log_in(server, names[0], PASSWORD)


def test_a_user_that_is_needed_in_another_vhost_stays(
    spec: Path, server: Server, names: tuple[str, str], edatool: EdatoolRun
) -> None:
    edatool("apply", "--yes", "--adopt")
    with fresh_vhost(server) as other:
        rights = {"configure": "", "write": "", "read": ".*"}
        server.api.put(f"/api/permissions/{other.quoted}/{names[0]}", json=rights).raise_for_status()
        refused = edatool("destroy", "--yes")
        assert refused.code == 5
        needed_by = f"permission elsewhere {names[0]} in {other.name}"
        assert f"user {names[0]} would go, and is needed by {needed_by}" in refused.out
        assert can_log_in(server, names[0], PASSWORD)


def test_a_declared_vhost_is_made_with_all_that_is_in_it(
    spec: Path, server: Server, on_broker: Vhost, edatool: EdatoolRun
) -> None:
    server.api.delete(f"/api/vhosts/{on_broker.quoted}").raise_for_status()
    planned = edatool("plan", "--save", "plan.json")
    assert "  + vhost\n" in planned.out
    applied = edatool("apply", "plan.json")
    assert applied.code == 0, applied.err + applied.out
    assert "is made" in applied.err
    assert server.api.get(f"/api/queues/{on_broker.quoted}/orders").status_code == 200
    assert edatool("plan", "--exit-code").code == 0


def test_without_the_tag_administrator_it_says_what_is_missing(
    spec: Path, server: Server, on_broker: Vhost, edatool: EdatoolRun, names: tuple[str, str]
) -> None:
    server.api.put(f"/api/users/{names[1]}", json={"password": "pw", "tags": "policymaker"}).raise_for_status()
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    server.api.put(f"/api/permissions/{on_broker.quoted}/{names[1]}", json=everything).raise_for_status()
    url = on_broker.url.replace(on_broker.url.split("//")[1].split("@")[0], f"{names[1]}:pw")
    refused = edatool("plan", "--broker", url)
    assert (refused.code, "give it the tag administrator" in refused.err) == (4, True)
    spec.write_text(f"edatool: 1\nname: shop\noperator_policies:\n{SPEC.partition('operator_policies:')[2]}")
    assert edatool("plan", "--broker", url).code == 0
    refused = edatool("apply", "--yes", "--broker", url)
    assert (refused.code, "lacks the tag administrator, so nothing was done" in refused.err) == (4, True)
    spec.write_text("edatool: 1\nname: shop\nqueues: {orders: {}}\n")
    assert edatool("apply", "--yes", "--broker", url).code == 0


def test_a_default_queue_type_is_set_where_there_is_one_and_refused_where_not(
    spec: Path, server: Server, on_broker: Vhost, edatool: EdatoolRun
) -> None:
    spec.write_text("edatool: 1\nname: shop\nvirtual_host: {default_queue_type: quorum}\n")
    result = edatool("apply", "--yes", "--adopt")
    if server.version < (3, 11, 0):
        assert (result.code, "3.11 and later have" in result.err) == (4, True)
        return
    assert result.code == 0, result.err
    assert server.api.get(f"/api/vhosts/{on_broker.quoted}").json()["default_queue_type"] == "quorum"
    assert edatool("plan", "--exit-code").code == 0


def test_a_vhost_is_protected_from_deletion_where_rabbitmq_can_and_refused_where_not(
    spec: Path, server: Server, on_broker: Vhost, edatool: EdatoolRun
) -> None:
    spec.write_text("edatool: 1\nname: shop\nvirtual_host: {protected_from_deletion: true}\n")
    result = edatool("apply", "--yes", "--adopt")
    if server.version < (4, 1, 0):
        assert (result.code, "4.1 and later have" in result.err) == (4, True)
        return
    assert result.code == 0, result.err
    assert server.api.delete(f"/api/vhosts/{on_broker.quoted}").status_code == 412
    assert edatool("plan", "--exit-code").code == 0
    spec.write_text("edatool: 1\nname: shop\nvirtual_host: {protected_from_deletion: false, description: open}\n")
    assert edatool("apply", "--yes").code == 0
    assert server.api.get(f"/api/vhosts/{on_broker.quoted}").json()["protected_from_deletion"] is False


@pytest.mark.parametrize("default", ["quorum", "stream"])
def test_a_queue_that_names_no_type_becomes_what_the_vhost_of_the_spec_says(
    spec: Path, on_broker: Vhost, edatool: EdatoolRun, default: str
) -> None:
    spec.write_text(
        f"edatool: 1\nname: shop\nvirtual_host: {{default_queue_type: {default}}}\n"
        "queues: {orders: {}, passing: {auto_delete: true}, own: {type: classic}}\n"
    )
    result = edatool("apply", "--yes", "--adopt")
    if on_broker.version < (3, 11, 0):
        assert result.code == 4
        return
    assert result.code == 0, result.err
    found = on_broker.api.get(f"/api/queues/{on_broker.quoted}").json()
    types = {one["name"]: one["type"] for one in found if not one.get("exclusive")}
    assert types == {"orders": default, "passing": "classic", "own": "classic"}
    assert edatool("plan", "--exit-code").code == 0


UPSTREAM_PASSWORD = "up-stream-secret"
REMOTE = """\
edatool: 1
name: shop
exchanges: {events: {type: topic}}
queues: {here: {}, there: {}}
policies:
  federated: {pattern: "^events$", apply_to: exchanges, definition: {federation-upstream: far}}
federation_upstreams:
  far: {uri: {env: FAR_URI}, reconnect_delay: 5s, expires: 1h, ack_mode: on-confirm}
  near: {uri: ["amqp://localhost:1", {file: near.uri}]}
shovels:
  move:
    source: {uri: {env: FAR_URI}, queue: here}
    destination: {uri: "amqp://", queue: there}
"""


@pytest.fixture
def remote(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAR_URI", f"amqp://someone:{quote(UPSTREAM_PASSWORD)}@127.0.0.1:1/%2F")
    (shop / "near.uri").write_text("amqp://someone:near-secret@127.0.0.1:1\n")
    file = shop / "routes.yaml"
    file.write_text(REMOTE)
    return file


def test_upstreams_and_shovels_are_made_changed_and_removed_and_their_credentials_shown_nowhere(
    remote: Path, with_plugins: Server, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDATOOL_BROKER", with_plugins.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", with_plugins.management)
    results = [edatool("plan", "--save", "plan.json"), edatool("apply", "--yes", "--verbose")]
    assert results[-1].code == 0, results[-1].err
    far = with_plugins.api.get("/api/parameters/federation-upstream/%2F/far").json()["value"]
    assert UPSTREAM_PASSWORD in far.pop("uri")
    assert far == {"reconnect-delay": 5, "expires": 3_600_000, "ack-mode": "on-confirm"}
    results.append(edatool("plan", "--exit-code"))
    assert results[-1].code == 0, results[-1].out
    monkeypatch.setenv("FAR_URI", "amqp://someone:later-secret@127.0.0.1:1/%2F")
    results += [edatool("plan"), edatool("plan", "--format", "json"), edatool("drift", "--format", "json")]
    assert '        uri: "amqp://someone:***@127.0.0.1:1/%2F" -> {"env": "FAR_URI"}' in results[-3].out
    assert "2 to change" in results[-3].out
    assert results[-1].code == 3
    results.append(edatool("apply", "--yes"))
    assert results[-1].code == 0
    monkeypatch.setenv("FAR_URI", "nonsense later-secret")
    results.append(edatool("apply", "--yes"))
    assert (results[-1].code, "is no URI" in results[-1].err) == (2, True)
    ledger = with_plugins.api.get("/api/global-parameters").text
    remote.write_text("edatool: 1\nname: shop\n")
    results.append(edatool("apply", "--yes", "--allow-removals"))
    assert results[-1].code == 0, results[-1].err
    assert with_plugins.api.get("/api/parameters/shovel/%2F").json() == []
    printed = "".join(one.out + one.err for one in results) + ledger + Path("plan.json").read_text()
    for secret in (UPSTREAM_PASSWORD, "later-secret", "near-secret"):
        assert secret not in printed


def test_without_the_plugin_it_says_which_one_is_missing(remote: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    result = edatool("apply", "--yes")
    assert result.code == 4
    assert "RabbitMQ's plugin rabbitmq_federation is not enabled" in result.out
    assert UPSTREAM_PASSWORD not in result.err + result.out


def test_the_user_that_works_here_is_not_changed_on_the_way(
    spec: Path, server: Server, on_broker: Vhost, edatool: EdatoolRun
) -> None:
    own = on_broker.url.split("//")[1].split(":")[0]
    before = server.api.get(f"/api/users/{own}").json()
    spec.write_text(f"edatool: 1\nname: shop\nusers: {{{own}: {{tags: [management], permissions: {{}}}}}}\n")
    refused = edatool("apply", "--yes", "--adopt")
    assert (refused.code, "would change the user that works here" in refused.err) == (5, True)
    assert server.api.get(f"/api/users/{own}").json() == before
