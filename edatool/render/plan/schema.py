"""What a plan in JSON consists of."""

from collections.abc import Mapping
from typing import get_args

from edatool.change.consequences.condition import ConditionKind
from edatool.change.consequences.effects import EffectKind
from edatool.render.changes import CHANGE
from edatool.render.json_schema import (
    Schema,
    anything,
    boolean,
    each,
    named,
    names,
    one_of,
    or_null,
    output,
    record,
    text,
    whole,
)
from edatool.render.objects import OBJECT
from edatool.render.plan.json import FORMAT_VERSION

_CERTAINTY = ("no", "maybe", "sure")
_OUTCOME = ("routed", "unroutable", "refused")

_MESSAGE = record(
    "a message that was tried",
    {
        "exchange": text("the exchange"),
        "key": text("the routing key"),
        "headers": named("its headers"),
        "filtered_by": named("the fields of the payload that filters look at, with their values"),
    },
)
_REROUTE = record(
    "messages of one event, or of one routing test, that change destination alike",
    {
        "event": or_null(text("the event")),
        "test": or_null(text("the routing test, where it is no event")),
        "unsafe": boolean("whether an event that reached queues would reach none"),
        "before": one_of("what becomes of them now", *_OUTCOME),
        "after": one_of("what would become of them", *_OUTCOME),
        "refusal": or_null(text("why the broker would not take them")),
        "destinations": each(
            "the queues that are reached otherwise than before",
            record(
                "a queue",
                {
                    "queue": text("the queue"),
                    "before": one_of("whether it is reached now", *_CERTAINTY),
                    "after": one_of("whether it would be", *_CERTAINTY),
                },
            ),
        ),
        "kept": names("the queues that are reached before and after"),
        "all_messages": boolean("whether these are all messages of the event that were tried"),
        "messages": each("a few of the messages; all of them with --all-messages", _MESSAGE),
        "messages_in_all": whole("how many there are"),
    },
)
_CONDITION = record(
    "a condition",
    {
        "kind": one_of("what it is about", *get_args(ConditionKind)),
        "name": text("the field's path, the header, or the exchange where nobody is bound; else empty"),
        "value": or_null(text("what it has to be, null for any; of filters their names, empty for one without")),
    },
)
_EFFECT = record(
    "what becomes of messages of one event, or of one routing test",
    {
        "event": or_null(text("the event")),
        "test": or_null(text("the routing test, where it is no event")),
        "effect": one_of("what; changes: with other certainty; nowhere: new, and no queue", *get_args(EffectKind)),
        "queues": names("the queues that gain or lose them; of unroutable and refused all that did get some"),
        "before": one_of("whether the queue is reached now", *_CERTAINTY),
        "after": one_of("whether it would be", *_CERTAINTY),
        "all_messages": boolean("whether that is true of all messages of the event that were tried"),
        "why": text("for which messages it is, in words"),
        "conditions": each("ways, of which any suffices", each("conditions, all of which have to hold", _CONDITION)),
        "exceptions": each("ways of messages that it is not for", each("conditions, as above", _CONDITION)),
        "refusal": or_null(text("why the broker would not take them")),
    },
)
_DEAD_LETTER = record(
    "dead letters of an event that would end elsewhere",
    {
        "event": text("the event"),
        "rejected_by": text("the queue that gives them up"),
        "before": names("the queues where they end now"),
        "after": names("the queues where they would end"),
        "lost": or_null(text("why they would end nowhere")),
    },
)

PLAN: Mapping[str, Schema] = {
    "changes": each("what apply would do, in its order", CHANGE),
    "unchanged": whole("how many objects are as they are wanted"),
    "foreign": each(
        "what others have put there, and is left alone",
        record("an object", {**OBJECT, "owner": or_null(text("the spec that it is from"))}),
    ),
    "objections": each(
        "what this RabbitMQ refuses or ignores",
        record(
            "an objection",
            {
                "kind": text("the kind of the object"),
                "object": text("the object"),
                "part": text("the argument or setting, empty where it is all of the object"),
                "verdict": one_of("what it does; depends: on a plugin", "refused", "ignored", "depends"),
                "why": text("why, and the way out"),
                "unchanged": boolean("whether the object is there already, as it is wanted"),
            },
        ),
    ),
    "unseen": or_null(text("why the broker could not be looked at; then everything counts as to be created")),
    "unowned": or_null(text("why nobody knows which objects are from this spec; then nothing is removed")),
    "outlived": boolean("whether the ledger is about an earlier vhost of this name"),
    "removes_nearly_all": boolean("whether more than nine tenths of what the spec has made would be removed"),
    "tightenings": each(
        "limits that get tighter for queues that are there",
        record(
            "a limit",
            {
                "queue": text("the queue"),
                "setting": text("the setting"),
                "before": anything("what it is now, null for no limit"),
                "after": anything("what it would be"),
                "source": text("where it is set"),
                "messages": or_null(whole("how many messages the queue holds, null where nobody knows")),
                "may_lose": boolean("whether some of them may go"),
            },
        ),
    ),
    "waiting": each(
        "delayed exchanges that are to go, with what waits in them",
        record(
            "a delayed exchange",
            {
                "exchange": text("the exchange"),
                "messages": or_null(whole("how many messages wait, null where RabbitMQ does not say")),
            },
        ),
    ),
    "ways": each(
        "how what RabbitMQ cannot change in place could be replaced",
        record(
            "a replacement",
            {
                "kind": one_of("the kind of the object", "queue", "exchange"),
                "name": text("its name"),
                "obstacles": names("why it cannot be done without loss"),
                "policy": or_null(text("a policy that would do without, in YAML")),
                "agreed": boolean("whether apply would do it with these options"),
            },
        ),
    ),
    "under_way": each(
        "replacements that an earlier apply has begun",
        record(
            "a replacement",
            {"kind": one_of("the kind of the object", "queue", "exchange"), "name": text("its name")},
        ),
    ),
    "filters": each(
        "how filters are carried out",
        record(
            "a filter on a binding",
            {
                "filter": anything("the name of the filter, or the pattern where it has none"),
                "destination": text("the destination of the binding"),
                "destination_kind": one_of("its kind", "queue", "exchange"),
                "carried_out": one_of("how", "by bindings", "by stamps"),
            },
        ),
    ),
    "events": or_null(
        record(
            "which events change destination, null where nobody knows",
            {
                "reroutes": each("the messages that do", _REROUTE),
                "dead_letters": each("the dead letters that do", _DEAD_LETTER),
                "doubts": names("what could not be simulated"),
                "untried": names("events of which no message was found to try"),
                "tried": whole("how many messages were tried"),
                "declared": whole("how many events the spec declares"),
                "effects": each("the same queue by queue, with causes", _EFFECT),
            },
        )
    ),
    "events_unknown": or_null(text("why nobody knows")),
    "unasked": names("what is not known as no broker was asked, a clause each; empty where one was"),
}
"""What a plan has besides the version of its format."""

SCHEMA = output("What apply would do, and which events change destination.", FORMAT_VERSION, PLAN)
