"""Experience: written, reviewed, published, written anew, withdrawn; what everybody reads."""

from __future__ import annotations

import pytest
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.service.progress import actions, queries, rules
from voluncity.service.progress.models import Article
from voluncity.service.progress.tests.conftest import Cast
from voluncity.service.projects.models import Leading, Project
from voluncity.service.projects.states import ProjectState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_archives import first_photo, make_archive, make_held_activity
from voluncity.testing.make_hours import NINE
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.make_progress import BODY, make_article, make_planned
from voluncity.testing.make_projects import make_line
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("C1")]
LIST = "/progress/experience/"


def _published(cast: Cast, project: Project | None = None) -> Article:
    told = project or make_planned(cast.team, state=ProjectState.CLOSED)
    article = make_article(told, by=cast.admin)
    actions.submit_article(article_id=article.pk, by=cast.admin, at=NINE)
    return actions.publish_article(article_id=article.pk, by=cast.office, at=NOON)


def _everybody(page: str) -> str:
    return Client().get(page).content.decode()


def test_an_article_is_reviewed_and_then_read_by_everybody(cast: Cast) -> None:
    project = make_planned(cast.team, state=ProjectState.CLOSED, line=make_line())
    team, office = as_(cast.admin), as_(cast.office)
    team.post(f"/progress/desk/{project.pk}/articles/new/", {"title": "敲门有方", "body": BODY})
    article = Article.objects.get()
    page = f"/progress/desk/articles/{article.pk}/"
    team.post(f"{page}submit/")
    assert office.post(f"{page}send_back/", {"reason": " "}).status_code == 422
    office.post(f"{page}send_back/", {"reason": "请写明人数"})
    assert "请写明人数" in team.get(page).content.decode()
    team.post(f"{page}write/", {"title": "敲门有方", "body": f"{BODY}\n\n共 40 户。"})
    team.post(f"{page}submit/")
    assert "敲门有方" not in _everybody(LIST)
    office.post(f"{page}publish/")
    assert "敲门有方" in _everybody(f"{LIST}?line=1")
    words = _everybody(f"{LIST}{article.pk}/")
    assert "<p>共 40 户。</p>" in words
    assert "敲门有方" in _everybody(f"/progress/of/{project.pk}/")
    assert article.versions.count() == 2


def test_a_reviewer_decides_about_the_article_that_was_read(cast: Cast) -> None:
    article = make_article(make_planned(cast.team, state=ProjectState.CLOSED), by=cast.admin)
    page, office = f"/progress/desk/articles/{article.pk}/", as_(cast.office)
    actions.submit_article(article_id=article.pk, by=cast.admin, at=NINE)
    seen = rules.mark(NINE)
    actions.send_back_article(article_id=article.pk, reason="太短", by=cast.office, at=NOON)
    actions.change_article(
        article_id=article.pk, title="改过的题目", body=BODY, photo_ids=[], by=cast.admin, at=NOON
    )
    actions.submit_article(article_id=article.pk, by=cast.admin, at=NOON)
    for verb in ("publish", "send_back"):
        answer = office.post(f"{page}{verb}/", {"reason": "再短些", "seen": seen})
        words = answer.content.decode()
        assert (answer.status_code, "改过的题目" in words, "没有办理" in words) == (
            409, True, True,
        )  # fmt: skip
    article.refresh_from_db()
    assert article.state == "submitted"
    office.post(f"{page}publish/", {"seen": rules.mark(NOON)})
    article.refresh_from_db()
    assert article.state == "published"


def test_markup_stays_text(cast: Cast) -> None:
    article = _published(cast)
    actions.revise_article(article_id=article.pk, by=cast.admin, at=NOON)
    actions.change_article(
        article_id=article.pk, title="标题", body="<script>alert(1)</script>\n[x](javascript:1)",
        photo_ids=[], by=cast.admin, at=NOON,
    )  # fmt: skip
    actions.submit_article(article_id=article.pk, by=cast.admin, at=NOON)
    actions.publish_article(article_id=article.pk, by=cast.office, at=NOON)
    words = _everybody(f"{LIST}{article.pk}/")
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in words


def test_readers_keep_the_published_version_while_it_is_revised(cast: Cast) -> None:
    article = _published(cast)
    actions.revise_article(article_id=article.pk, by=cast.admin, at=NOON)
    actions.change_article(
        article_id=article.pk, title="新标题", body="新正文", photo_ids=[], by=cast.admin, at=NOON
    )
    assert "敲门之前先打电话" in _everybody(LIST)
    assert "新标题" not in _everybody(f"{LIST}{article.pk}/")


def test_a_withdrawn_article_is_gone_and_its_versions_are_kept(cast: Cast) -> None:
    article = _published(cast)
    page = f"/progress/desk/articles/{article.pk}/withdraw/"
    assert as_(cast.office).post(page, {"reason": ""}).status_code == 422
    as_(cast.office).post(page, {"reason": "数字有误"})
    assert Client().get(f"{LIST}{article.pk}/").status_code == 404
    assert "敲门之前" not in _everybody(LIST)
    article.refresh_from_db()
    assert (article.reason, article.versions.count()) == ("数字有误", 1)


def test_nobody_publishes_their_own_article(cast: Cast) -> None:
    article = make_article(make_planned(cast.team, state=ProjectState.CLOSED), by=cast.office)
    actions.submit_article(article_id=article.pk, by=cast.office, at=NOON)
    with pytest.raises(NotAllowed, match="不能审核自己写的文章"):
        actions.publish_article(article_id=article.pk, by=cast.office, at=NOON)


def test_who_leads_the_line_reviews_others_but_not_itself(cast: Cast) -> None:
    line, bureau = make_line(), make_organization("市民政局")
    Leading.objects.create(line=line, organization=bureau, since=NOON.date())
    lead = make_user("民政局审核人")
    give(lead, Role.LEAD_UNIT, bureau)
    theirs = make_planned(cast.team, state=ProjectState.CLOSED, line=line)
    own = make_planned(bureau, state=ProjectState.CLOSED, line=line)
    other = make_planned(cast.team, state=ProjectState.CLOSED)
    found = [queries.may_review_articles_of(one, lead) for one in (theirs, own, other)]
    assert found == [True, False, False]


def test_only_a_closed_project_has_an_article_and_only_one(cast: Cast) -> None:
    with pytest.raises(WrongState, match="项目结项后才能写"):
        make_article(make_planned(cast.team))
    article = make_article(make_planned(cast.team, state=ProjectState.CLOSED))
    with pytest.raises(WrongState, match="已有一篇"):
        make_article(article.project)


def test_a_published_article_is_not_written_over(cast: Cast) -> None:
    article = _published(cast)
    with pytest.raises(WrongState):
        actions.change_article(
            article_id=article.pk, title="改", body="改", photo_ids=[], by=cast.admin, at=NOON
        )


@pytest.mark.parametrize("photo_ids", [[404], list(range(1, 20))])
def test_photos_come_from_the_projects_own_archives(cast: Cast, photo_ids: list[int]) -> None:
    article = make_article(make_planned(cast.team, state=ProjectState.CLOSED))
    with pytest.raises(BadInput, match="请从本项目的活动照片中选择"):
        actions.change_article(
            article_id=article.pk, title="题", body="文", photo_ids=photo_ids, by=cast.admin,
            at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"title": "", "body": BODY}, "请填写标题"),
        ({"title": "题" * 61, "body": BODY}, "标题最多 60 个字"),
        ({"title": "题", "body": "文" * 8001}, "正文最多 8000 个字"),
        ({"title": "题😀", "body": BODY}, "不能使用表情符号"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(cast: Cast, sent: dict[str, str], words: str) -> None:
    project = make_planned(cast.team, state=ProjectState.CLOSED)
    answer = as_(cast.admin).post(f"/progress/desk/{project.pk}/articles/new/", sent)
    assert (answer.status_code, Article.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_thirty_articles_cost_as_many_queries_as_one(cast: Cast) -> None:
    _published(cast)
    desk, anybody = as_(cast.office), Client()
    pages = ((desk, "/progress/desk/articles/"), (anybody, LIST))
    one = [queries_for(client, page) for client, page in pages]
    for _ in range(29):
        _published(cast)
    assert [queries_for(client, page) for client, page in pages] == one


def test_an_article_that_is_begun_is_opened_from_its_project(cast: Cast) -> None:
    article = make_article(make_planned(cast.team, state=ProjectState.CLOSED))
    words = as_(cast.admin).get(f"/progress/desk/{article.project_id}/").content.decode()
    assert f"/progress/desk/articles/{article.pk}/" in words
    assert ("写经验文章" in words, f"{article.title} · 草稿" in words) == (False, True)


def test_who_reviews_an_article_sees_its_photos(cast: Cast) -> None:
    archive = make_archive(make_held_activity(cast.team))
    project, photo = archive.activity.project, first_photo(archive)
    Project.objects.filter(pk=project.pk).update(state=ProjectState.CLOSED)
    article = make_article(project, by=cast.admin)
    actions.change_article(
        article_id=article.pk, title="题", body="文", photo_ids=[photo.pk], by=cast.admin, at=NOON
    )
    actions.submit_article(article_id=article.pk, by=cast.admin, at=NOON)
    words = as_(cast.office).get(f"/progress/desk/articles/{article.pk}/").content.decode()
    assert f"/desk/photos/{photo.pk}/small.webp" in words
