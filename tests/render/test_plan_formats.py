import json
from dataclasses import replace
from functools import cache

import pytest

from edatool.change.changes import Create
from edatool.change.consequences.cause import Cause
from edatool.change.consequences.condition import CHANCE, Condition
from edatool.change.consequences.consequences import Consequences
from edatool.change.consequences.effects import Effect, EffectKind
from edatool.change.consequences.probes import Probe
from edatool.change.consequences.reroutes import Certainty, Destination, Reroute
from edatool.change.diff import Compared
from edatool.change.plan import Plan
from edatool.render.plan.events import event_lines
from edatool.render.plan.fates import fates
from edatool.render.plan.json import json as as_json
from edatool.render.plan.markdown import markdown
from edatool.render.plan.mermaid import MOST, MOST_QUEUES, picture
from edatool.render.plan.sentences import sentence
from edatool.render.plan.shown import ShownPlan
from edatool.routing.message import Message
from edatool.routing.topology import Queue, topology

US = frozenset({Condition("field", "region", "us")})
AP = frozenset({Condition("field", "region", "ap")})
ALL, SOME, UNKNOWN = Cause(whole=True, ways=(frozenset(),)), Cause(whole=False, ways=(US, AP)), Cause(whole=False)
BY_CHANCE = Cause(whole=True, ways=(frozenset({CHANCE}),))
GAIN, LOSS = Destination("analytics", "no", "sure"), Destination("audit", "sure", "no")


@cache
def probes(name: str, number: int) -> tuple[Probe, ...]:
    return tuple(Probe("event", name, Message("events", f"order.{n}", {"tier": "gold"})) for n in range(number))


def effect(
    kind: EffectKind,
    *queues: str,
    name: str = "order.placed",
    cause: Cause = ALL,
    change: tuple[Certainty, Certainty] = ("no", "sure"),
    is_event: bool = True,
) -> Effect:
    refusal = "404, there is no exchange 'events'" if kind == "refused" else None
    return Effect(kind, name, is_event, queues, *change, cause, probes(name, 5), refusal=refusal)


def reroute(*destinations: Destination, before: str = "routed", after: str = "routed", name: str = "e") -> Reroute:
    refusal = "404, there is no exchange 'events'" if after == "refused" else None
    return Reroute(before, after, destinations, refusal, ("orders",), probes(name, 5), whole=False)  # type: ignore[arg-type]


def found(*effects: Effect, new: tuple[str, ...] = ()) -> Consequences:
    published = tuple(reroute(GAIN, before="refused", name=name) for name in new)
    return Consequences(published or (reroute(LOSS),), tried=7, declared=60, effects=effects)


def plan(consequences: Consequences) -> Plan:
    return Plan(topology(), Compared((Create(Queue("a```b|c")),), 3), "", spec="shop", consequences=consequences)


def lines(consequences: Consequences, *, width: int = 200, by_event: bool = False) -> list[str]:
    return list(event_lines(ShownPlan(plan(consequences), width=width, by_event=by_event)))


def many(kind: EffectKind, *queues: str, cause: Cause = ALL) -> list[Effect]:
    names = [f"{family}.{number}" for family in ("order", "payment", "stock") for number in range(5)]
    return [effect(kind, *queues, name=name, cause=cause) for name in names]


def test_what_is_unsafe_stands_first_and_what_is_new_last() -> None:
    told = found(
        effect("gains", "audit", name="new", cause=SOME),
        effect("gains", "desk", name="a"),
        effect("loses", "desk", name="b", change=("sure", "no")),
        effect("unroutable", "audit", name="c"),
        new=("new",),
    )
    assert lines(told) == [
        "Events: 1 of 60 becomes unroutable, 1 loses a queue, 1 gains one, 1 is new (7 messages simulated)",
        "  ! c becomes unroutable, losing audit",
        "  - desk loses b",
        "  + desk gains a",
        "  + new  audit  where region is us, ap",
    ]


def test_events_of_one_fate_share_a_line_and_queues_of_the_same_events_too() -> None:
    told = found(*many("loses", "analytics", cause=SOME), *many("loses", "audit", cause=SOME))
    assert lines(told, width=80) == [
        "Events: 15 of 60 lose a queue (7 messages simulated)",
        "  - analytics, audit lose 15 events where region is us, ap: order.* (5),",
        "      payment.* (5), stock.* (5)",
    ]


def test_an_event_that_loses_all_is_not_told_to_lose_each_queue_as_well() -> None:
    told = found(effect("refused", "audit"), effect("loses", "audit", change=("sure", "no")))
    assert lines(told)[1:] == [
        "  ! order.placed becomes refused (404, there is no exchange 'events'), losing audit",
    ]


def test_an_event_that_partly_loses_all_is_told_what_the_rest_of_it_loses() -> None:
    some = replace(effect("unroutable", "audit", cause=SOME), probes=probes("order.placed", 5)[:2])
    told = found(some, effect("loses", "audit", change=("sure", "no")))
    assert lines(told)[1:] == [
        "  ! order.placed becomes unroutable where region is us, ap, losing audit",
        "  - audit loses order.placed",
    ]


def test_many_new_events_of_one_fate_are_counted_above_their_queues() -> None:
    effects = [*many("gains", "all"), *many("gains", "desk", cause=SOME)]
    assert lines(found(*effects, new=tuple(one.name for one in many("gains"))), width=60) == [
        "Events: 15 of 60 are new, none loses a queue (7 messages",
        "    simulated)",
        "  + 15 events: order.* (5), payment.* (5), stock.* (5)",
        "        all   always",
        "        desk  where region is us, ap",
    ]


def test_the_messages_are_named_where_nothing_else_tells() -> None:
    assert lines(found(effect("loses", "audit", cause=UNKNOWN)))[1] == (
        "  - audit loses order.placed for order.0, order.1, order.2 and 2 more"
    )


@pytest.mark.parametrize(
    ("kind", "change", "cause", "words"),
    [
        ("gains", ("no", "maybe"), BY_CHANCE, "q may gain order.placed: chance decides"),
        ("loses", ("maybe", "no"), BY_CHANCE, "q may lose order.placed: chance decides"),
        ("changes", ("sure", "maybe"), BY_CHANCE, "q gets order.placed not for certain any more: chance decides"),
        ("changes", ("maybe", "sure"), ALL, "q gets order.placed for certain now"),
    ],
)
def test_what_is_not_certain_is_said_to_be_so(
    kind: EffectKind, change: tuple[Certainty, Certainty], cause: Cause, words: str
) -> None:
    (one,) = fates(found(effect(kind, "q", change=change, cause=cause)))
    assert sentence(one) == words


def test_messages_of_tests_are_told_apart_from_events() -> None:
    told = found(effect("unroutable", "audit", name="odd", is_event=False))
    assert lines(told) == [
        "Events: none of 60 changes destination (7 messages simulated)",
        "  ~ test 'odd' becomes unroutable, losing audit",
    ]
    assert sentence(fates(found(effect("nowhere", name="odd", is_event=False)))[0]) == (
        "no queue gets test 'odd', which the broker takes from now on"
    )


def test_events_one_by_one_each_with_its_queues() -> None:
    told = found(
        effect("loses", "audit", "desk", change=("sure", "no")),
        effect("gains", "big", cause=SOME),
        effect("gains", "shard", change=("no", "maybe"), cause=BY_CHANCE),
        effect("changes", "hash", change=("sure", "maybe"), cause=BY_CHANCE),
        effect("unroutable", "a", name="b"),
        effect("nowhere", name="c"),
    )
    assert lines(told, by_event=True)[1:] == [
        "    order.placed  - audit, desk                    always",
        "                  + big                            where region is us, ap",
        "                  + maybe shard                    chance decides",
        "                  ~ hash not for certain any more  chance decides",
        "    b             ! becomes unroutable             always",
        "    c             + no queue                       nobody is bound",
    ]


def test_what_is_not_known_is_said() -> None:
    told = replace(found(effect("gains", "a")), doubts=("order.placed: odd",), untried=("far",))
    assert lines(told)[-2:] == [
        "Not simulated: order.placed: odd.",
        "No message to try was found, give the schema an example: far.",
    ]


def test_json_tells_all_messages_where_that_is_wanted() -> None:
    shown = ShownPlan(plan(Consequences((reroute(LOSS, after="refused"),))), all_messages=True)
    (one,) = json.loads(as_json(shown))["events"]["reroutes"]
    assert (one["event"], one["after"], one["unsafe"]) == ("e", "refused", True)
    assert one["destinations"] == [{"queue": "audit", "before": "sure", "after": "no"}]
    message = {"exchange": "events", "key": "order.4", "headers": {"tier": "gold"}, "filtered_by": {}}
    assert one["messages"][4] == message


def test_json_tells_a_few_messages_and_how_many_there_are() -> None:
    (one,) = json.loads(as_json(ShownPlan(plan(Consequences((reroute(LOSS),))))))["events"]["reroutes"]
    assert [message["key"] for message in one["messages"]] == ["order.0", "order.1", "order.2"]
    assert one["messages_in_all"] == 5


def test_json_tells_what_becomes_of_each_event_and_why() -> None:
    told = json.loads(as_json(ShownPlan(plan(found(effect("gains", "audit", cause=SOME))))))["events"]
    (one,) = told["effects"]
    assert (one["event"], one["effect"], one["queues"], one["why"]) == (
        "order.placed",
        "gains",
        ["audit"],
        "where region is us, ap",
    )
    assert one["conditions"][0] == [{"kind": "field", "name": "region", "value": "us"}]
    assert (told["tried"], told["declared"]) == (7, 60)


def test_markdown_tells_events_as_the_text_does_in_a_block_that_colours_them() -> None:
    told = markdown(ShownPlan(plan(found(*many("loses", "analytics", cause=SOME))), "Plan for shop"))
    _, _, block = told.partition("```diff\n")
    assert block.splitlines()[:2] == [
        "Events: 15 of 60 lose a queue (7 messages simulated)",
        "- analytics loses 15 events where region is us, ap: order.* (5), payment.* (5), stock.* (5)",
    ]


def test_each_line_in_markdown_begins_with_the_mark_that_colours_it_and_what_is_unsafe_is_red() -> None:
    lost = effect("unroutable", *(f"a-queue-with-a-long-name-{number}" for number in range(5)))
    told = markdown(ShownPlan(plan(found(lost, effect("gains", "a", name="new"), new=("new",))), "Plan for shop"))
    _, _, block = told.partition("```diff\n")
    assert [line[:5] for line in block.splitlines()[1:4]] == ["- ! o", "-    ", "+ new"]


def test_markdown_says_unsafe_in_words_and_how_to_allow_it() -> None:
    unsafe = replace(found(effect("unroutable", "audit")), reroutes=(reroute(LOSS, after="unroutable"),))
    told = markdown(ShownPlan(plan(unsafe), "Plan for shop"))
    assert "**UNSAFE, apply refuses this:**\n\n- no queue would get messages of e any more" in told
    assert "--allow-unroutable e" in told


def test_no_name_is_markup_in_markdown() -> None:
    odd = "a|b`c`<img>@team*_x_[y](z)\n## h"
    told = markdown(ShownPlan(plan(found()), f"Plan for {odd}"))
    assert not any(part in told for part in ("a|b", "`c`", "<img", "@team", "*_x", "\n## h"))


def test_the_list_of_objects_is_fenced_by_more_backticks_than_any_name_has() -> None:
    told = markdown(ShownPlan(plan(found()), "Plan")).splitlines()
    assert told[told.index("````diff") + 1] == "+ queue a```b|c (classic)"
    assert "````" in told[told.index("````diff") + 2 :]


def test_markdown_fits_into_a_comment_and_says_what_it_left_out() -> None:
    effects = [effect("gains", f"q{number}", name=f"event.{'x' * 200}.{number}") for number in range(500)]
    changes = tuple(Create(Queue(f"{'y' * 240}{number}")) for number in range(500))
    told = markdown(ShownPlan(Plan(topology(), Compared(changes, 0), "", consequences=found(*effects)), "Plan"))
    assert len(told) < 65_536
    assert "more lines on what becomes of events, which the text has" in told
    assert "more lines on the objects, which the text has" in told


def test_the_picture_is_bounded_and_says_what_is_left_out() -> None:
    queues = tuple(f"q{number}" for number in range(MOST_QUEUES + 3))
    effects = [effect("unroutable", f"own-{number}", *queues, name=f"e{number}", cause=UNKNOWN) for number in range(3)]
    effects += [effect("gains", f"q{number}", name=f"f{number}") for number in range(MOST + 2)]
    drawn = picture(found(*effects))
    assert "more changes, not drawn" in drawn
    assert drawn.count(" --> ") + drawn.count("-->|") < 500  # more edges Mermaid refuses
    assert "and 3 more queues" in picture(found(effect("gains", *queues)))


def test_the_picture_has_each_edge_in_one_style_and_one_node_for_many_events() -> None:
    drawn = picture(
        found(
            *many("loses", "audit", cause=SOME),
            effect("gains", "big"),
            effect("changes", "hash", change=("sure", "maybe"), cause=BY_CHANCE),
            effect("refused", "audit", name="gone"),
            effect("gains", "desk", name="new"),
            effect("nowhere", name="lost"),
            new=("new", "lost"),
        )
    )
    edges = [line for line in drawn.splitlines() if "->" in line or "==>" in line]
    styled = [int(n) for line in drawn.splitlines() if "linkStyle" in line for n in line.split()[1].split(",")]
    assert sorted(styled) == list(range(len(edges)))
    assert '(["15 events: order.#42; (5), payment.#42; (5), stock.#42; (5)"])' in drawn
    assert '-.->|"loses where region is us, ap"|' in drawn
    assert '-->|"not for certain any more: chance decides"|' in drawn
    assert '==>|"404, there is no exchange #39;events#39;"|' in drawn
    assert '==>|"nobody is bound"|' in drawn


@pytest.mark.parametrize(
    ("consequences", "words"),
    [(Consequences(unknown="it is dark"), "could not be seen"), (Consequences(), "No event changes destination")],
)
def test_an_empty_picture_says_why(consequences: Consequences, words: str) -> None:
    assert words in picture(consequences)
