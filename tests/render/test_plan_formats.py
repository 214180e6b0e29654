import json

import pytest

from edatool.change.changes import Create
from edatool.change.consequences.consequences import Consequences, Destination, Reroute
from edatool.change.consequences.probes import Probe
from edatool.change.diff import Compared
from edatool.change.plan import Plan
from edatool.render.plan.events import difference
from edatool.render.plan.json import json as as_json
from edatool.render.plan.markdown import markdown
from edatool.render.plan.mermaid import MOST_EVENTS, MOST_QUEUES, picture
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.text import event_lines
from edatool.routing.message import Message
from edatool.routing.topology import Queue, topology

GAIN, LOSS = Destination("analytics", "no", "sure"), Destination("audit", "sure", "no")


def reroute(
    *destinations: Destination, after: str = "routed", whole: bool = True, name: str = "order.placed"
) -> Reroute:
    probes = tuple(
        Probe("event", name, Message("events", f"order.{n}", {"tier": "gold"})) for n in range(1 if whole else 5)
    )
    refusal = "404, there is no exchange 'events'" if after == "refused" else None
    return Reroute("routed", after, destinations, refusal, ("orders",), probes, whole)  # type: ignore[arg-type]


def plan(*reroutes: Reroute) -> Plan:
    found = Consequences(reroutes, ("order.placed: odd",), ("far",), tried=7)
    return Plan(topology(), Compared((Create(Queue("a```b|c")),), 3), "", consequences=found)


def test_text_tells_one_line_for_each_event_and_what_it_needs_to_be_accepted() -> None:
    lost = reroute(LOSS, after="unroutable", name="payment.refunded")
    lines = list(event_lines(plan(reroute(GAIN, LOSS), lost).consequences, lambda line, _: line))
    assert lines == [
        "Events:",
        "  ~ order.placed: + analytics, - audit",
        "  ! payment.refunded: becomes unroutable, - audit",
        "Not simulated: order.placed: odd.",
        "No message to try was found, give the schema an example: far.",
    ]


def test_text_shows_the_messages_where_not_all_of_them_change() -> None:
    line = next(
        line for line in event_lines(Consequences((reroute(LOSS, whole=False),)), lambda one, _: one) if "~" in line
    )
    assert line == "  ~ order.placed [order.0, order.1, order.2, and 2 more]: - audit"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("no", "maybe", "+ maybe q"),
        ("maybe", "no", "- maybe q"),
        ("sure", "maybe", "~ q (not for certain any more)"),
        ("maybe", "sure", "~ q (for certain now)"),
    ],
)
def test_what_is_not_certain_is_said_to_be_so(before: str, after: str, words: str) -> None:
    assert difference(reroute(Destination("q", before, after))) == words  # type: ignore[arg-type]


def test_no_change_for_events_is_said_too() -> None:
    assert list(event_lines(Consequences(tried=7), lambda line, _: line)) == [
        "No event changes destination (7 messages simulated)."
    ]


def test_json_tells_all_messages_where_that_is_wanted() -> None:
    told = json.loads(as_json(ShownPlan(plan(reroute(LOSS, after="refused", whole=False)), all_messages=True)))[
        "events"
    ]
    (one,) = told["reroutes"]
    assert (one["event"], one["after"], one["unsafe"]) == ("order.placed", "refused", True)
    assert one["destinations"] == [{"queue": "audit", "before": "sure", "after": "no"}]
    message = {"exchange": "events", "key": "order.4", "headers": {"tier": "gold"}, "filtered_by": {}}
    assert one["messages"][4] == message
    assert (told["doubts"], told["untried"], told["tried"]) == (["order.placed: odd"], ["far"], 7)


def test_json_tells_a_few_messages_and_how_many_there_are() -> None:
    (one,) = json.loads(as_json(ShownPlan(plan(reroute(LOSS, whole=False)))))["events"]["reroutes"]
    assert [message["key"] for message in one["messages"]] == ["order.0", "order.1", "order.2"]
    assert one["messages_in_all"] == 5


def test_markdown_says_unsafe_in_words_and_how_to_allow_it() -> None:
    told = markdown(ShownPlan(plan(reroute(LOSS, after="unroutable")), "Plan for shop"))
    assert "**UNSAFE: <code>order.placed</code> will reach no queue any more.**" in told
    assert "--allow-unroutable order.placed" in told
    assert "| <code>order.placed</code> | all |  | - <code>audit</code> | **UNSAFE: becomes unroutable** |" in told


def test_no_name_is_markup_in_markdown() -> None:
    odd = "a|b`c`<img>@team*_x_[y](z)\n## h"
    told = markdown(ShownPlan(plan(reroute(Destination(odd, "no", "sure"), name=odd)), f"Plan for {odd}"))
    assert not any(part in told for part in ("a|b", "`c`", "<img", "@team", "*_x", "\n## h"))
    row = next(line for line in told.splitlines() if line.startswith("| <code>a"))
    assert row.count("|") == 6


def test_the_list_of_objects_is_fenced_by_more_backticks_than_any_name_has() -> None:
    told = markdown(ShownPlan(plan(), "Plan")).splitlines()
    assert told[told.index("````diff") + 1] == "+ queue a```b|c (classic)"
    assert "````" in told[told.index("````diff") + 2 :]


def test_markdown_fits_into_a_comment_and_says_what_it_left_out() -> None:
    many = [reroute(GAIN, LOSS, name=f"event.{'x' * 200}.{number}", whole=False) for number in range(500)]
    changes = tuple(Create(Queue(f"{'y' * 240}{number}")) for number in range(500))
    told = markdown(
        ShownPlan(Plan(topology(), Compared(changes, 0), "", consequences=Consequences(tuple(many))), "Plan")
    )
    assert len(told) < 65_536
    assert "more | | | | |" in told
    assert "more lines, which the text of the plan has" in told


def test_the_picture_is_bounded_and_says_what_is_left_out() -> None:
    queues = [Destination(f"q{number}", "no", "sure") for number in range(MOST_QUEUES + 3)]
    many = [reroute(*queues, name=f"e{number}") for number in range(MOST_EVENTS + 2)]
    drawn = picture(Consequences(tuple(many)))
    assert "and 2 more changes, not drawn" in drawn
    assert "and 4 more queues" in drawn
    assert drawn.count(" --> ") + drawn.count("-->|") < 500  # more edges Mermaid refuses


def test_the_picture_has_each_edge_in_one_style() -> None:
    drawn = picture(Consequences((reroute(GAIN, LOSS), reroute(LOSS, after="unroutable", name="e"))))
    edges = [line for line in drawn.splitlines() if "->" in line or "==>" in line]
    styled = [int(n) for line in drawn.splitlines() if "linkStyle" in line for n in line.split()[1].split(",")]
    assert sorted(styled) == list(range(len(edges)))
    assert '-->|"gains"|' in drawn
    assert '-.->|"loses"|' in drawn
    assert '==>|"becomes unroutable"|' in drawn


@pytest.mark.parametrize(
    ("found", "words"),
    [(Consequences(unknown="it is dark"), "could not be seen"), (Consequences(), "No event changes destination")],
)
def test_an_empty_picture_says_why(found: Consequences, words: str) -> None:
    assert words in picture(found)
