"""The site of a spec: every file of it."""

from collections.abc import Iterator, Mapping
from importlib.resources import files

from edatool.render.graph.style import STYLE_ON_PAGES
from edatool.site.environments import differing
from edatool.site.facts import Facts
from edatool.site.page import LISTS, Page, Shell
from edatool.site.pages.changes import changes_page
from edatool.site.pages.environments import environments_page
from edatool.site.pages.event import event_page
from edatool.site.pages.exchange import exchange_page
from edatool.site.pages.field import field_page
from edatool.site.pages.filter import filter_page
from edatool.site.pages.findings import findings_page
from edatool.site.pages.graph import graph_page
from edatool.site.pages.history import history_page
from edatool.site.pages.lists import list_pages
from edatool.site.pages.overview import overview
from edatool.site.pages.owner import owner_page
from edatool.site.pages.policy import policies_page, policy_page
from edatool.site.pages.producer import producer_page
from edatool.site.pages.queue import queue_page
from edatool.site.pages.reader import reader_page
from edatool.site.pages.senders import senders_page
from edatool.site.pages.simulator import DATA, simulator_page, simulator_script
from edatool.site.pages.soap import soap_page
from edatool.site.pages.source import source_page
from edatool.site.pages.user import user_page, users_page
from edatool.site.search_index import search_index
from edatool.site.simulator.script import engine

_ASSETS = ("site.css", "theme.js", "search.js", "simulator.js", "live.js")


def site(facts: Facts, *, live: bool = False) -> Mapping[str, str]:
    """Return the files of a site by their names in its folder: of the same facts always the same.

    ``live``: its pages ask the server that they are from whether there are newer ones.
    """
    spec = facts.routes.spec
    policies = (("policies.html", "Policies"),) if spec.policies or spec.operator_policies else ()
    users = (("users.html", "Users"),) if spec.users else ()
    changes = (("changes.html", "Changes"),) if facts.diff else ()
    beside = (("environments.html", "Environments"),) if facts.environments else ()
    past = (("history.html", "History"),) if facts.history else ()
    shell = Shell(spec.name, (*LISTS, *policies, *users, *beside, *changes, *past), live)
    return {
        **{page.path: shell.html(page) for page in _pages(facts)},
        **{f"assets/{name}": (files("edatool.site") / "assets" / name).read_text("utf-8") for name in _ASSETS},
        "assets/graph.css": STYLE_ON_PAGES,
        "assets/simulator-engine.js": engine(),
        "search-index.js": search_index(facts),
        DATA: simulator_script(facts),
    }


def _pages(facts: Facts) -> Iterator[Page]:
    spec = facts.routes.spec
    yield overview(facts)
    yield from list_pages(facts)
    yield senders_page(facts)
    if spec.policies or spec.operator_policies:
        yield policies_page(facts)
    if spec.users:
        yield users_page(facts)
    yield graph_page(facts)
    yield simulator_page(facts)
    yield findings_page(facts)
    if facts.diff:
        yield changes_page(facts, facts.diff)
    if facts.environments:
        yield environments_page(facts, tuple(facts.environments), list(differing(facts.environments)))
    if facts.history:
        yield history_page(facts)
    yield from (event_page(facts, one) for one in spec.events.values())
    yield from (queue_page(facts, one) for one in spec.queues.values())
    yield from (exchange_page(facts, one) for one in spec.exchanges.values())
    yield from (filter_page(facts, name) for name in spec.filters)
    yield from (reader_page(facts, one) for one in facts.readers)
    yield from (producer_page(facts, one) for one in spec.producers.values())
    yield from (source_page(facts, one) for one in spec.sources.values())
    yield from (soap_page(facts, one) for one in spec.soap.values())
    yield from (policy_page(facts, one, "policy") for one in spec.policies.values())
    yield from (policy_page(facts, one, "operator policy") for one in spec.operator_policies.values())
    yield from (user_page(facts, one) for one in spec.users.values())
    yield from (owner_page(facts, name) for name in facts.owners)
    yield from (field_page(facts, path) for path in facts.fields)
