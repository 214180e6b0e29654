import re

from hypothesis import given
from hypothesis import strategies as st

from edatool.site.addresses import address, relative

NAMES = st.text(max_size=300) | st.from_regex(r"[A-Za-z.-]{1,12}(-[0-9a-f]{10})?", fullmatch=True)


@given(st.lists(NAMES, unique=True))
def test_every_name_has_a_file_of_its_own_that_every_file_system_takes(names: list[str]) -> None:
    files = [address("queue", name) for name in names]
    assert len({one.lower() for one in files}) == len(names)
    assert all(re.fullmatch(r"queues/[a-z0-9][a-z0-9._-]{0,89}\.html", one) for one in files)


def test_a_plain_name_is_its_own_file_and_others_can_still_be_read() -> None:
    assert address("event", "order.placed") == "events/order.placed.html"
    assert re.fullmatch(r"events/order-placed-[0-9a-f]{10}\.html", address("event", "Order/Placed"))
    assert re.fullmatch(r"queues/con-[0-9a-f]{10}\.html", address("queue", "con"))


def test_links_lead_back_out_of_folders() -> None:
    assert relative("queues/a.html", "events/b.html") == "../queues/a.html"
    assert relative("queues/a.html", "index.html") == "queues/a.html"
