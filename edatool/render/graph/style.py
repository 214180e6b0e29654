"""The colours and lines of pictures, light and dark.

Rules begin with the class of the picture, so that they touch nothing else on a page that it stands in. Colours stand
in each rule and not in variables, which rasterisers do not know.
"""

from collections.abc import Callable, Iterable

_FONT = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"

_DASHES = {"dead_letter": "7 4", "retry": "2 4", "alternate": "10 3 2 3"}

_LINES = {
    "sends": ("#0969da", "#58a6ff"),
    "binding": ("#57606a", "#9198a1"),
    "reads": ("#1a7f37", "#3fb950"),
    "alternate": ("#8250df", "#bc8cff"),
    "retry": ("#bc4c00", "#f0883e"),
    "dead_letter": ("#cf222e", "#ff7b72"),
}
"""The colour of each kind of line, in the light and in the dark."""

_BOXES = {
    "event": (("#ddf4ff", "#0969da"), ("#0c2d4e", "#58a6ff")),
    "exchange": (("#fff8c5", "#9a6700"), ("#3a2d06", "#d29922")),
    "queue": (("#dafbe1", "#1a7f37"), ("#0f3320", "#3fb950")),
    "retry": (("#fff1e5", "#bc4c00"), ("#3d2008", "#f0883e")),
    "dead": (("#ffebe9", "#cf222e"), ("#3f1416", "#ff7b72")),
}
"""What boxes are filled with and their outline, in the light and in the dark; others are grey."""

_MARKS = {"added": ("#1a7f37", "#3fb950"), "removed": ("#cf222e", "#ff7b72"), "changed": ("#9a6700", "#d29922")}


Pick = Callable[[str, str], str]
"""What is written of the two colours of something, in the light and in the dark."""


def _colours(pick: Pick) -> str:
    page, ink, soft = pick("#fff", "#0d1117"), pick("#1f2328", "#e6edf3"), pick("#59636e", "#9198a1")
    rim = pick("#d1d9e0", "#3d444d")
    rules = [
        f".page{{fill:{page};stroke:{rim}}}",
        f"text{{fill:{ink}}}",
        f".detail,.legend,.note{{fill:{soft}}}",
        f".shape{{fill:{pick('#f6f8fa', '#161b22')};stroke:{pick('#6e7781', '#9198a1')}}}",
        f".label rect{{fill:{page};stroke:{rim}}}",
        f".condition{{fill:{pick('#8250df', '#bc8cff')}}}",
        *(
            f".{kind} .shape{{fill:{pick(light[0], dark[0])};stroke:{pick(light[1], dark[1])}}}"
            for kind, (light, dark) in _BOXES.items()
        ),
        *(f".line.{kind} path{{stroke:{pick(*pair)}}}" for kind, pair in _LINES.items()),
        *(f".line.{kind} .head{{fill:{pick(*pair)}}}" for kind, pair in _LINES.items()),
        *(
            f".{mark} .shape,.line.{mark} path,.label.{mark} rect{{stroke:{pick(*pair)}}}"
            for mark, pair in _MARKS.items()
        ),
        *(f".line.{mark} .head{{fill:{pick(*pair)}}}" for mark, pair in _MARKS.items()),
    ]
    return _within(rules)


def _within(rules: Iterable[str]) -> str:
    """Return rules of style for what is in a picture, and for nothing else."""
    return "\n".join(f".edatool-graph {rule.replace(',.', ',.edatool-graph .')}" for rule in rules)


_SAME = _within(
    (
        f"text{{font:13px {_FONT}}}",
        ".heading{font-size:17px;font-weight:600}",
        ".name,.detail{text-anchor:middle}",
        ".detail,.key,.condition,.rate,.legend,.note{font-size:11px}",
        ".condition{font-style:italic}",
        ".rate{font-weight:600}",
        ".shape{stroke-width:1.4}",
        ".line path{fill:none;stroke-width:1.5}",
        ".line .head{stroke:none!important;stroke-dasharray:none!important}",
        *(f".line.{kind} path{{stroke-dasharray:{dashes}}}" for kind, dashes in _DASHES.items()),
        ".retry .shape,.removed .shape{stroke-dasharray:4 3}",
        ".added .shape,.line.added path{stroke-width:3}",
        ".line.removed path{stroke-width:3;stroke-dasharray:2 5}",
        ".removed .name{text-decoration:line-through}",
        ".changed .shape{stroke-width:3}",
        ".line.pale,.box.pale{opacity:.22}",
        ".label.pale text{opacity:.3}",  # its frame hides the line behind it
        ".label.pale rect{stroke-opacity:.3}",
    )
)


def _light(light: str, _: str) -> str:
    return light


def _dark(_: str, dark: str) -> str:
    return dark


STYLE = "\n" + "\n".join((_SAME, _colours(_light), "@media(prefers-color-scheme:dark){", _colours(_dark), "}")) + "\n"
"""The style of a picture by itself, dark where the system is."""
STYLE_ON_PAGES = f"{_SAME}\n{_colours('light-dark({},{})'.format)}\n"
"""The style of pictures on a page whose ``color-scheme`` says whether they are dark."""
