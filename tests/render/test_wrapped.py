from edatool.render.wrapped import in_columns, wrapped


def test_a_line_that_fits_is_left_as_it_is() -> None:
    assert wrapped("  + queue  orders", 17) == ["  + queue  orders"]


def test_a_line_is_broken_at_spaces_and_goes_on_below_its_text() -> None:
    assert wrapped("  - analytics loses order.placed where region is us", 24) == [
        "  - analytics loses",
        "      order.placed where",
        "      region is us",
    ]


def test_names_are_not_broken_so_that_they_can_be_copied() -> None:
    name = "a-very-long.name" * 10
    assert wrapped(f"  + queue {name} (quorum)", 40) == ["  + queue", f"      {name}", "      (quorum)"]


def test_an_option_stays_with_its_value_and_a_family_with_its_number() -> None:
    assert wrapped("replace with --replace orders", 25, hanging=0) == ["replace with", "--replace orders"]
    assert wrapped("loses order.* (5)", 16, hanging=0) == ["loses", "order.* (5)"]


def test_no_line_begins_with_a_command_to_a_ci_system() -> None:
    assert wrapped("queue of a name ::error::x", 20)[1] == "    \\x3a:error::x"


def test_cells_stand_below_each_other_and_go_on_below_themselves() -> None:
    rows = [("+ order", "analytics, notifications, audit", "always"), ("", "key-accounts", "if filter big matches")]
    assert list(in_columns(rows, 60, 2)) == [
        (0, "  + order  analytics, notifications,   always"),
        (0, "           audit"),
        (1, "           key-accounts                if filter big matches"),
    ]
    assert list(in_columns([], 60, 2)) == []
