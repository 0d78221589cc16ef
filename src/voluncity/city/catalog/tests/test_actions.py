import pytest

from voluncity.city.catalog import actions
from voluncity.city.catalog.models import Category, Skill

pytestmark = pytest.mark.django_db


def test_loading_twice_leaves_one_row_of_each() -> None:
    first = (actions.load_skills(), actions.load_categories())
    second = (actions.load_skills(), actions.load_categories())
    assert first == second == (Skill.objects.count(), Category.objects.count()) == (28, 14)


def test_a_new_name_in_the_file_reaches_the_row_without_a_new_key() -> None:
    actions.load_categories()
    kept = Category.objects.get(key="traffic")
    Category.objects.filter(key="traffic").update(name="旧名称")
    actions.load_categories()
    assert (Category.objects.get(key="traffic").pk, kept.name) == (kept.pk, "文明交通")
    assert Category.objects.get(pk=kept.pk).name == "文明交通"


def test_a_row_that_the_file_does_not_name_stays() -> None:
    Skill.objects.create(key="tea", name="茶艺", group="生活服务")
    actions.load_skills()
    assert Skill.objects.filter(key="tea").exists()


def test_rows_come_in_the_order_of_the_file() -> None:
    actions.load_categories()
    assert [str(row) for row in Category.objects.all()][:3] == ["邻里守望", "敬老助残", "文明交通"]
    actions.load_skills()
    assert str(Skill.objects.all()[0]) == "医疗护理"
