"""Sites in folders, and a browser that all tests of a process share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.site import hostile, large
from tests.site.browser import browsing, chromium
from tests.site.sites import EVERY_KEY, SHOP, written


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    if chromium() is None and os.environ.get("CI") != "true":
        pytest.skip("there is no Chromium: install it")
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the sample."""
    return written(SHOP, tmp_path_factory.mktemp("shop") / "site")


@pytest.fixture(scope="session")
def every_key_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a spec in which there is everything that there can be."""
    return written(EVERY_KEY, tmp_path_factory.mktemp("every-key") / "site")


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a spec in which every name tries to be more than that."""
    folder = tmp_path_factory.mktemp("hostile")
    return written(hostile.write(folder), folder / "site")


@pytest.fixture(scope="session")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of about two thousand objects."""
    folder = tmp_path_factory.mktemp("large")
    return written(large.write(folder), folder / "site")
