"""The pages of policies and operator policies."""

from typing import get_args

from edatool.site.addresses import Subject, address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.lists import listing
from edatool.site.pages.parts import (
    KINDS,
    NOTHING,
    Links,
    as_json,
    code,
    explained,
    facts_list,
    listed,
    missing,
    section,
    table,
)
from edatool.site.policies import PolicyKind
from edatool.spec.rabbitmq.arguments import setting_named
from edatool.spec.spec import SpecPolicy

_SECTIONS: dict[PolicyKind, str] = {"policy": "policies", "operator policy": "operator_policies"}


def policies_page(facts: Facts) -> Page:
    """Return the page of all policies of both kinds."""
    links, spec = Links(facts, "policies.html"), facts.routes.spec
    rows = [
        *(_row(links, one, "policy") for one in spec.policies.values()),
        *(_row(links, one, "operator policy") for one in spec.operator_policies.values()),
    ]
    about = content(explained("policy"), explained("operator policy"))
    return listing(links, "Policies", about, ("Policy", "Kind", "Applies to", "Priority", "Sets"), rows)


def _row(links: Links, one: SpecPolicy, kind: PolicyKind) -> tuple[object, ...]:
    settings = listed([code(name) for name in one.definition])
    return links.to(kind, one.name), kind, _applying(one), str(one.priority), settings


def policy_page(facts: Facts, one: SpecPolicy, kind: PolicyKind) -> Page:
    """Return the page of a policy."""
    path = address(kind, one.name)
    links = Links(facts, path)
    where = facts.routes.spec.where(_SECTIONS[kind], one.name)
    settings = ((code(name), code(as_json(value, indent=None)), _about(name)) for name, value in one.definition.items())
    body = content(
        explained(kind),
        facts_list(
            ("Applies to", _applying(one)),
            ("Priority", str(one.priority)),
            ("Declared at", code(facts.place(where))) if where else None,
        ),
        section("What it sets", table("Settings", ("Setting", "Value", "What it is"), settings)),
        section("What fits it", _fitting(links, one, kind)),
    )
    return Page(path, one.name, KINDS[kind][0], body)


def policy_facts(links: Links, subject: Subject) -> list[tuple[str, object]]:
    """Return which policies hold for a queue or an exchange, and which would if others were not stronger."""
    return [
        (KINDS[kind][0], _counting(links, kind, found))
        for kind in get_args(PolicyKind)
        if (found := links.facts.policies_on.get((kind, subject)))
    ]


def _counting(links: Links, kind: PolicyKind, names: tuple[str, ...]) -> Markup:
    weaker = element("small", "Too weak to count: ", links.all(kind, names[1:]), ".") if names[1:] else None
    return content(links.to(kind, names[0]), weaker)


def _applying(one: SpecPolicy) -> Markup:
    what = "queues and exchanges" if one.apply_to == "all" else one.apply_to.replace("_", " ")
    return content(f"{what} whose name fits ", code(one.pattern)) if one.pattern else content(f"all {what}")


def _about(setting: str) -> object:
    known = setting_named(setting)
    return known.about if known else NOTHING


def _fitting(links: Links, one: SpecPolicy, kind: PolicyKind) -> Markup:
    router = links.facts.routes.router
    if one.name in (router.policies if kind == "policy" else router.operators).unreadable:
        return element("p", missing("Its pattern has a part that only RabbitMQ can judge."))
    rows = [
        (
            links.to(*subject),
            subject[0],
            "yes" if names[0] == one.name else content("no: ", links.to(kind, names[0]), " is stronger"),
        )
        for (each, subject), names in links.facts.policies_on.items()
        if each == kind and one.name in names
    ]
    if not rows:
        return element("p", missing("Nothing that the spec declares."))
    return table("What fits", ("Name", "Kind", "It holds"), rows)
