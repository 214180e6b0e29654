"""What has changed, commit by commit: the page of all, and the section of one thing."""

from collections.abc import Iterator

from edatool.site.addresses import Kind
from edatool.site.facts import Facts
from edatool.site.history import Past
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.parts import KINDS, NOTHING, Links, code, missing, section, table


def history_page(facts: Facts) -> Page:
    """Return the page of all commits."""
    links = Links(facts, "history.html")
    rows = [(_day(one), _subject(one), *_changed(links, one)) for one in facts.history]
    body = content(
        element("p", "What the last commits have changed.", class_="lead"),
        table("Commits", ("Day", "Commit", "New", "Changed", "Removed"), rows),
    )
    return Page(links.here, "History", "Commit by commit", body)


def history_section(links: Links, kind: Kind, name: str) -> Markup | None:
    """Return the section of what commits have done to one thing; None where nothing is known."""
    rows = [
        (_day(one), element("span", one.changes[kind, name], class_=f"badge {one.changes[kind, name]}"), _subject(one))
        for one in links.facts.history
        if (kind, name) in one.changes
    ]
    return section("Its history", table("History", ("Day", "Change", "Commit"), rows)) if rows else None


def _day(one: Past) -> str:
    return one.commit.day if one.commit else "now"


def _subject(one: Past) -> Markup:
    if one.commit is None:
        return missing("not committed yet")
    return content(one.commit.subject, element("small", code(one.commit.id[:10])))


def _changed(links: Links, one: Past) -> Iterator[Markup]:
    for change in ("new", "changed", "removed"):
        names = [
            element("small", KINDS[kind][0].lower(), " ", links.to(kind, name))
            for (kind, name), each in one.changes.items()
            if each == change
        ]
        if not one.readable and change == "changed":
            names = [missing("the spec had errors")]
        yield content(names) if names else NOTHING
