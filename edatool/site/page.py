"""A page of the site: what is on it, and what all pages have around it."""

from edatool.frozen import frozen
from edatool.site.addresses import relative
from edatool.site.html import Markup, content, element

LISTS = (
    ("index.html", "Overview"),
    ("graph.html", "Graph"),
    ("events.html", "Events"),
    ("queues.html", "Queues"),
    ("exchanges.html", "Exchanges"),
    ("filters.html", "Filters"),
    ("consumers.html", "Consumers"),
    ("senders.html", "Senders"),
    ("owners.html", "Teams and services"),
    ("fields.html", "Fields"),
    ("simulator.html", "Try a message"),
    ("findings.html", "Findings"),
)
"""The pages that every site has, with what they are called."""
_STYLES = ("assets/site.css", "assets/graph.css")


@frozen
class Page:
    """One page.

    ``path`` is its file, relative to the site, and ``kind`` what stands above its title. ``scripts`` are files of the
    site, run when the page has been read.
    """

    path: str
    title: str
    kind: str
    body: Markup
    scripts: tuple[str, ...] = ()


@frozen
class Shell:
    """What is the same on all pages: the name of the system, and the pages that the navigation leads to."""

    name: str
    lists: tuple[tuple[str, str], ...]
    live: bool
    """Whether a server tells the page when there is a newer one."""

    def html(self, page: Page) -> str:
        """Return a page as a document."""
        title = page.title if page.path == "index.html" else f"{page.title} · {self.name}"
        scripts = ["search-index.js", "assets/search.js", *page.scripts]
        scripts += ["assets/live.js"] if self.live else []
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=self._policy()),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="generator", content="edatool"),
            element("title", title),
            [element("link", rel="stylesheet", href=relative(one, page.path)) for one in _STYLES],
            element("script", src=relative("assets/theme.js", page.path)),  # before anything is painted
            [element("script", src=relative(one, page.path), defer=True) for one in scripts],
        )
        body = element(
            "body",
            element("a", "Skip to the content", class_="skip", href="#content"),
            self._header(page.path),
            element("div", self._navigation(page.path), _main(page), class_="frame"),
            data_root=relative("", page.path),
        )
        return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"

    def _policy(self) -> str:
        # Of a page that is opened from a disk some browsers say that 'self' is nothing: file: is the same folder then.
        own, asked = "'self' file:", "'self'" if self.live else "'none'"
        return (
            f"default-src 'none'; script-src {own}; style-src {own}; img-src {own} data:; connect-src {asked}; "
            "base-uri 'none'; form-action 'none'"
        )

    def _header(self, here: str) -> Markup:
        return element(
            "header",
            element("a", self.name, class_="brand", href=relative("index.html", here)),
            element(
                "div",
                element(
                    "input",
                    id="search",
                    type="search",
                    placeholder="Search events, queues, fields …",
                    aria_label="Search",
                    role="combobox",
                    aria_expanded="false",
                    aria_controls="found",
                    aria_autocomplete="list",
                    autocomplete="off",
                ),
                element("ul", id="found", role="listbox", aria_label="Found", hidden=True),
                element("p", id="found-count", class_="unseen", role="status"),
                class_="search",
                role="search",
            ),
            element("button", "Theme: auto", type="button", id="theme", hidden=True),
            class_="top",
        )

    def _navigation(self, here: str) -> Markup:
        links = (
            element(
                "li",
                element("a", label, href=relative(path, here), aria_current="page" if path == here else None),
            )
            for path, label in self.lists
        )
        return element("nav", element("ul", links), aria_label="Pages")


def _main(page: Page) -> Markup:
    heading = content(element("p", page.kind, class_="kind"), element("h1", page.title))
    return element("main", heading, page.body, id="content", tabindex="-1")
