"""The simulator as one script."""

from importlib.resources import files

_PARTS = ("json", "texts", "addresses", "filters", "exchanges", "routing", "events", "simulator")
_OFFERED = "simulatorOf, versionOf, headersFrom, written"


def engine() -> str:
    """Return the script that defines ``edatoolSimulator``, whose ``simulatorOf`` takes what ``simulator_data`` returns.

    It needs nothing but the language: no module, no request, nothing of a browser.
    """
    return f'const edatoolSimulator = (() => {{\n"use strict";\n{parts()}return {{ {_OFFERED} }};\n}})();\n'


def parts() -> str:
    """Return all functions of the simulator."""
    folder = files("edatool.site.simulator") / "engine"
    return "\n".join((folder / f"{name}.js").read_text("utf-8") for name in _PARTS)
