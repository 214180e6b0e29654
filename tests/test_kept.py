import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.kept import without_collecting

QUEUES = ", ".join(f"billing{number}: {{type: classic}}" for number in range(200))
SPEC = f"""
edatool: 1
name: shop
exchanges: {{orders: {{type: topic}}}}
queues: {{{QUEUES}}}
bindings: [{{queue: billing0, exchange: orders, key: "#", filter: {{data.total: [{{numeric: [">", 0]}}]}}}}]
"""


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    yield
    gc.enable()


def test_nothing_is_collected_meanwhile_and_again_afterwards_whatever_is_raised() -> None:
    meanwhile: list[bool] = []

    @without_collecting()
    def fails() -> None:
        meanwhile.append(gc.isenabled())
        raise IndexError

    with pytest.raises(IndexError):
        fails()
    assert meanwhile == [False]
    assert gc.isenabled()


def test_who_has_turned_the_collector_off_finds_it_off() -> None:
    gc.disable()
    with without_collecting():
        pass
    assert not gc.isenabled()


def test_while_a_publisher_reads_its_spec_hardly_anything_is_collected(tmp_path: Path) -> None:
    file = tmp_path / "routes.yaml"
    file.write_text(SPEC)
    Publisher(str(file), "amqp://host", {})  # so that all is imported
    collections: list[str] = []
    thresholds = gc.get_threshold()
    gc.set_threshold(10, 10, 10)
    gc.callbacks.append(lambda phase, _: collections.append(phase))
    try:
        Publisher(str(file), "amqp://host", {})
    finally:
        gc.callbacks.pop()
        gc.set_threshold(*thresholds)
    assert len(collections) < 50
