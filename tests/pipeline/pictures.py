"""Pictures for docs/tasks/review-a-change.md of what the whole pipeline says: ``make pictures``.

It takes Chromium, and npm for Mermaid, which draws as GitHub does. Markdown is made HTML by cmark-gfm, as there.
"""

import html
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

from edatool.broker.address import parse
from tests.broker_fixtures import Vhost, any_server, fresh_vhost
from tests.code_hosts.api import serving
from tests.pages.reading import ROOT
from tests.pipeline.runner import Ran
from tests.pipeline.test_pipeline import BOUND, OTHERWISE, Project, begin

FOLDER = ROOT / "docs" / "pictures"
WIDTH = 880
STYLE = """
body { margin: 0; padding: 16px; width: 848px; background: #fff; color: #1f2328; font: 14px/1.5 sans-serif; }
h2 { font-size: 21px; border-bottom: 1px solid #d1d9e0; padding-bottom: 5px; margin: 0 0 14px; }
h3 { font-size: 17px; margin: 20px 0 12px; }
pre, code { font: 12px/1.45 monospace; }
code { background: #eff1f3; border-radius: 6px; padding: 2px 4px; }
pre { background: #f6f8fa; border-radius: 6px; padding: 14px; white-space: pre-wrap; }
pre code { background: none; padding: 0; }
.mermaid { background: none; text-align: center; }
table { border-collapse: collapse; }
th, td { border: 1px solid #d1d9e0; padding: 5px 11px; text-align: left; }
.box { border: 1px solid #d1d9e0; border-radius: 6px; overflow: hidden; }
.head { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 9px 14px; }
.body { padding: 14px; }
.plus { background: #dafbe1; color: #116329; display: block; }
.minus { background: #ffebe9; color: #82071e; display: block; }
.line { display: block; }
.number { color: #59636e; display: inline-block; width: 36px; text-align: right; padding-right: 14px; }
.alert { border: 1px solid #d1242f; border-radius: 6px; margin: 8px 14px 8px 50px; padding: 9px 14px; }
.alert b { color: #d1242f; }
.dark { background: #0d1117; color: #e6edf3; margin: 0; border-radius: 0; }
.red { color: #ff7b72; }
"""


def texts(folder: Path, vhost: Vhost) -> Iterator[tuple[str, str]]:
    """Yield the name and the HTML of each picture, from a run of the pipeline in which an event is lost."""
    with serving() as api:
        project = Project(folder, api, vhost)
        begin(project, vhost)
        project.clone.run("checkout", "--quiet", "-b", "change")
        project.edit(BOUND, OTHERWISE)
        lost = project.pull_request()
        [comment] = api.bodies
        spec = (project.clone.folder / "routes.yaml").read_text().splitlines()
        vhost.api.delete(f"/api/bindings/{vhost.quoted}/e/events/q/orders/order.placed").raise_for_status()
        night = project.on_main("schedule")
    for name, shown in (
        ("comment", box("<b>github-actions</b> commented", rendered(comment))),
        ("annotation", annotated(lost, spec)),
        ("log", logged(lost.log)),
        ("drift", box("Summary of the job routes", rendered(night.summary))),
    ):
        yield name, _renamed(shown, vhost)


def _renamed(shown: str, vhost: Vhost) -> str:
    """Return HTML in which the names of the test's broker and of this machine are such as readers have."""
    shown = shown.replace("\u200b", "")
    address = parse(vhost.url)
    shown = shown.replace(f"{address.user}@{address.host}:{address.port}", "ci@rabbit.example.com")
    shown = shown.replace(vhost.quoted, "shop").replace(vhost.name, "shop")
    return re.sub(r"by \S+@\S+, revision", "by ci@runner, revision", shown)


def annotated(lost: Ran, spec: list[str]) -> str:
    """Show the lines around each error that a job has annotated, as the changed files of a pull request have it."""
    found = re.findall(r"^::error file=([^,]+),line=(\d+),col=\d+,title=([^:]+)::(.*)$", lost.log, re.MULTILINE)
    shown = []
    for file, line, title, message in dict.fromkeys(found):
        first, last = max(1, int(line) - 2), min(len(spec), int(line) + 2)
        lines = [
            f'<span class="line"><span class="number">{number}</span>{html.escape(spec[number - 1])}</span>'
            + (alert(title, message) if number == int(line) else "")
            for number in range(first, last + 1)
        ]
        shown.append(box(f"<code>{file}</code>", f"<pre>{''.join(lines)}</pre>"))
    return "<br>".join(shown)


def alert(title: str, message: str) -> str:
    # The colon and the percent sign of a command of Actions are escaped.
    said = message.replace("%25", "%")
    return f'<div class="alert"><b>Check failure</b>: {html.escape(title)}<br>{html.escape(said)}</div>'


def logged(log: str) -> str:
    """Show the end of the step that fails for the lost event."""
    name, _, said = log.rpartition("## ")[2].partition("\n")
    lines = [html.escape(line) for line in said.splitlines()]
    told = [re.sub(r"^::error .*?::", "Error: ", line) for line in lines]
    red = [f'<span class="red">{line}</span>' if line.startswith(("Error:", "edatool:")) else line for line in told]
    return box(f"<b>{name}</b>", f'<pre class="dark">{chr(10).join(red)}</pre>')


def box(head: str, body: str) -> str:
    inner = body if body.startswith("<pre") else f'<div class="body">{body}</div>'
    return f'<div class="box"><div class="head">{head}</div>{inner}</div>'


def rendered(markdown: str) -> str:
    """Return Markdown as HTML, with pictures of Mermaid and coloured differences."""
    options = Options.CMARK_OPT_GITHUB_PRE_LANG | Options.CMARK_OPT_UNSAFE
    shown = cmarkgfm.github_flavored_markdown_to_html(markdown, options)
    shown = re.sub(r'<pre lang="mermaid"><code>(.*?)</code>', r'<pre class="mermaid">\1', shown, flags=re.DOTALL)
    return re.sub(r'(<pre lang="diff"><code>)(.*?)(?=</code>)', _coloured, shown, flags=re.DOTALL)


def _coloured(block: re.Match[str]) -> str:
    classes = {"+": "plus", "-": "minus"}
    lines = [f'<span class="{classes.get(line[:1], "line")}">{line}</span>' for line in block[2].splitlines()]
    return block[1] + "".join(lines)


def draw(name: str, shown: str, folder: Path) -> None:
    """Take a picture of HTML: once to learn how high it is, and once as high as that."""
    mermaid = (folder / "node_modules" / "mermaid" / "dist" / "mermaid.min.js").as_uri()
    page = folder / f"{name}.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{shown}<script src="{mermaid}"></script><script>'
        "mermaid.initialize({startOnLoad: false});"
        "mermaid.run().then(() => document.body.dataset.height = document.documentElement.scrollHeight);"
        "</script>"
    )
    found = re.search(r'data-height="(\d+)"', browse(folder, "--dump-dom", page.as_uri()))
    assert found, f"Mermaid did not draw {page}"
    size = f"--window-size={WIDTH},{found[1]}"
    browse(folder, size, "--hide-scrollbars", f"--screenshot={FOLDER / name}.png", page.as_uri())


def browse(folder: Path, *arguments: str) -> str:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "pictures are made by Chromium: install it"
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    own = [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000", f"--window-size={WIDTH},400"]
    done = subprocess.run([chromium, *quiet, *own, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, any_server(Path(name) / "server") as server:
        here = Path(name)
        subprocess.run(["npm", "install", "--silent", "--prefix", here, "mermaid@11"], check=True)
        with fresh_vhost(server) as vhost:
            for picture, shown in texts(here, vhost):
                draw(picture, shown, here)
