import io
from pathlib import Path

import pytest

import edatool
from edatool.routing.importing.source import defined
from edatool.routing.topology import Topology
from edatool.spec.text.text import MAX_BYTES, MAX_DEPTH

SHOP = Path(__file__).parents[3] / "routes.yaml"
HEAD = "apiVersion: rabbitmq.com/v1beta1\nkind: %s\nmetadata: {name: %s, namespace: shop}\nspec:\n%s"
CLUSTER = "  rabbitmqClusterReference: {name: rabbit}\n"
RESOURCES = [
    HEAD % ("Vhost", "v", "  name: shop\n  tags: [one]\n  defaultQueueType: quorum\n" + CLUSTER),
    HEAD % ("Exchange", "e", "  name: events\n  vhost: shop\n  type: topic\n  durable: true\n" + CLUSTER),
    HEAD % ("Exchange", "d", "  name: direct\n  vhost: shop\n" + CLUSTER),
    HEAD % ("Queue", "o", "  name: orders\n  vhost: shop\n  type: quorum\n  durable: true\n  deleteIfEmpty: true\n"
            "  arguments: {x-delivery-limit: 5}\n" + CLUSTER),
    HEAD % ("Queue", "u", "  name: untyped\n  vhost: shop\n  durable: true\n" + CLUSTER),
    HEAD % ("Queue", "t", "  name: transient\n  vhost: shop\n  autoDelete: true\n" + CLUSTER),
    HEAD % ("Binding", "b", "  source: events\n  destination: orders\n  destinationType: queue\n  routingKey: order.#\n"
            "  vhost: shop\n" + CLUSTER),
    HEAD % ("Policy", "p", "  name: limits\n  vhost: shop\n  pattern: ^tmp\n  applyTo: queues\n  priority: 2\n"
            "  definition: {max-length: 5}\n" + CLUSTER),
    HEAD % ("User", "somebody", "  tags: [management]\n" + CLUSTER),
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s3cret}\n",
]  # fmt: skip


def taken(text: str, vhost: str | None = None) -> tuple[Topology, list[str]]:
    found = defined(edatool.read_kubernetes(io.BytesIO(text.encode())), vhost, administration=False)
    return found.topology, [str(one) for one in found.besides]


def test_resources_of_all_kinds_are_taken_over() -> None:
    there, _ = taken("\n---\n".join(RESOURCES))
    queues = {one.name: (one.type, one.durable, one.auto_delete) for one in there.queues.values()}
    assert queues == {
        "orders": ("quorum", True, False),
        "untyped": ("quorum", True, False),
        "transient": ("classic", False, True),
    }
    assert there.queues["orders"].arguments == {"x-delivery-limit": 5, "x-queue-type": "quorum"}
    exchanges = {one.name: (one.type, one.durable) for one in there.exchanges.values()}
    assert exchanges == {"events": ("topic", True), "direct": ("direct", False)}
    assert [str(one) for one in there.bindings.values()] == ["events -> queue orders [order.#]"]
    (limits,) = there.policies.values()
    assert (limits.pattern, limits.apply_to, limits.priority, limits.definition) == (
        *("^tmp", "queues", 2),
        {"max-length": 5},
    )


def test_all_that_is_left_out_is_listed_with_its_place() -> None:
    _, said = taken("---\n" + "\n---\n".join(RESOURCES))
    behind = "is not taken over: keep it where it is managed now"
    assert said == [
        f"-:7:9: W403 tags of the Vhost 'v' {behind}",
        f"-:8:21: W403 defaultQueueType of the Vhost 'v' {behind}",
        f"-:{_line('kind: User')}:1: W403 the User 'somebody' {behind}",
        f"-:{_line('kind: Secret')}:1: W403 the Secret 's3cret' {behind}",
    ]


def _line(words: str) -> int:
    """Return the line in which a resource begins."""
    return ("---\n" + "\n---\n".join(RESOURCES)).partition(words)[0].count("\n")


def test_what_kubectl_gets_is_a_list_of_resources() -> None:
    items = "".join("- " + one.replace("\n", "\n  ").rstrip() + "\n" for one in RESOURCES)
    assert taken(f"apiVersion: v1\nkind: List\nitems:\n{items}")[0] == taken("\n---\n".join(RESOURCES))[0]


def test_what_was_exported_for_the_operator_comes_back() -> None:
    routes = edatool.load(str(SHOP))
    exported = edatool.export(routes, "kubernetes", cluster="rabbit")
    there, said = taken(exported.text)
    unsaid = {one.name for one in routes.own.exchanges.values() if one.internal}
    assert said == []
    assert there.queues == routes.own.queues
    assert there.bindings == routes.own.bindings
    assert {n: e for n, e in there.exchanges.items() if n not in unsaid} == {
        n: e for n, e in routes.own.exchanges.items() if n not in unsaid
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no file of Kubernetes resources with"),
        ("[1, 2]\n---\n3", "is no file of Kubernetes resources with"),
        (RESOURCES[-1], "is no file of Kubernetes resources with"),
        ("a: [", "-:1:5: "),
        ("a: &a [*a]\n", "-:1:"),
        ("a: !!python/object:os.system x", "the tag !!python"),
        ("[" * (MAX_DEPTH + 2), "nested deeper"),
        ("#" + "x" * MAX_BYTES, "over"),
        (
            HEAD % ("Queue", "q", "  vhost: shop\n"),
            "refuse the file of Kubernetes resources: -:1:1: the queue '?' lacks name: a",
        ),
        (HEAD % ("Queue", "q", "  name: 5\n  type: quorum\n  arguments: 5\n"), "has 5 as arguments: an object is"),
        (HEAD % ("Queue", "q", "  name: [q]\n"), "as name: a string is needed"),
        (HEAD % ("Binding", "q", "  source: a\n  destination: b\n"), "lacks destination_type"),
        ("\n---\n".join([RESOURCES[1], RESOURCES[3].replace("rabbit}", "other}")]), "(shop/other, shop/rabbit)"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(text: str, words: str) -> None:
    with pytest.raises(edatool.WrongUsage) as caught:
        taken(text)
    assert words in str(caught.value)


def test_what_is_no_resource_is_listed_and_nothing_is_nothing() -> None:
    _, said = taken("---\n---\n" + RESOURCES[1] + "---\n[1]\n---\n")
    assert [one.partition(" is not")[0] for one in said] == ["-:13:1: W403 what is no resource"]


def test_of_several_vhosts_one_has_to_be_named() -> None:
    text = "\n---\n".join([RESOURCES[1], RESOURCES[3].replace("vhost: shop", "vhost: other")])
    with pytest.raises(edatool.WrongUsage, match="several vhosts"):
        taken(text)
    assert list(taken(text, "other")[0].queues) == ["orders"]


def test_an_anchor_is_known_in_its_own_document_only() -> None:
    text = RESOURCES[1].replace("topic", "&kind topic") + "\n---\n" + RESOURCES[2] + "  type: *kind\n"
    with pytest.raises(edatool.WrongUsage, match="nothing before here is anchored as &kind"):
        taken(text)
