from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending
from edatool.broker.publish.window import Window


def pending(message_id: str, deadline: float = 9.0) -> Pending:
    return Pending(AmqpMessage("e", "k", {}, b"", "t", message_id, "app", 0), deadline=deadline)


def filled(*ids: str) -> Window:
    window = Window()
    for one in ids:
        window.add(pending(one))
    return window


def ids(found: list[tuple[Pending, str | None]]) -> list[tuple[str, str | None]]:
    return [(one.message.message_id, returned) for one, returned in found]


def test_confirms_may_come_in_any_order_and_for_several() -> None:
    window = filled("a", "b", "c", "d")
    assert ids(window.confirmed(3, multiple=False)) == [("c", None)]
    assert ids(window.confirmed(2, multiple=True)) == [("a", None), ("b", None)]
    assert ids(window.confirmed(3, multiple=False)) == []
    assert ids(window.confirmed(0, multiple=True)) == [("d", None)]
    assert len(window) == 0


def test_a_return_belongs_to_the_first_message_of_its_id_behind_the_last_return() -> None:
    window = filled("same", "other", "same", "same")
    window.returned("same", "first")
    window.returned("same", "second")
    window.returned("unheard of", "nothing")
    found = window.confirmed(4, multiple=True)
    assert ids(found) == [("same", "first"), ("other", None), ("same", "second"), ("same", None)]


def test_what_is_overdue_is_taken_out_and_its_late_confirm_counts_for_nothing() -> None:
    window = Window()
    window.add(pending("late", deadline=1.0))
    window.add(pending("in time", deadline=3.0))
    assert [one.message.message_id for one in window.overdue(2.0)] == ["late"]
    assert ids(window.confirmed(2, multiple=True)) == [("in time", None)]
