"""Which of many filters match an event, JSON parsing included, beside a plain loop over them.

The filters are mixed as a few hundred consumers would write them: most ask for a customer, a site or an order of theirs
and for something more, some only for amounts, prefixes, or anything but something.
"""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

from edatool.contracts.payload import parse as parse_payload
from edatool.filters.content import Content
from edatool.filters.index.index import index
from edatool.filters.matches import matches
from edatool.filters.parse import parse
from edatool.filters.pattern import Filter

SIZES = (1, 100, 10_000)
EVENTS = 500
TIERS = ("gold", "silver", "bronze", "none")
REGIONS = ("eu", "us", "ap", "sa")


def run(folder: Path) -> dict[str, float]:
    del folder
    figures: dict[str, float] = {}
    texts = [event(number) for number in range(EVENTS)]
    figures["event, bytes"] = round(sum(map(len, texts)) / EVENTS)
    figures["json.loads, us"] = microseconds(json.loads, texts)
    figures["payload.parse, us"] = microseconds(parse_payload, texts)
    for size in SIZES:
        figures |= measured(f"{size} mixed filters", [mixed(number, size) for number in range(size)], texts)
    for name, shape in WORST.items():
        figures |= measured(f"10,000 filters, {name}", [shape(number) for number in range(10_000)], texts[:20])
    return figures


def measured(name: str, patterns: list[dict[str, object]], texts: list[bytes]) -> dict[str, float]:
    """Return processor time per event, and the ratio of a plain loop to it, which must find the same."""
    start = time.process_time()
    filters = {f"f{number}": read(pattern) for number, pattern in enumerate(patterns)}
    parsed = time.process_time()
    built = index(filters)
    done = time.process_time()
    few = texts[:3]
    assert [built.matching(content(text)) for text in few] == [loop(filters, content(text)) for text in few]
    found = sum(len(built.matching(content(text))) for text in texts) / len(texts)
    fast = microseconds(lambda text: built.matching(content(text)), texts)
    slow = microseconds(lambda text: loop(filters, content(text)), few)
    return {
        f"{name}: matches per event": round(found, 1),
        f"{name}: us per event": fast,
        f"{name}: loop / index": round(slow / fast, 1),
        f"{name}: parsing them, s": round(parsed - start, 2),
        f"{name}: building, s": round(done - parsed, 2),
    }


def loop(filters: dict[str, Filter], one: Content) -> list[str]:
    return [name for name, each in filters.items() if matches(each, one)]


def content(text: bytes) -> Content:
    return Content(parse_payload(text), "order.eu.placed", {"tier": "gold"}, "order.placed")


def microseconds(work: Callable[[bytes], object], texts: list[bytes]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        for text in texts:
            work(text)
        times.append((time.process_time() - start) / len(texts))
    return round(min(times) * 1e6, 2)


def read(pattern: dict[str, object]) -> Filter:
    parsed = parse(pattern, (), lambda _: None)
    assert isinstance(parsed, Filter), parsed
    return parsed


def event(number: int) -> bytes:
    """Return an order of about 450 bytes; who ordered, and for how much, differs."""
    draw = random.Random(number)
    order = {
        "id": f"A-{number}",
        "region": draw.choice(REGIONS),
        "total": draw.randrange(1, 2_000),
        "currency": "EUR",
        "customer": {"id": draw.randrange(2_000), "tier": draw.choice(TIERS), "email": f"pat{number}@example.com"},
        "items": [{"sku": f"sku-{draw.randrange(500)}", "qty": draw.randrange(1, 5)} for _ in range(2)],
        "site": f"site-{draw.randrange(200)}",
        "address": {"street": "Long Street 17", "city": "Oslo", "postcode": f"{draw.randrange(10_000):04}"},
        "tags": ["web", "summer"],
        "note": "please leave it with the neighbours if nobody is at home",
    }
    return json.dumps(order).encode()


def mixed(number: int, size: int) -> dict[str, object]:
    """Return one of ten kinds of filters, in numbers that let some 27 of 10,000 match an event."""
    draw = random.Random(size * 100_003 + number)
    region, tier, total = draw.choice(REGIONS), draw.choice(TIERS), draw.randrange(2_000)
    match number % 10:
        case 0 | 1:
            return {"data.customer.id": draw.randrange(2_000), "data.total": [{"numeric": [">=", total]}]}
        case 2:
            return {"data.site": f"site-{draw.randrange(200)}", "data.customer.tier": [tier], "data.region": [region]}
        case 3:
            return {"data.items.sku": f"sku-{draw.randrange(500)}", "data.items.qty": [{"numeric": [">", 2]}]}
        case 4:
            return {"data.address.postcode": [{"prefix": f"{draw.randrange(100):02}"}], "data.region": [region]}
        case 5:
            return {"data.total": [{"numeric": [">=", total, "<", total + 130]}], "data.customer.tier": [tier]}
        case 6:
            return {"data.customer.id": draw.randrange(2_000), "$or": [{"data.region": region}, {"data.vip": True}]}
        case 7:
            return {"data.site": f"site-{draw.randrange(200)}", "data.customer.tier": [{"anything-but": tier}]}
        case 8:
            return {"data.id": [{"wildcard": f"*-{draw.randrange(10_000)}"}], "data.region": [region]}
        case _:
            return {"data.customer.email": [{"equals-ignore-case": f"PAT{draw.randrange(2_000)}@example.com"}]}


WORST: dict[str, Callable[[int], dict[str, object]]] = {
    "amounts only": lambda number: {"data.total": [{"numeric": [">", number % 2_000, "<=", number % 2_000 + 5]}]},
    "each another field": lambda number: {f"data.field{number}": [{"exists": True}]},
    "each another wildcard": lambda number: {"data.note": [{"wildcard": f"*{number}*"}]},
    "each another regex": lambda number: {"data.note": [{"regex": f"(door|neighbours) {number}"}]},
    "each another network": lambda number: {"data.id": [{"cidr": f"10.{number // 256}.{number % 256}.0/24"}]},
    "anything but another site": lambda number: {"data.site": [{"anything-but": f"site-{number}"}]},
    "each another field absent": lambda number: {f"data.field{number}": [{"exists": False}]},
    "negations": lambda number: {"$not": {"data.total": [{"numeric": ["!=", number]}]}},
}
"""Shapes for which the index can do little."""
