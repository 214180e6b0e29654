"""A spec in which every name and text tries to be more than that."""

import json
from pathlib import Path

import yaml

SCRIPT = "<script>window.pwned = 1</script>"
IMAGE = '"><img src=x onerror="window.pwned = 1">'
NAMES = (
    SCRIPT,
    IMAGE,
    "' onmouseover='window.pwned = 1",
    "</title></style><script>window.pwned = 1</script>",
    "javascript:window.pwned=1",
    "https://elsewhere.example/x",
    "//elsewhere.example/x",
    "../../../etc/passwd",
    "a/b\\c",
    "..",
    "%2e%2e%2f",
    "con",
    "nul.html",
    "name",
    "Name",
    "NAME",
    "x" * 200,
    "rtl \u202egnp.exe",
    "zero\u200bwidth",
    "*/ body { display: none }",
    "-->",
    "]]>",
    "`$${window.pwned = 1}`",
    "&lt;b&gt; &amp;",
    "\u05e9\u05dc\u05d5\u05dd",
)
SOME = NAMES[:4]
SIGNATURE = {"style": "stripe", "secrets": [{"env": "SECRET"}]}
FIELDS = {SCRIPT.replace(".", r"\."): "data.x"}


def write(folder: Path) -> Path:
    """Write the spec, and a schema that is as hostile."""
    schema = {
        "title": SCRIPT,
        "type": "object",
        "properties": {name: {"type": "string", "description": IMAGE, "pattern": "</pre>"} for name in NAMES},
        "examples": [{SCRIPT: f"</pre>{SCRIPT}"}],
    }
    (folder / "schema.json").write_text(json.dumps(schema))
    texts = {"summary": f"{IMAGE}\u2028{SCRIPT}", "owner": SCRIPT}
    spec = {
        "edatool": 1,
        "name": SCRIPT,
        "events": {
            name: {
                "exchange": IMAGE,
                "key": f"k{number}",
                "schema": "schema.json",
                "summary": IMAGE,
                "producer": name,
                "category": SCRIPT,
            }
            for number, name in enumerate(NAMES)
        },
        "exchanges": {IMAGE: {"type": "topic", "summary": SCRIPT, "alternate": SCRIPT}, SCRIPT: {"type": "fanout"}},
        "queues": {name: {"type": "quorum", **texts} for name in NAMES},
        "bindings": [
            {
                "queue": name,
                "exchange": IMAGE,
                "key": f"k{number}",
                "filter": name if number % 2 else {f"data.{SCRIPT.replace('.', chr(92) + '.')}": [IMAGE]},
            }
            for number, name in enumerate(NAMES)
        ],
        "filters": {name: {"data.x": [SCRIPT]} for name in NAMES},
        "consumers": {name: {"queue": name, **texts} for name in NAMES},
        "producers": {name: {"events": [NAMES[0]], "certificate": IMAGE, **texts} for name in SOME},
        "sources": {
            name: {"path": f"/{number}", "signature": SIGNATURE, "event": NAMES[0], "fields": FIELDS, **texts}
            for number, name in enumerate(SOME)
        },
        "deliveries": {
            name: {"queue": name, "to": "https://elsewhere.example/x", "fields": FIELDS, "answer": NAMES[0], **texts}
            for name in SOME
        },
        "policies": {name: {"pattern": IMAGE, "definition": {"max-length": 1}} for name in SOME},
        "operator_policies": {name: {"pattern": "", "definition": {"max-length": 1}} for name in SOME},
        "users": {name: {"tags": [IMAGE], "permissions": {"read": SCRIPT, "write": ".*"}} for name in SOME},
        "tests": [{"name": SCRIPT, "publish": NAMES[0], "expect": [NAMES[0]]}],
    }
    file = folder / "routes.yaml"
    file.write_text(yaml.safe_dump(spec, allow_unicode=False, sort_keys=False))
    return file
