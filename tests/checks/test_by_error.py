from pathlib import Path

from edatool.checks.load import load

SPEC = """\
edatool: 1
name: shop
events: {paid: {exchange: amq.topic}}
queues:
  orders: {dead_letter: {exchange: "", key: dead, by_error: {InvalidCard: refused, Stolen: nowhere}}}
  dead: {}
  refused: {}
bindings: [{queue: orders, events: [paid]}]
"""


def test_the_queues_for_errors_are_reached_and_have_to_be_declared(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(SPEC)
    (found,) = load([str(tmp_path / "routes.yaml")], {}).findings
    assert str(found).endswith(
        "routes.yaml:5:92: E203 the queue 'nowhere' is not declared: declare it under queues, or name one that is"
    )
    (tmp_path / "routes.yaml").write_text(SPEC.replace("nowhere", "refused"))
    assert load([str(tmp_path / "routes.yaml")], {}).findings == ()
