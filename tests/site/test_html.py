import html5lib

from edatool.site.html import content, element

HOSTILE = '"><script>alert(1)</script>&amp;<!--\u202e\x00'


def test_texts_and_attributes_are_never_more_than_text() -> None:
    made = element("p", HOSTILE, element("a", "x", title=HOSTILE))
    parsed = html5lib.parseFragment(made, namespaceHTMLElements=False)
    [paragraph] = list(parsed)
    assert [one.tag for one in paragraph.iter()] == ["p", "a"]
    shown = HOSTILE.replace("\u202e", "\\u202e").replace("\x00", "\\x00")
    assert (paragraph.text, paragraph[0].get("title")) == (shown, shown)


def test_attributes_that_are_not_there_are_left_out() -> None:
    assert (
        element("input", aria_label="Search", hidden=True, title=None, disabled=False)
        == '<input aria-label="Search" hidden>'
    )


def test_lines_of_a_text_stay_lines() -> None:
    assert content("one\ntwo\u2028three") == "one\ntwo\\u2028three"
