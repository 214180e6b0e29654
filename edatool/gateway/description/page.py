"""What may be sent, as a page for people, which asks for nothing else."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{background:#8881;padding:.75rem;overflow:auto}:root{color-scheme:light dark}"
)


def page(document: Mapping[str, Any], url: str) -> str:
    """Return the page of a document as ``openapi`` returns it, for a gateway at a URL."""
    title = escape(document["info"]["title"])
    schemas = document["components"]["schemas"]
    events = "".join(_event(url + path, one["post"], schemas) for path, one in document["paths"].items())
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f'</head><body><h1>Events of {title}</h1><p>The same for programs: <a href="openapi.json">openapi.json</a>.</p>'
        f"{events}</body></html>"
    )


def _event(url: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    name, content = escape(operation["operationId"]), operation["requestBody"]["content"]["application/json"]
    examples = [one["value"] for one in content.get("examples", {}).values()]
    example = json.dumps(examples[0] if examples else {}, ensure_ascii=False).replace("'", "'\\''")
    curl = f"curl '{url}' \\\n    -H 'Content-Type: application/json' \\\n    -d '{example}'"
    schema = schemas[content["schema"]["$ref"].rpartition("/")[2]] if content["schema"] is not True else None
    shown = f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre>" if schema is not None else ""
    return f"<h2>{name}</h2><p>{escape(operation.get('summary', ''))}</p><pre>{escape(curl)}</pre>{shown}"
