from edatool.render.families import families


def test_many_events_are_named_by_their_first_words() -> None:
    assert families(["order.placed", "order.paid"]) == "order.placed, order.paid"
    many = [*(f"order.{n}" for n in range(5)), "stock.counted", *(f"payment.{n}" for n in range(2))]
    assert families(many) == "order.* (5), stock.counted, payment.* (2)"


def test_of_many_families_the_rest_is_counted_by_events() -> None:
    assert families([f"f{n}.{m}" for n in range(10) for m in range(3)]).endswith("f7.* (3) and 6 more")
