"""Who sends, who may, what holds for it, and which fields that takes: on the pages, and in the search."""

import json
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import edatool
from tests.site.sites import EVERY_KEY

Files = Mapping[str, str]


@pytest.fixture(scope="module")
def every_key() -> Files:
    """The site of the spec in which there is everything."""
    return edatool.docs(edatool.load(str(EVERY_KEY)))


def linked(files: Files, page: str) -> set[str]:
    """Return the pages that what is said on a page leads to."""
    content = files[page].partition("<main")[2]
    links = re.findall(r'href="([^"#]+)"', content)
    return {posixpath.normpath(posixpath.join(posixpath.dirname(page), one)) for one in links}


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        (
            "events/order.placed.html",
            {
                "producers/storefront.html",
                "sources/marketplace.html",
                "soap/legacy.html",
                "deliveries/marketplace.html",
            },
        ),
        ("soap/legacy.html", {"producers/storefront.html", "owners/finance.html", "events/order.placed.html"}),
        ("producers/storefront.html", {"owners/web-team.html", "soap/legacy.html", "events/order.placed.html"}),
        ("owners/web-team.html", {"producers/storefront.html", "events/order.placed.html"}),
        ("owners/finance.html", {"soap/legacy.html"}),
        ("owners/storefront-team.html", {"sources/marketplace.html", "deliveries/marketplace.html"}),
        ("deliveries/marketplace.html", {"queues/orders.html", "fields/customer.id.html", "fields/region.html"}),
        ("queues/orders.html", {"operator-policies/bounds.html", "users/order-service.html"}),
        ("exchanges/events.html", {"users/order-service.html"}),
        ("exchanges/billing.html", {"policies/federated.html"}),
        ("operator-policies/bounds.html", {"queues/orders.html"}),
        ("users/order-service.html", {"queues/orders.html", "exchanges/events.html"}),
        ("policies.html", {"policies/limits.html", "operator-policies/bounds.html"}),
        ("users.html", {"users/order-service.html"}),
    ],
)
def test_pages_lead_from_one_to_the_other(every_key: Files, page: str, leads_to: set[str]) -> None:
    assert leads_to <= linked(every_key, page)


@pytest.mark.parametrize(
    ("field", "by", "page"),
    [
        ("customer.id", "order of handling", "deliveries/marketplace.html"),
        ("id", "delivery", "deliveries/marketplace.html"),
        ("order.id", "delivery", "deliveries/billing.html"),
        ("region", "answer that fills it", "deliveries/marketplace.html"),
        ("customer.tier", "webhook that fills it", "sources/marketplace.html"),
        ("order.id", "webhook that fills it", "sources/partner.html"),
        ("total", "element of a SOAP operation", "soap/legacy.html"),
    ],
)
def test_a_field_names_each_mapping_that_breaks_when_it_is_renamed(
    every_key: Files, field: str, by: str, page: str
) -> None:
    content = every_key[f"fields/{field}.html"].partition("If it is renamed")[2].partition("</section>")[0]
    assert re.search(rf'href="../{page}"><span class="name">{by}<', content.replace("<wbr>", "")), content


def test_a_field_names_all_who_fill_it(every_key: Files) -> None:
    content = every_key["fields/total.html"].partition("Who fills it")[2].partition("</section>")[0]
    ways = re.findall(r'data-label="How"><div>([^<]+)<', content)
    assert set(ways) == {"publishes", "by HTTP", "by webhooks", "by SOAP", "by answers to a delivery"}


def test_the_search_finds_them(every_key: Files) -> None:
    script = every_key["search-index.js"]
    found = {
        (kind, name): page for kind, name, page, _ in json.loads(script[script.index("[") : script.rindex("]") + 1])
    }
    assert {key: found.get(key) for key in found if key[1] in ("legacy", "limits", "bounds")} == {
        ("soap service", "legacy"): "soap/legacy.html",
        ("policy", "limits"): "policies/limits.html",
        ("operator policy", "bounds"): "operator-policies/bounds.html",
    }
    assert found["sender by http", "storefront"] == "producers/storefront.html"
    assert found["user", "order-service"] == "users/order-service.html"


def test_nothing_by_which_somebody_is_known_is_told(every_key: Files) -> None:
    spec = EVERY_KEY.read_text()
    secret = {*re.findall(r"sha256:[0-9a-f]+", spec), *re.findall(r"file: (/run/secrets/[\w-]+)", spec)}
    secret |= {name for name in re.findall(r"env: (\w+)", spec) if not name.endswith("_URL")}
    assert len(secret) > 10
    assert [
        (page, one) for page, text in every_key.items() for one in secret if one.removeprefix("sha256:") in text
    ] == []


def test_a_url_is_shown_without_what_may_be_secret_in_it(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(
        "{edatool: 1, name: shop, queues: {orders: {}}, "
        "triggers: {crm: {queue: orders, http: 'https://crm.example/orders?key=abc'}}, "
        "deliveries: {shop: {queue: orders, to: 'https://shop.example/orders?key=abc'}}}"
    )
    files = edatool.docs(edatool.load(str(tmp_path / "routes.yaml")))
    assert "https://crm.example/orders<" in files["triggers/crm.html"]
    assert "https://shop.example/orders<" in files["deliveries/shop.html"]
    assert [page for page, text in files.items() if "key=abc" in text] == []


def test_of_several_policies_the_one_that_holds_is_named(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(
        "{edatool: 1, name: shop, queues: {orders: {}}, policies: {"
        "weak: {pattern: '^or', apply_to: queues, priority: 1, definition: {max-length: 1}}, "
        "strong: {pattern: ders, apply_to: queues, priority: 2, definition: {max-length: 2}}}}"
    )
    files = edatool.docs(edatool.load(str(tmp_path / "routes.yaml")))
    assert "policies/strong.html" in linked(files, "policies/weak.html")
    assert "policies/weak.html" not in linked(files, "policies/strong.html")
    assert re.search("strong.*Too weak to count.*weak", files["queues/orders.html"])
