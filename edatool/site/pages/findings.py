"""The page of all that edatool finds wrong or worth a look."""

from edatool.checks.catalogue import CATALOGUE
from edatool.findings import Finding
from edatool.site.facts import Facts
from edatool.site.html import Markup, content, element
from edatool.site.page import Page
from edatool.site.pages.parts import NOTHING, Links, code, command, section, table
from edatool.site.pages.tests import test_table

_NAMES = {rule.code: rule.name for rule in CATALOGUE}


def findings_page(facts: Facts) -> Page:
    """Return the page of findings and tests."""
    links, found = Links(facts, "findings.html"), facts.routes.findings
    ignored = [(*_row(facts, one.finding), one.reason) for one in facts.routes.ignored]
    rows = [_row(facts, one) for one in found]
    body = content(
        element(
            "p", "What is wrong with the spec, or worth a look, and how the tests of the routing ended.", class_="lead"
        ),
        section(
            "Findings",
            table("Findings", ("Code", "What", "Where"), rows) if rows else element("p", "Nothing was found."),
        ),
        command("edatool", "explain", found[0].code) if rows else None,
        section("Looked at, and left", table("Ignored", ("Code", "What", "Where", "Reason"), ignored))
        if ignored
        else None,
        section("Tests", test_table(links, facts.tests) if facts.tests else element("p", "The spec has no tests.")),
    )
    return Page("findings.html", "Findings", "What edatool says", body)


def _row(facts: Facts, one: Finding) -> tuple[Markup, str, Markup]:
    badge = element("span", one.severity, class_=f"badge {one.severity}")
    name = element("small", _NAMES.get(one.code, ""))
    return content(code(one.code), " ", badge, name), one.message, code(facts.place(one.at)) if one.at else NOTHING
