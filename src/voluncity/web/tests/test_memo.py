"""A part of a page that is kept is a function of the names it lists; what differs is in holes."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.safestring import SafeString

from voluncity.web import memo


class _Counted:
    """Counts how often it is drawn."""

    drawn = 0

    def __str__(self) -> str:
        self.drawn += 1
        return "甲"


def _draw(template: Template, **values: Any) -> str:
    return template.render(Context(values))


def test_a_part_is_drawn_once_for_the_same_values() -> None:
    template, name = Template("{% memo name %}{{ name }}{% endmemo %}"), _Counted()
    assert [_draw(template, name=name), _draw(template, name=name)] == ["甲", "甲"]
    assert name.drawn == 1


def test_other_values_are_drawn_anew() -> None:
    template = Template("{% memo name %}{{ name }}{% endmemo %}")
    assert [_draw(template, name=name) for name in ("王芳", "李强", "王芳")] == [
        "王芳",
        "李强",
        "王芳",
    ]


def test_a_part_knows_nothing_that_it_does_not_list() -> None:
    # What it does not know it cannot keep for the next person.
    template = Template("{% memo city %}{{ city }}{{ name }}{{ request.path }}{% endmemo %}")
    request = RequestFactory().get("/me/")
    assert _draw(template, city="太原", name="王芳", request=request) == "太原"


def test_a_hole_is_drawn_for_each_person_and_knows_the_page() -> None:
    template = Template(
        "{% memo city %}{{ city }}：{% if city %}{% hole %}{{ name }}{% endhole %}{% endif %}。"
        "{% hole %}{{ city }}{% endhole %}{% endmemo %}"
    )
    assert _draw(template, city="太原", name="王芳") == "太原：王芳。太原"
    assert _draw(template, city="太原", name="李强") == "太原：李强。太原"


def test_a_hole_in_an_included_part_is_a_hole_too() -> None:
    template = Template(
        '{% memo elder %}{% include "web/parts/elder_switch.html" with look="btn" %}{% endmemo %}'
    )
    first, second = RequestFactory().get("/find/"), RequestFactory().get("/me/")
    assert 'value="/find/"' in _draw(template, elder=True, request=first)
    assert 'value="/me/"' in _draw(template, elder=True, request=second)


def test_a_memo_may_lie_in_a_memo() -> None:
    template = Template(
        "{% memo a b %}{{ a }}{% memo b %}{{ b }}{% hole %}{{ c }}{% endhole %}{% endmemo %}"
        "{% endmemo %}"
    )
    assert [_draw(template, a=1, b=2, c=3), _draw(template, a=1, b=2, c=4)] == ["123", "124"]


def test_kept_text_stays_escaped_once() -> None:
    template = Template("{% memo name %}{{ name }}{% hole %}{{ name }}{% endhole %}{% endmemo %}")
    assert _draw(template, name="<b>&") == "&lt;b&gt;&amp;" * 2


def test_a_safe_text_is_not_taken_for_an_equal_one_that_must_be_escaped() -> None:
    template = Template("{% memo name %}{{ name }}{% badge name %}{% endmemo %}{% badge name %}")
    assert "&lt;" not in _draw(template, name=SafeString("<i>"))
    assert "<i>" not in _draw(template, name="<i>")


def test_no_more_is_kept_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "KEPT", 3)
    template = Template("{% memo name %}{{ name }}{% endmemo %}")
    node: Any = template.nodelist.get_nodes_by_type(memo.MemoNode)[0]
    for number in range(10):
        assert _draw(template, name=number) == str(number)
        assert len(node.kept) <= 3


def test_a_memo_lists_plain_names() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% memo request.path %}{% endmemo %}")


def test_without_its_names_a_memo_would_show_one_persons_words_to_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The saboteur: a body that knows the whole page keeps what the first person saw.
    monkeypatch.setattr(Context, "new", lambda self, _values: self.__copy__())
    template = Template("{% memo city %}{{ name }}{% endmemo %}")
    assert _draw(template, city="太原", name="王芳") == "王芳"
    assert _draw(template, city="太原", name="李强") == "王芳"
