"""The simulator's page in Chromium."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

import edatool
from edatool.render.trace.shown import ShownTrace
from edatool.render.trace.text import text
from tests.site import hostile
from tests.site.sites import SHOP
from tests.site.test_in_a_browser import opened, violations

pytestmark = pytest.mark.slow

SMALL = {"id": "A-1", "region": "us", "size": "small", "total": 12, "customer": {"id": 7, "tier": "silver"}}


def ask(page: Page, site: Path, **asked: str) -> str:
    """Open the address of a question, and return the answer."""
    page.goto("about:blank")
    page.goto(f"{(site / 'simulator.html').as_uri()}#{urlencode(asked)}")
    return page.locator("#answer").inner_text()


def ending(trace: edatool.Trace, message: Any) -> str:
    """Return where a message ends, as edatool route says it in its last line."""
    return text(ShownTrace(message, trace)).splitlines()[-1]


def test_the_page_says_what_edatool_route_says(browser: Browser, shop: Path) -> None:
    routes = edatool.load(str(SHOP))
    payloads = [("order.placed", SMALL), ("order.placed", {**SMALL, "total": 9007199254740993})]
    payloads += [
        (event, contract.examples[0]) for event in routes.spec.events for contract in [contract_of(routes, event)]
    ]
    with opened(browser) as page:
        for event, payload in payloads:
            message = routes.message(event, payload)
            said = ask(page, shop, event=event, payload=json.dumps(payload))
            assert said == ending(routes.route(event, payload), message)


def contract_of(routes: edatool.Routes, event: str) -> Any:
    return routes.contracts[str(routes.spec.events[event].schema)]


def test_a_question_is_asked_by_keys_alone_and_sent_to_somebody_by_its_address(browser: Browser, shop: Path) -> None:
    with opened(browser) as page:
        page.goto((shop / "events" / "order.placed.html").as_uri())
        page.get_by_role("link", name="Try another payload").click()
        payload = page.get_by_label("Payload, as JSON")
        expect(payload).to_have_value(re.compile('"total"'))
        payload.focus()
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.insert_text(json.dumps(SMALL))
        page.keyboard.press("Control+Enter")
        missed = page.get_by_role("listitem").filter(has_text="key-accounts").first
        expect(missed).to_contain_text("its filter: data.total is 12, not a number >= 500")
        assert violations(page) == ""
        address, answer = page.url, page.locator("#answer").inner_text()
    with opened(browser) as page:
        page.goto(address)
        expect(page.get_by_role("status").last).to_have_text(answer)
        expect(page.get_by_label("Payload, as JSON")).to_have_value(json.dumps(SMALL))


def test_what_is_wrong_is_said_and_what_is_untold_names_the_command(
    browser: Browser, shop: Path, tmp_path: Path
) -> None:
    spec = {
        "edatool": 1,
        "name": "s",
        "events": {"e": {"exchange": "x", "key": "e"}},
        "exchanges": {"x": {"type": "topic"}},
        "queues": {"q": {}},
        "bindings": [{"queue": "q", "events": ["e"], "filter": {"data.a": [{"regex": "(?i)a"}]}}],
    }
    (tmp_path / "routes.yaml").write_text(json.dumps(spec))
    site = tmp_path / "site"
    edatool.write_docs(edatool.docs(edatool.load(str(tmp_path / "routes.yaml"))), str(site))
    with opened(browser) as page:
        assert ask(page, shop, event="order.placed", payload="{,}").startswith("It is not published: line 1, column 2:")
        assert "RabbitMQ like 3.12" in ask(page, shop, event="order.placed", version="newest")
        assert "NAME=VALUE" in ask(page, shop, exchange="events", headers="tier")
        assert ask(page, shop, exchange="nowhere").startswith("Refused with 404")
        assert ask(page, site, event="e", payload='{"a": "A"}').endswith("Run: edatool route e payload.json")
        assert ask(page, site, event="e", payload='{"a": 1}') == "Unroutable: it reaches no queue."


def test_hostile_texts_are_texts_in_the_answer(browser: Browser, hostile_site: Path) -> None:
    with opened(browser) as page:
        lines = "\n".join(f"{name}={json.dumps(name)}" for name in hostile.NAMES)
        ask(page, hostile_site, exchange=hostile.IMAGE, key=hostile.SCRIPT, headers=lines)
        assert page.evaluate("window.pwned") is None
        for name in hostile.NAMES:
            ask(page, hostile_site, event=name, payload=name)
            assert page.evaluate("window.pwned") is None, name
            assert "\u202e" not in page.locator("main").inner_text()


def test_a_message_without_stamps_is_up_to_the_router_for_queues_whose_filter_it_comes_to(
    browser: Browser, shop: Path
) -> None:
    with opened(browser) as page:
        ask(page, shop, exchange="events", key="order.eu.placed")
        behind = page.get_by_role("listitem").filter(has_text="edatool's router decides, by its filter")
        expect(behind).to_have_count(2)  # the queue, and its reason
        expect(behind.first).to_contain_text("key-accounts")
        ask(page, shop, exchange="events", key="freezer.1.alarm")
        expect(behind).to_have_count(0)
