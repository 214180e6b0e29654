"""The pages of users: what each may do."""

from edatool.site.addresses import Subject, address
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.lists import listing
from edatool.site.pages.parts import KINDS, NOTHING, Links, code, explained, facts_list, listed, missing, section, table
from edatool.site.rights import PERMISSIONS, Permission, Right
from edatool.spec.spec import User

_MAY: dict[Permission, str] = {
    "configure": "declare and delete",
    "write": "publish to, or bind for messages",
    "read": "read from",
}


def users_page(facts: Facts) -> Page:
    """Return the page of all users."""
    links = Links(facts, "users.html")
    rows = [
        (
            links.to("user", one.name),
            *(_pattern(facts, one, each) for each in PERMISSIONS),
            ", ".join(one.tags) or NOTHING,
        )
        for one in facts.routes.spec.users.values()
    ]
    heads = ("User", *(f"May {words}" for words in _MAY.values()), "Tags")
    return listing(links, "Users", explained("user"), heads, rows)


def _pattern(facts: Facts, user: User, permission: Permission) -> Markup:
    rights = facts.rights.get(user.name)
    return _code(rights[permission].pattern) if rights else NOTHING


def user_page(facts: Facts, user: User) -> Page:
    """Return the page of a user; of a password it says nothing."""
    path = address("user", user.name)
    links, where = Links(facts, path), facts.routes.spec.where("users", user.name)
    body = content(
        explained("user"),
        facts_list(
            ("Tags", ", ".join(user.tags) or NOTHING),
            ("Declared at", code(facts.place(where))) if where else None,
        ),
        section("What it may do", _permissions(links, user)),
        _topics(links, user),
    )
    return Page(path, user.name, KINDS["user"][0], body)


def user_facts(links: Links, subject: Subject, said: str, permission: Permission) -> list[tuple[str, object]]:
    """Return which users may do something with a queue or an exchange; nothing where the spec declares none."""
    found = [name for name, rights in links.facts.rights.items() if rights[permission].covers(subject)]
    return [(said, links.all("user", found))] if links.facts.rights else []


def _permissions(links: Links, user: User) -> Markup:
    rights = links.facts.rights.get(user.name)
    if rights is None:
        return element("p", missing("It has no permissions in this vhost, and cannot connect to it."))
    rows = [
        (f"May {_MAY[permission]}", _code(right.pattern), _fitting(links, right))
        for permission, right in rights.items()
    ]
    return table("Permissions", ("What", "Names that fit", "Of what is declared"), rows)


def _code(pattern: str) -> Markup:
    return code(pattern) if pattern else NOTHING


def _fitting(links: Links, right: Right) -> Markup:
    if right.fits is None:
        return missing("only RabbitMQ can judge a part of the pattern")
    spec = links.facts.routes.spec
    if len(right.fits) == len(spec.queues) + len(spec.exchanges) > 0:
        return content("all queues and exchanges")
    return listed([content(kind, " ", links.to(kind, name)) for kind, name in right.fits])


def _topics(links: Links, user: User) -> Markup | None:
    rows = [
        (links.to("exchange", exchange), _code(allowed["write"]), _code(allowed["read"]))
        for exchange, allowed in user.topic_permissions.items()
    ]
    if not rows:
        return None
    return section(
        "Routing keys",
        element("p", "At these exchanges only keys that fit may be used.", class_="note"),
        table("Routing keys", ("Exchange", "To publish", "To bind queues"), rows),
    )
