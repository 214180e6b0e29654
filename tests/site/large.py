"""A spec of about two thousand objects, such as a large company may have, with contracts, filters and consumers."""

import json
from pathlib import Path

EVENTS, QUEUES, TEAMS, SCHEMAS = 600, 600, 40, 60


def write(folder: Path) -> Path:
    """Write 600 events, 600 queues and their consumers, 50 exchanges and 150 filters, with 1,200 bindings."""
    for number in range(SCHEMAS):
        properties = {f"field{number}_{each}": {"type": "string"} for each in range(8)}
        schema = {
            "type": "object",
            "required": ["id", "region"],
            "properties": {"id": {"type": "string"}, "region": {"enum": ["eu", "us"]}, **properties},
            "examples": [{"id": "1", "region": "eu"}],
        }
        (folder / f"schema{number}.json").write_text(json.dumps(schema))
    events = {
        f"domain{i % TEAMS}.thing{i}.happened": {
            "exchange": f"exchange{i % 50}",
            "key": f"domain{i % TEAMS}.thing{i}.{{region}}",
            "schema": f"schema{i % SCHEMAS}.json",
            "summary": f"Thing {i} happened in domain {i % TEAMS}.",
            "producer": f"team{i % TEAMS}",
        }
        for i in range(EVENTS)
    }
    queues = {f"queue{i}": {"type": "quorum", "owner": f"team{i % TEAMS}"} for i in range(QUEUES)}
    bindings: list[dict[str, object]] = [
        {"queue": f"queue{i}", "exchange": f"exchange{i % 50}", "key": f"domain{i % TEAMS}.thing{i}.*"}
        for i in range(QUEUES)
    ]
    for i in range(QUEUES):
        other = (i * 7 + 1) % EVENTS
        bound: dict[str, object] = {
            "queue": f"queue{i}",
            "exchange": f"exchange{other % 50}",
            "key": f"domain{other % TEAMS}.thing{other}.eu",
        }
        bindings.append({**bound, "filter": f"filter{i % 150}"} if i % 4 == 0 else bound)
    spec = {
        "edatool": 1,
        "name": "large",
        "exchanges": {f"exchange{i}": {"type": "topic"} for i in range(50)},
        "events": events,
        "queues": queues,
        "bindings": bindings,
        "filters": {f"filter{i}": {"data.id": [str(i)]} for i in range(150)},
        "consumers": {f"service{i}": {"queue": f"queue{i}", "owner": f"team{i % TEAMS}"} for i in range(QUEUES)},
    }
    file = folder / "routes.yaml"
    file.write_text(json.dumps(spec))
    return file
