"""Reading, checking and planning a large spec, beside YAML parsing alone."""

from pathlib import Path

import yaml

from edatool.broker.live import Live
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routing.compile import compile_spec
from tests.benchmarks import large
from tests.benchmarks.timing import seconds


def run(folder: Path) -> dict[str, float]:
    file = large.write(folder)
    checked = load([str(file)], {})
    assert checked.findings == ()
    live = Live(compile_spec(checked.spec), "4.0.5")
    figures = {
        "yaml.load with the C loader, s": seconds(lambda: yaml.load(file.read_text(), Loader=yaml.CSafeLoader), runs=3),
        "load and check 5,000 queues + 5,000 bindings, s": seconds(lambda: load([str(file)], {}), runs=3),
        "plan against the same topology, s": seconds(
            lambda: plan_apply(compile_spec(checked.spec), live.topology), runs=3
        ),
    }
    loader, check, _ = figures.values()
    return {**figures, "check / yaml.load": round(check / loader, 2)}
