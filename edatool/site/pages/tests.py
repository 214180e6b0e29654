"""Routing tests, as they ended."""

from collections.abc import Callable, Iterable

from edatool.routing.verify import Verified
from edatool.site.html import Markup, content, element
from edatool.site.pages.parts import Links, section, table
from edatool.spec.spec import Expectation


def tests_section(links: Links, about: Callable[[Verified], bool], name: str) -> Markup:
    """Return the section with the tests that are about something."""
    found = [one for one in links.facts.tests if about(one)]
    if not found:
        text = f"No routing test of the spec is about {name}: what is expected of it is nowhere said."
        return section("Its tests", element("p", text))
    return section("Its tests", test_table(links, found))


def test_table(links: Links, tests: Iterable[Verified]) -> Markup:
    """Return a table of tests."""
    return table("Tests", ("What is expected", "Ends in", "Result"), [_row(links, one) for one in tests])


def _row(links: Links, one: Verified) -> tuple[object, ...]:
    test = one.test
    after = test.dead_letter
    died = (
        element(
            "small",
            "and, dead-lettered from ",
            links.to("queue", after.queue),
            ", in ",
            links.all("queue", after.expect),
        )
        if after
        else None
    )
    badge = (
        element("span", "passes", class_="badge good") if one.passed else element("span", "fails", class_="badge error")
    )
    return (
        test.name,
        content(_expected(links, test.expect), died),
        content(badge, [element("small", each) for each in one.problems]),
    )


def _expected(links: Links, expected: Expectation) -> Markup:
    match expected.kind:
        case "exactly":
            return links.all("queue", expected.queues)
        case "at_least":
            return content("at least ", links.all("queue", expected.queues))
        case "unroutable":
            return content("no queue")
        case _:
            return content(expected.kind)
