"""The site of about two thousand objects: what it takes to write it, to open its pages, and to search it."""

import time
from pathlib import Path

import edatool
from tests.site import large
from tests.site.browser import browsing
from tests.site.searching import slowest_search

PAGES = (
    "index.html",
    "events.html",
    "graph.html",
    "simulator.html",
    "fields/region.html",
    "events/domain1.thing1.happened.html",
)


def run(folder: Path) -> dict[str, float]:
    routes = edatool.load(str(large.write(folder)))
    begun = time.process_time()
    files = edatool.docs(routes)
    figures = {"docs, s of CPU": round(time.process_time() - begun, 2)}
    begun = time.process_time()
    edatool.write_docs(files, str(folder / "site"))
    figures["write_docs, s of CPU"] = round(time.process_time() - begun, 2)
    figures |= {"files": len(files), "megabytes": round(sum(map(len, files.values())) / 1e6, 1)}
    with browsing() as browser:
        page = browser.new_page()
        for name in PAGES:
            begun = time.perf_counter()
            page.goto((folder / "site" / name).as_uri())
            figures[f"open {name}, s"] = round(time.perf_counter() - begun, 3)
        figures["slowest search, ms"] = round(slowest_search(page), 1)
    return figures
