"""The names that are made for filters are names that AMQP takes, whatever those are that they are made of."""

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.routing.topology import Topology
from tests.broker_fixtures import Vhost
from tests.examples import examples
from tests.sessions import session_of

LETTERS = st.sampled_from(["a", "é", "€", "😀"])
LONG = st.tuples(LETTERS, st.integers(1, 255)).map(lambda one: (one[0] * one[1]).encode()[:250].decode(errors="ignore"))
SCHEMA = {
    "type": "object",
    "properties": {"vip": {"enum": ["yes", "no"]}, "total": {"type": "number"}},
    "required": ["vip", "total"],
}


def filtered(folder: Path, name: str, exchange: str, queue: str) -> Routes:
    """Return a spec with a filter that headers carry out, behind each of two keys, and one that publishers evaluate."""
    spec = {
        "edatool": 1,
        "name": name,
        "exchanges": {exchange: {"type": "topic"}},
        "events": {
            key: {"exchange": exchange, "key": key, "schema": "s.json", "headers": {"vip": "vip"}}
            for key in ("placed", "paid")
        },
        "queues": {queue: {}, "other": {}},
        "bindings": [
            {"events": ["placed", "paid"], "queue": queue, "filter": {"data.vip": ["yes"]}},
            {
                "exchange": exchange,
                "key": "placed",
                "queue": "other",
                "filter": {"data.total": [{"numeric": [">", 1]}]},
            },
        ],
    }
    (folder / "r.yaml").write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    return load([str(folder / "r.yaml")], {})


@settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LONG, LONG, LONG)
def test_generated_names_fit_and_differ(tmp_path: Path, name: str, exchange: str, queue: str) -> None:
    topology = compile_spec(filtered(tmp_path, name, exchange, f"q{queue}").spec)
    made = [one for one in topology.exchanges if one.startswith("edatool.")]
    assert len(made) == 5
    assert all(len(one.encode()) <= 255 for one in (*topology.exchanges, *topology.queues))


def test_rabbitmq_takes_the_generated_names(tmp_path: Path, vhost: Vhost) -> None:
    checked = filtered(tmp_path, "😀" * 63, "€" * 80, "queue")
    assert [one for one in checked.findings if one.is_error] == []
    wanted = compile_spec(checked.spec)
    apply(plan_apply(wanted, Topology()), session_of(vhost))
    assert set(wanted.queues) <= {one["name"] for one in vhost.api.get(f"/api/queues/{vhost.quoted}").json()}
