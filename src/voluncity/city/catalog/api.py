"""Operations of the API: the words by which people and activities are described."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from voluncity.city.access.marks import PUBLIC
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import Shape

router = Router(tags=["基础资料"])


class SkillShape(Shape):
    """Something that a volunteer can do."""

    id: int
    name: str
    group: str


class CategoryShape(Shape):
    """A kind of service."""

    id: int
    key: str
    name: str


class Words(Shape):
    """All of them; the lists are short."""

    skills: list[SkillShape]
    categories: list[CategoryShape]


@operation(router, "GET", "words", summary="服务专长和服务类型", answer=Words, access=PUBLIC)
def words(request: HttpRequest) -> Words:
    """登记和查找时使用的编号。"""
    return Words(
        skills=[
            SkillShape(id=skill.pk, name=skill.name, group=skill.group)
            for skill in Skill.objects.all()
        ],
        categories=[
            CategoryShape(id=category.pk, key=category.key, name=category.name)
            for category in Category.objects.all()
        ],
    )
