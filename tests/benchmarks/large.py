from pathlib import Path


def write(folder: Path, queues: int = 5_000) -> Path:
    """Write a spec with so many queues, each bound once."""
    lines = ["edatool: 1", "name: large", "exchanges: {events: {type: topic}}", "queues:"]
    lines += [f"  q{i}: {{type: classic, max_length: {1000 + i}}}" for i in range(queues)]
    lines += ["bindings:"]
    lines += [f"  - {{exchange: events, queue: q{i}, keys: [order.{i}.placed]}}" for i in range(queues)]
    file = folder / "large.yaml"
    file.write_text("\n".join(lines) + "\n")
    return file
