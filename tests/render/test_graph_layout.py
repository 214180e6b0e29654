"""Pictures of graphs: whatever is drawn, nothing stands on anything else, and lines end where they are said to."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from edatool.render.graph.layout.layout import layout
from edatool.render.graph.layout.values import Link, Page, Rectangle, Size

SIZES = st.builds(Size, st.floats(20, 300), st.floats(28, 60))
LABELS = st.none() | st.builds(Size, st.floats(10, 200), st.floats(20, 80))


@st.composite
def drawn(draw: st.DrawFn) -> tuple[dict[object, Size], list[Link]]:
    boxes: dict[object, Size] = dict(enumerate(draw(st.lists(SIZES, min_size=1, max_size=12))))
    ends = st.integers(0, len(boxes) - 1)
    links = st.builds(Link, ends, ends, st.sampled_from("ab"), LABELS, st.sampled_from(["source", "target"]))
    return boxes, draw(st.lists(links, max_size=20))


def overlap(one: Rectangle, other: Rectangle) -> bool:
    apart = one.right <= other.x or other.right <= one.x
    return not (apart or one.y + one.height <= other.y + 1e-6 or other.y + other.height <= one.y + 1e-6)


def places(page: Page) -> list[Rectangle]:
    return [*page.boxes.values(), *(way.label for way in page.ways if way.label)]


@given(drawn())
def test_no_box_and_no_words_stand_on_others(graph: tuple[dict[object, Size], list[Link]]) -> None:
    page = layout(*graph)
    assert not [(one, other) for one, other in combinations(places(page), 2) if overlap(one, other)]
    assert all(one.x >= 0 and one.y > -1e-6 for one in places(page))
    assert all(one.right <= page.width and one.y + one.height <= page.height + 1e-6 for one in places(page))


@given(drawn())
def test_each_line_begins_and_ends_at_the_side_of_its_boxes(graph: tuple[dict[object, Size], list[Link]]) -> None:
    page = layout(*graph)
    for link, way in zip(graph[1], page.ways, strict=True):
        for key, point in ((link.source, way.points[0]), (link.target, way.points[-1])):
            box = page.boxes[key]
            assert box.x <= point.x <= box.right
            assert box.y <= point.y <= box.y + box.height
            assert link.source == link.target or point.x in (box.x, box.right)


@given(drawn())
def test_no_line_passes_through_a_box(graph: tuple[dict[object, Size], list[Link]]) -> None:
    # Between its boxes a line is straight only within a column, and there it has a place of its own.
    page = layout(*graph)
    for link, way in zip(graph[1], page.ways, strict=True):
        for one, other in zip(way.points[1:-1:2], way.points[2:-1:2], strict=True):
            across = Rectangle(min(one.x, other.x), one.y, abs(other.x - one.x), 0.0)
            assert one.y == other.y
            assert not [key for key, box in page.boxes.items() if key != link.source and overlap(across, box)]


@given(drawn())
def test_the_same_is_always_laid_out_the_same(graph: tuple[dict[object, Size], list[Link]]) -> None:
    assert layout(*graph) == layout(*graph)


def test_lines_lead_to_the_right_but_for_those_that_close_a_circle() -> None:
    boxes: dict[object, Size] = dict.fromkeys(("events", "orders", "dead"), Size(50, 30))
    links = [Link("events", "orders", ""), Link("orders", "dead", ""), Link("dead", "events", "")]
    page = layout(boxes, links)
    assert [way.points[0].x < way.points[-1].x for way in page.ways] == [True, True, False]


def test_lines_that_need_not_cross_do_not() -> None:
    boxes: dict[object, Size] = dict.fromkeys(("a", "b", "c", "x", "y", "z"), Size(50, 30))
    page = layout(boxes, [Link("a", "z", ""), Link("b", "y", ""), Link("c", "x", "")])
    assert all(page.boxes[one].y == page.boxes[other].y for one, other in ("az", "by", "cx"))


def test_lines_of_one_bundle_are_one_before_the_box_that_they_lead_to() -> None:
    boxes: dict[object, Size] = dict.fromkeys(("a", "b", "dead"), Size(50, 30))
    page = layout(boxes, [Link(one, "dead", "letters", at="source") for one in "ab"])
    first, second = page.ways
    assert first.points[0] != second.points[0]
    assert first.points[-2:] == second.points[-2:]
