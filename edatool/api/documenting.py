"""A spec as a site: pages for people."""

from collections.abc import Mapping

from edatool.api.diffing import diff
from edatool.api.graphing import graph
from edatool.api.routing import test
from edatool.change.offline.diff import Before
from edatool.routes import Routes
from edatool.site.facts import Facts
from edatool.site.folder import write_site
from edatool.site.site import site


def docs(routes: Routes, *, before: Before | None = None, live: bool = False) -> Mapping[str, str]:
    """Return the files of a site that shows a spec, by their names in its folder; always the same for the same spec.

    It has a page for each event, queue, exchange, filter, consumer, team and field, a search and the findings, and
    asks nothing of any server.

    Args:
        routes: the spec.
        before: of ``load_before``: mark what is new or changed since, and say what that does to events.
        live: have pages ask ``/live`` of the server that they are from whether there are newer ones.

    Raises:
        InvalidInput: the spec has errors.
    """
    routes.require_valid()
    found = diff(routes, before) if before else None
    picture = graph(routes, before=None if before is None or before.definitions else before)
    return site(Facts(routes, tuple(test(routes).results), picture, found), live=live)


def write_docs(files: Mapping[str, str], folder: str, *, force: bool = False) -> int:
    """Write the files of ``docs`` into a folder, and return how many they are.

    What an earlier site left there and this one has not is removed; files of others are left alone.

    Args:
        files: of ``docs``.
        folder: where they are to be; it is made where it is not there.
        force: overwrite files that are not as we wrote them.

    Raises:
        WrongUsage: there is such a file and no ``force``, or the folder cannot be written.
    """
    return write_site(files, folder, force=force)
