import hashlib
import re
from html.parser import HTMLParser

import httpx
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import edatool
from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, serving, written

MORE = f"""
producers:
  storefront: {{events: [order.placed], tokens: ["sha256:{hashlib.sha256(b"token").hexdigest()}"]}}
"""
OLD = """
  order.old: {exchange: orders, key: order.old, schema: old.json, summary: "<script>alert(1)</script>"}
  "odd/{name}": {exchange: orders, key: order.odd}
"""
OLD_SCHEMA = """{"$schema": "http://json-schema.org/draft-07/schema#", "items": {"type": "string"},
 "examples": [["it's </pre>"]]}"""


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> edatool.Routes:
    folder = tmp_path_factory.mktemp("spec")
    (folder / "old.json").write_text(OLD_SCHEMA)
    return written(folder, events=OLD)


def test_all_events_are_told_in_openapi_that_a_validator_accepts(client: httpx.Client, routes: edatool.Routes) -> None:
    document = client.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    told = {one["post"]["operationId"] for one in document["paths"].values()}
    assert told == set(routes.spec.events)
    content = document["paths"]["/events/order.placed"]["post"]["requestBody"]["content"]["application/json"]
    assert content["examples"]["0"]["value"] == ORDER
    schema = {"$ref": content["schema"]["$ref"], "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(ORDER)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({})


def test_every_path_that_is_told_takes_its_event(client: httpx.Client) -> None:
    for path, one in client.get("/openapi.json").json()["paths"].items():
        answer = client.post(path, json=ORDER)
        assert answer.json()["event"] == one["post"]["operationId"]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_the_page_asks_for_nothing_else_and_is_no_place_for_scripts(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    page = _Links()
    page.feed(answer.text)
    assert "script" not in page.tags
    assert page.links == ["openapi.json"]
    assert len(re.findall("<h2>", answer.text)) == 6


def test_a_producer_is_told_of_its_own_events_only(shop: Vhost, tmp_path_factory: pytest.TempPathFactory) -> None:
    routes = written(tmp_path_factory.mktemp("spec"), MORE)
    with serving(routes, shop.url) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert [client.get(one).status_code for one in ("/", "/openapi.json")] == [401, 401]
        document = client.get("/openapi.json", auth=("storefront", "token")).json()
        OpenAPIV31SpecValidator(document).validate()
        assert list(document["paths"]) == ["/events/order.placed"]
        assert document["security"] == [{"token": []}, {"password": []}]
        assert "order.noted" not in client.get("/", auth=("storefront", "token")).text
