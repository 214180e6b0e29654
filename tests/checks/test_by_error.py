from pathlib import Path

import pytest

from edatool.checks.load import load

SPEC = """\
edatool: 1
name: shop
events: {paid: {exchange: amq.topic}}
exchanges: {refused: {type: direct}}
queues:
  orders: {dead_letter: {exchange: "", key: dead, by_error: {InvalidCard: cards, Stolen: WHERE}}}
  dead: {}
  cards: {}
bindings:
  - {queue: orders, events: [paid]}
  - {queue: cards, exchange: refused, key: card}
"""


def findings(folder: Path, where: str) -> list[str]:
    (folder / "routes.yaml").write_text(SPEC.replace("WHERE", where))
    return [str(one).partition("routes.yaml:")[2] for one in load([str(folder / "routes.yaml")], {}).findings]


@pytest.mark.parametrize("where", ["cards", "{exchange: refused, key: card}", '{exchange: "", key: cards}'])
def test_a_queue_for_an_error_is_reached_by_its_name_and_by_an_exchange(tmp_path: Path, where: str) -> None:
    assert findings(tmp_path, where) == []


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("nowhere", "6:90: E203 the queue 'nowhere' is not declared: declare it under queues, or name one that is"),
        (
            "{exchange: r}",
            "6:101: E203 the exchange 'r' is not declared: declare it under exchanges, or name one that is",
        ),
        ('{exchange: "", key: crds}', "6:110: E203 the queue 'crds' is not declared: did you mean 'cards'?"),
        (
            "{exchange: refused, key: x}",
            "6:90: W271 dead letters of 'orders' reach no queue from exchange 'refused' with the key 'x': "
            "bind a queue there for them",
        ),
    ],
)
def test_where_what_failed_with_an_error_goes_has_to_be_there_and_to_lead_to_a_queue(
    tmp_path: Path, where: str, found: str
) -> None:
    assert findings(tmp_path, where) == [found]


def test_events_that_wait_in_the_queue_for_an_error_are_to_be_remembered_that_long(tmp_path: Path) -> None:
    inbox = "consumers: {paying: {queue: orders, inbox: {sqlite: inbox.db, retention: 2d}}}\n"
    text = SPEC.replace("cards: {}", "cards: {message_ttl: 9d}").replace("WHERE", "cards")
    (tmp_path / "routes.yaml").write_text(text + inbox)
    (found,) = load([str(tmp_path / "routes.yaml")], {}).findings
    assert "W507 an event of 'orders' may come again for 9d, from the dead letters in 'cards'" in str(found)
