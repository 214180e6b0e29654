from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import edatool
from edatool.broker import lock
from edatool.broker.address import Address, parse
from edatool.broker.declare.operations import Operation, run
from edatool.broker.session import Session
from edatool.checkup.check import Check
from edatool.checkup.checkup import checkup
from edatool.errors import InvalidInput
from edatool.routing.topology import Queue
from edatool.server import node
from edatool.server.installed import until
from tests.broker_fixtures import Vhost
from tests.node_control import control
from tests.sessions import at
from tests.tls_fixtures import Secured

DEAD_LETTERING = Queue("orders", arguments={"x-queue-type": "quorum", "x-dead-letter-exchange": ""})
SPEC = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: events, key: order.placed}
exchanges:
  events: {type: topic}
queues:
  orders: {type: quorum}
bindings:
  - {queue: orders, events: [order.placed]}
"""


@pytest.fixture
def shop(tmp_path: Path) -> edatool.Routes:
    return spec(tmp_path, SPEC)


def spec(folder: Path, text: str) -> edatool.Routes:
    (folder / "routes.yaml").write_text(text)
    return edatool.load(str(folder / "routes.yaml"))


def there(vhost: Vhost) -> Address:
    return parse(vhost.url, vhost.management)


def looked(
    address: Address, vhost: str, routes: edatool.Routes | None = None, now: datetime | None = None
) -> dict[str, Check]:
    """Return all checks by their names."""
    with Session(address, vhost) as session:
        found = list(checkup(session, routes, now or datetime.now(UTC)))
    assert len({one.name for one in found}) == len(found)
    return {one.name: one for one in found}


def states(found: dict[str, Check]) -> dict[str, str]:
    return {name: one.state for name, one in found.items() if one.state != "ok"}


@contextmanager
def user(vhost: Vhost, tags: str, **permissions: str) -> Iterator[Address]:
    """Make a user with some tags and permissions on the vhost."""
    vhost.api.put("/api/users/patient", json={"password": "pw", "tags": tags}).raise_for_status()
    path = f"/api/permissions/{vhost.quoted}/patient"
    vhost.api.put(path, json={"configure": "", "write": "", "read": "", **permissions}).raise_for_status()
    try:
        yield replace(there(vhost), user="patient", password="pw")
    finally:
        vhost.api.delete("/api/users/patient").raise_for_status()


def test_a_broker_that_lets_an_administrator_do_all_is_well(vhost: Vhost, shop: edatool.Routes) -> None:
    found = looked(there(vhost), vhost.name, shop)
    assert states(found) == {}
    assert found["version"].says == f"RabbitMQ {'.'.join(map(str, vhost.version))}"
    assert found["ledger"].says == "nothing of this spec was applied here yet"
    assert list(found)[:4] == ["host", "port", "amqp", "management"]


def test_without_a_spec_only_the_broker_is_looked_at(vhost: Vhost) -> None:
    found = looked(there(vhost), vhost.name)
    assert states(found) == {}
    assert not {"may apply", "spec", "ledger", "lock"}.intersection(found)


def test_a_name_that_nobody_knows_is_the_last_thing_looked_at() -> None:
    found = looked(parse("amqp://broker.invalid"), "/")
    assert states(found) == {"host": "error"}
    assert "correct the host" in found["host"].says


def test_a_port_that_is_closed_is_the_last_thing_looked_at() -> None:
    found = looked(parse("amqp://127.0.0.1:1"), "/")
    assert states(found) == {"port": "error"}
    assert "port 1 (Connection refused)" in found["port"].says


def test_a_wrong_password_is_said_without_it(vhost: Vhost) -> None:
    found = looked(replace(there(vhost), password="secret-of-mine"), vhost.name)
    assert states(found) == {"amqp": "error", "management": "error"}
    assert "or its password" in found["amqp"].says
    assert "secret-of-mine" not in str(found)


def test_a_vhost_that_is_not_there_is_named(vhost: Vhost) -> None:
    found = looked(there(vhost), "nowhere")
    assert found["amqp"].state == "error"
    assert "has no vhost 'nowhere'" in found["amqp"].says


def test_without_the_management_api_what_that_means_is_said(vhost: Vhost, shop: edatool.Routes) -> None:
    found = looked(replace(there(vhost), management=None), vhost.name, shop)
    assert states(found) == {"management": "warning", "may publish": "warning"}
    assert "without a lock and a ledger" in found["management"].says


def test_the_management_api_of_another_broker_is_noticed(vhost: Vhost, node_folder: Path) -> None:
    other = node.start(node_folder)
    mixed = replace(parse(other.url), management=vhost.management, password=there(vhost).password)
    with user(vhost, "administrator") as patient:
        control(node_folder, "add_user", patient.user, patient.password)
        control(node_folder, "set_permissions", patient.user, ".*", ".*", ".*")
        found = looked(replace(mixed, user=patient.user, password=patient.password), "/")
    assert found["one broker"].state == "error"
    assert "name both of one broker" in found["one broker"].says


def test_what_a_user_may_not_do_is_said_for_each_kind_of_work(vhost: Vhost, shop: edatool.Routes) -> None:
    with user(vhost, "administrator", configure="^orders$", write="^orders$", read="^events$") as patient:
        found = looked(patient, vhost.name, shop)
    assert states(found) == {"may apply": "error", "may publish": "error", "may consume": "error"}
    assert "configure on 'events'" in found["may apply"].says
    assert "write on 'events'" in found["may publish"].says
    assert "read on 'orders'" in found["may consume"].says


@pytest.mark.parametrize(("write", "missing"), [("^amq[.]default$|^orders$", False), ("^orders$", True)])
def test_the_default_exchange_takes_the_permission_that_rabbitmq_asks_for(
    *, vhost: Vhost, tmp_path: Path, write: str, missing: bool
) -> None:
    text = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: "", key: orders}
queues:
  orders: {type: quorum, dead_letter: {exchange: "", key: dead}}
  dead: {type: quorum}
"""
    with user(vhost, "administrator", configure=".*", write=write, read=".*") as patient:
        found = looked(patient, vhost.name, spec(tmp_path, text))
        outcomes = run(at(patient, vhost.name), [Operation("create", DEAD_LETTERING)])
    for kind in ("may apply", "may publish"):
        assert ("write on 'amq.default'" in found[kind].says) is missing
    assert outcomes[0].done is not missing


def test_a_user_who_may_see_little_is_told_what_stays_unknown(vhost: Vhost, shop: edatool.Routes) -> None:
    with user(vhost, "management", configure=".*", write=".*", read=".*") as patient:
        found = looked(patient, vhost.name, shop)
    assert states(found) == {
        "tags": "warning",
        "may publish": "warning",
        "nodes": "warning",
        "ledger": "warning",
    }
    assert "give it the tag monitoring" in found["nodes"].says


def test_what_this_rabbitmq_does_not_take_of_the_spec_is_said(vhost: Vhost, tmp_path: Path) -> None:
    routes = spec(tmp_path, SPEC.replace("{type: topic}", "{type: x-no-such-type}"))
    found = looked(there(vhost), vhost.name, routes)
    assert found["spec"].state == "error"
    assert "x-no-such-type" in found["spec"].says


def test_who_works_on_the_vhost_just_now_is_named(vhost: Vhost, shop: edatool.Routes) -> None:
    with Session(there(vhost), vhost.name) as other, lock.held(other, "ci@runner", wait=5):
        found = looked(there(vhost), vhost.name, shop)
    assert found["lock"].state == "warning"
    assert "ci@runner" in found["lock"].says


def test_the_last_apply_is_named(vhost: Vhost, shop: edatool.Routes) -> None:
    with Session(there(vhost), vhost.name) as session:
        edatool.apply(edatool.plan(shop, session), session)
    assert looked(there(vhost), vhost.name, shop)["ledger"].says.startswith("apply 1 of ")


def test_clocks_that_are_apart_are_noticed(vhost: Vhost) -> None:
    found = looked(there(vhost), vhost.name, now=datetime.now(UTC) + timedelta(minutes=5))
    assert states(found) == {"clock": "warning"}
    assert "apart from the broker's" in found["clock"].says


def test_the_names_and_the_end_of_a_certificate_are_shown(secured: Secured) -> None:
    found = looked(secured.address, secured.vhost)
    assert states(found) == {}
    assert "the certificate is for localhost, until " in found["tls"].says


def test_a_certificate_that_ends_soon_is_to_be_renewed(secured: Secured) -> None:
    says = looked(secured.address, secured.vhost)["tls"].says
    end = datetime.fromisoformat(says.rpartition(" ")[2]).replace(tzinfo=UTC)
    found = looked(secured.address, secured.vhost, now=end - timedelta(days=10))
    assert found["tls"].state == "warning"
    assert found["tls"].says.endswith("renew it")


def test_a_certificate_that_is_not_accepted_is_the_last_thing_looked_at(secured: Secured) -> None:
    assert secured.address.tls
    strange = replace(secured.address.tls, ca=str(secured.folder / "other-ca.pem"))
    found = looked(replace(secured.address, tls=strange), secured.vhost)
    assert states(found) == {"tls": "error"}
    assert "name its authority with --ca" in found["tls"].says


def test_a_port_without_tls_is_said_to_be_one(vhost: Vhost) -> None:
    url = vhost.url.replace("amqp://", "amqps://")
    assert "port that does" in looked(parse(url, vhost.management), vhost.name)["tls"].says


def test_a_node_short_of_memory_is_an_error_and_a_disabled_feature_flag_a_warning(node_folder: Path) -> None:
    conf = node_folder / "conf.d" / "alarm.conf"
    conf.parent.mkdir(parents=True)
    conf.write_text("vm_memory_high_watermark.absolute = 1MB\n")
    (node_folder / "rabbitmq-env.conf").write_text("FEATURE_FLAGS=\n")  # none but those that this version requires
    started = node.start(node_folder)
    address = parse(started.url, started.management)
    assert until(lambda: looked(address, "/")["nodes"].state == "error", 30)
    found = looked(address, "/")
    assert "short of memory or disk" in found["nodes"].says
    assert states(found) == {"nodes": "error", "feature flags": "warning"}
    assert "enable_feature_flag all" in found["feature flags"].says


def test_a_spec_with_errors_is_refused(vhost: Vhost, tmp_path: Path) -> None:
    with Session(there(vhost), vhost.name) as session, pytest.raises(InvalidInput):
        list(edatool.doctor(session, spec(tmp_path, SPEC.replace("topic", "topik"))))
