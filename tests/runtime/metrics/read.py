"""Metrics read back by prometheus_client's own parsers, and held against the conventions of Prometheus."""

import re
import socket

import httpx
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample


def samples(registry: CollectorRegistry) -> dict[str, float]:
    """Return the values of a registry by ``name{label=value,...}``; all keep to the conventions."""
    return of_text(generate_latest(registry).decode())


def of_text(text: str) -> dict[str, float]:
    families = list(text_string_to_metric_families(text))
    ours = [one for one in families if one.name.startswith("edatool_") and not one.name.endswith("_created")]
    for family in ours:
        assert family.documentation.endswith("."), family.name
        for sample in family.samples:
            assert keeps_conventions(family.name, family.type, sample), sample
    return {_key(sample): sample.value for family in ours for sample in family.samples}


def keeps_conventions(family: str, kind: str, sample: Sample) -> bool:
    """Tell what promtool check metrics looks for, and what Prometheus asks of names of labels and units."""
    names = [sample.name, *sample.labels]
    snake = all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
    says_its_type = re.search("_(counter|gauge|histogram|total|ms|milliseconds)$", family) is not None
    ending = {"counter": "_total$", "histogram": "_seconds_(bucket|sum|count)$", "gauge": "(?<!_total)$"}[kind]
    return snake and not says_its_type and re.search(ending, sample.name) is not None


def _key(sample: Sample) -> str:
    labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}" if labels else sample.name


def asked(port: int, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}/{path}", headers=headers, trust_env=False)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
