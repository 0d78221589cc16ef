"""Units cooperate: invited, accepted, granted; they see what they may, and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs import actions as orgs
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.service.progress import actions, queries
from voluncity.service.progress.models import Cooperation, JointActivity
from voluncity.service.progress.models.cooperation import shared_projects
from voluncity.service.progress.queries import OwnPart
from voluncity.service.progress.states import CooperationState
from voluncity.service.progress.tests.conftest import Cast
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Activity, Project
from voluncity.service.projects.rules import ActivityPlan, ShiftPlan
from voluncity.testing.make_hours import ELEVEN, NINE, make_posted
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer
from voluncity.testing.make_progress import make_cooperation, make_planned
from voluncity.testing.make_projects import make_activity, make_shift
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("C1")]
SENT = {"organization": "市图书馆志愿队", "role": "assist", "task": "提供场地"}


def _status(user: User, page: str) -> int:
    return as_(user).get(page).status_code


def _said(user: User, page: str, **sent: Any) -> str:
    return as_(user).post(page, sent, follow=True).content.decode()


def test_a_unit_is_invited_answers_and_is_shown_to_everybody(cast: Cast) -> None:
    project = make_planned(cast.team)
    page = f"/progress/desk/{project.pk}/units/"
    assert "邀请已发出" in _said(cast.admin, f"{page}invite/", **SENT)
    found = Cooperation.objects.get()
    public = as_(cast.stranger).get(f"/progress/of/{project.pk}/").content.decode()
    assert "市图书馆志愿队" not in public  # not before it said yes
    assert "等您答复" in as_(cast.ally).get("/progress/desk/joint/").content.decode()
    assert "已接受邀请" in _said(cast.ally, f"/progress/desk/joint/{found.pk}/accept/")
    public = as_(cast.stranger).get(f"/progress/of/{project.pk}/").content.decode()
    assert "市图书馆志愿队" in public
    assert "协办 · 提供场地" in public
    catch_up(at=NOON)
    assert Message.objects.get(user=cast.ally).title == "收到项目合作邀请"
    assert Message.objects.get(user=cast.admin).title == "合作邀请已接受"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"organization": "没有的单位"}, "没有找到名称里有“没有的单位”的组织"),
        ({"organization": "汾河志愿服务队"}, "这就是项目的所属组织"),
        ({"role": "boss"}, "请从列表中选择"),
        ({"task": "长" * 201}, "分工最多 200 个字"),
    ],
)
def test_a_wrong_invitation_is_told_and_not_sent(
    cast: Cast, changes: dict[str, str], words: str
) -> None:
    project = make_planned(cast.team)
    answer = as_(cast.admin).post(f"/progress/desk/{project.pk}/units/invite/", SENT | changes)
    assert (answer.status_code, Cooperation.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_a_unit_is_invited_once_at_a_time(cast: Cast) -> None:
    project = make_planned(cast.team)
    found = make_cooperation(project, cast.partner)
    with pytest.raises(BadInput, match="已在邀请或合作中"):
        make_cooperation(project, cast.partner)
    actions.end_cooperation(cooperation_id=found.pk, reason="换人", by=cast.admin, at=NOON)
    make_cooperation(project, cast.partner)
    assert Cooperation.objects.count() == 2


# -- What a unit sees --------------------------------------------------------------------------


def test_a_unit_reads_only_what_it_takes_part_in_now(cast: Cast) -> None:
    shared, other = make_planned(cast.team), make_planned(cast.team)
    pages = [f"/progress/desk/{one.pk}/" for one in (shared, other)]
    found = make_cooperation(shared, cast.partner, accepted=False)
    assert [_status(cast.ally, page) for page in pages] == [404, 404]  # invited is not in
    actions.answer_invitation(cooperation_id=found.pk, verb="accept", by=cast.ally, at=NOON)
    assert [_status(cast.ally, page) for page in pages] == [200, 404]
    assert _status(cast.ally, f"{pages[0]}sessions/") == 200
    assert _status(cast.stranger, pages[0]) == 404
    actions.end_cooperation(cooperation_id=found.pk, reason="到期", by=cast.admin, at=NOON)
    assert _status(cast.ally, pages[0]) == 404


def test_reading_is_all_that_a_unit_may_do(cast: Cast) -> None:
    project = make_planned(cast.team)
    make_cooperation(project, cast.partner, may_arrange=True)
    activity = make_activity(project=project, shifts=1)
    reads = [
        f"/desk/projects/{project.pk}/", f"/desk/projects/activities/{activity.pk}/",
        f"/desk/activities/{activity.pk}/roster/", f"/hours/desk/activities/{activity.pk}/",
        f"/progress/desk/{project.pk}/summary/", f"/progress/desk/{project.pk}/units/",
    ]  # fmt: skip
    assert {_status(cast.ally, page) for page in reads} == {404}
    writes = ["aim/", "next/", "summary/write/", "units/invite/"]
    ally = as_(cast.ally)
    for page in writes:
        assert ally.post(f"/progress/desk/{project.pk}/{page}").status_code == 404


def test_a_unit_above_the_partner_reads_too_and_one_beside_it_does_not(cast: Cast) -> None:
    branch = make_organization("图书馆东城分队", parent=cast.partner)
    project = make_planned(cast.team)
    make_cooperation(project, branch)
    beside = make_user("西城分队")
    give(beside, Role.ORG_ADMIN, make_organization("图书馆西城分队", parent=cast.partner))
    page = f"/progress/desk/{project.pk}/"
    assert [_status(user, page) for user in (cast.ally, beside)] == [200, 404]


def test_a_community_worker_does_not_read_by_cooperation(cast: Cast) -> None:
    """A region reaches by its own tree; units in it bring nothing along."""
    worker = make_user("社区马丽")
    give(worker, Role.COMMUNITY_WORKER, cast.partner.region)
    project = make_planned(cast.team)
    make_cooperation(project, cast.partner)
    assert _status(worker, f"/progress/desk/{project.pk}/") == 404


def test_without_the_guard_a_stranger_would_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The saboteur: reach without the scope must be caught by the tests above."""
    project = make_planned(cast.team)
    monkeypatch.setattr(
        type(shared_projects()), "in_scope", lambda self, _scope: self, raising=True
    )
    assert _status(cast.stranger, f"/progress/desk/{project.pk}/") == 200


# -- Activities --------------------------------------------------------------------------------


def _arranged(found: Cooperation, cast: Cast) -> Activity:
    starts = NOON + timedelta(days=5)
    return actions.arrange_activity(
        cooperation_id=found.pk, by=cast.ally, at=NOON,
        plan=ActivityPlan("馆内导览", make_region().pk, "市图书馆", cast.leader.pk),
        shifts=[ShiftPlan("导览", starts, starts + timedelta(hours=2), 5)],
    )  # fmt: skip


def test_a_granted_unit_arranges_and_the_organizer_opens(cast: Cast) -> None:
    project = make_planned(cast.team)
    found = make_cooperation(project, cast.partner)
    page = f"/progress/desk/joint/{found.pk}/"
    with pytest.raises(NotAllowed, match="还没有授权"):
        _arranged(found, cast)
    _said(cast.admin, f"/progress/desk/{project.pk}/units/{found.pk}/grant/")
    sent = {
        "name": "馆内导览", "address": "市图书馆", "leader": cast.leader.pk, "shift": "导览",
        "day": "2026-12-05", "begins": "09:00", "ends": "11:00", "capacity": "5",
        "region": [one.pk for one in regions.trail(cast.team.region)],
    }  # fmt: skip
    assert "活动已安排" in _said(cast.ally, f"{page}activities/new/", **sent)
    activity = JointActivity.objects.get().activity
    assert (activity.state, activity.project_id) == ("draft", project.pk)
    assert "本单位" in as_(cast.ally).get(page).content.decode()
    catch_up(at=NOON)
    title = Message.objects.filter(user=cast.admin).latest("pk").title
    assert title == "合作单位安排了活动，请核对后开放报名"
    assert _status(cast.ally, f"/desk/projects/activities/{activity.pk}/") == 404


def test_an_activity_names_the_unit_that_arranged_it(cast: Cast) -> None:
    project = make_planned(cast.team)
    joint, plain = (make_activity(project=project) for _ in range(2))
    JointActivity.objects.create(
        activity=joint, cooperation=make_cooperation(project, cast.partner), arranged_at=NOON,
        arranged_by=cast.ally,
    )  # fmt: skip
    for page in ("/activities/{}/", "/desk/projects/activities/{}/"):
        said, silent = (
            as_(cast.admin).get(page.format(one.pk)).content.decode() for one in (joint, plain)
        )
        assert ("<dt>安排单位</dt><dd>市图书馆志愿队</dd>" in said, "安排单位" in silent) == (
            True, False,
        )  # fmt: skip


def test_wrong_values_of_an_activity_stand_at_their_fields(cast: Cast) -> None:
    found = make_cooperation(make_planned(cast.team), cast.partner, may_arrange=True)
    answer = as_(cast.ally).post(
        f"/progress/desk/joint/{found.pk}/activities/new/",
        {"name": "导览", "day": "明天", "begins": "9点", "capacity": "0"},
    )
    words = answer.content.decode()
    assert (answer.status_code, Activity.objects.count()) == (422, 0)
    for sentence in ("日期写法不对", "时间写法不对", "名额应为 1 到", "请填写地点"):
        assert sentence in words


def test_a_unit_takes_back_what_is_not_open_yet(cast: Cast) -> None:
    found = make_cooperation(make_planned(cast.team), cast.partner, may_arrange=True)
    activity = _arranged(found, cast)
    drop: dict[str, Any] = {"cooperation_id": found.pk, "activity_id": activity.pk}
    drop |= {"by": cast.ally, "at": NOON}
    Activity.objects.filter(pk=activity.pk).update(state="open")
    with pytest.raises(WrongState, match="取消请联系主办单位"):
        actions.drop_activity(**drop)
    Activity.objects.filter(pk=activity.pk).update(state="draft")
    actions.drop_activity(**drop)
    assert Activity.objects.get().state == "cancelled"


def test_a_unit_changes_what_it_arranged_until_it_is_open(cast: Cast) -> None:
    found = make_cooperation(make_planned(cast.team), cast.partner, may_arrange=True)
    activity = _arranged(found, cast)
    shift = activity.shifts.get()
    page = f"/progress/desk/joint/{found.pk}/activities/{activity.pk}/"
    assert "馆内导览" in as_(cast.ally).get(page).content.decode()
    sent = {
        "name": "夜间导览", "address": "市图书馆", "leader": cast.leader.pk, "shift": "讲解",
        "day": "2026-12-06", "begins": "18:00", "ends": "20:00", "capacity": "８",
        "region": [one.pk for one in regions.trail(activity.region)],
    }  # fmt: skip
    assert as_(cast.ally).post(page, sent | {"name": ""}).status_code == 422
    assert "活动已修改" in _said(cast.ally, page, **sent)
    activity.refresh_from_db()
    changed = activity.shifts.get()
    assert (activity.name, activity.state, changed.pk) == ("夜间导览", "draft", shift.pk)
    assert (changed.name, changed.capacity) == ("讲解", 8)
    assert _status(cast.stranger, page) == 404
    Activity.objects.filter(pk=activity.pk).update(state="open")
    assert as_(cast.ally).post(page, sent).status_code == 404
    with pytest.raises(WrongState, match="修改请联系主办单位"):
        actions.change_arranged(
            cooperation_id=found.pk, activity_id=activity.pk, by=cast.ally, at=NOON,
            plan=ActivityPlan("导览", activity.region_id, "市图书馆", cast.leader.pk),
            shifts=[ShiftPlan("导览", changed.starts_at, changed.ends_at, 5, changed.pk)],
        )  # fmt: skip


def test_a_unit_hears_what_becomes_of_its_activity_and_sees_its_own_part(cast: Cast) -> None:
    found = make_cooperation(make_planned(cast.team), cast.partner, may_arrange=True)
    activity = _arranged(found, cast)
    make_activity(project=found.project)
    projects.open_activity(activity_id=activity.pk, by=cast.admin, at=NOON)
    projects.cancel_activity(activity_id=activity.pk, reason="闭馆", by=cast.admin, at=NOON)
    catch_up(at=NOON)
    told = Message.objects.filter(user=cast.ally).order_by("pk").values_list("title", flat=True)
    assert list(told)[-2:] == ["本单位安排的活动已开放报名", "本单位安排的活动已取消"]
    assert queries.own_part(found, at=NOON) == OwnPart(0, 0, 0, 0)
    held = make_activity(project=found.project, starts_at=NINE, ends_at=ELEVEN)
    came = make_volunteer("郑晓明")
    make_posted(make_shift(activity=held, starts_at=NINE, ends_at=ELEVEN), came)
    JointActivity.objects.create(
        activity=held, cooperation=found, arranged_at=NINE, arranged_by=cast.ally
    )
    assert queries.own_part(found, at=NOON) == OwnPart(1, 1, 1, 120)
    page = as_(cast.ally).get(f"/progress/desk/joint/{found.pk}/").content.decode()
    assert "本单位安排的" in page
    assert came.name not in page


def test_a_grant_that_was_taken_back_arranges_nothing(cast: Cast) -> None:
    found = make_cooperation(make_planned(cast.team), cast.partner, may_arrange=True)
    actions.grant_arranging(cooperation_id=found.pk, may_arrange=False, by=cast.admin, at=NOON)
    with pytest.raises(NotAllowed):
        _arranged(found, cast)
    assert Activity.objects.count() == 0


# -- Ends --------------------------------------------------------------------------------------


def test_either_side_ends_it_with_a_reason(cast: Cast) -> None:
    project = make_planned(cast.team)
    found = make_cooperation(project, cast.partner)
    page = f"/progress/desk/joint/{found.pk}/end/"
    assert as_(cast.ally).post(page, {"reason": " "}).status_code == 422
    as_(cast.ally).post(page, {"reason": "人手不够"})
    found.refresh_from_db()
    assert (found.state, found.reason, found.may_arrange) == ("ended", "人手不够", False)
    with pytest.raises(WrongState):
        actions.end_cooperation(cooperation_id=found.pk, reason="再结束", by=cast.admin, at=NOON)


def test_an_answer_comes_once(cast: Cast) -> None:
    found = make_cooperation(make_planned(cast.team), cast.partner, accepted=False)
    actions.answer_invitation(cooperation_id=found.pk, verb="decline", by=cast.ally, at=NOON)
    with pytest.raises(WrongState):
        actions.answer_invitation(cooperation_id=found.pk, verb="accept", by=cast.ally, at=NOON)


def test_a_unit_that_is_dissolved_takes_part_no_more(cast: Cast) -> None:
    found = make_cooperation(make_planned(cast.team), cast.partner, may_arrange=True)
    orgs.dissolve(organization_id=cast.partner.pk, reason="撤销", by=cast.office, at=NOON)
    catch_up(at=NOON)
    found.refresh_from_db()
    assert (found.state, found.reason) == (CooperationState.ENDED, "单位已注销")


def test_who_takes_a_unit_in_goes_on_in_its_place(cast: Cast) -> None:
    project = make_planned(cast.team)
    make_cooperation(project, cast.partner, may_arrange=True)
    into = make_organization("市文化馆志愿队")
    orgs.merge(
        organization_id=cast.partner.pk, into_id=into.pk, reason="合并", by=cast.office, at=NOON
    )
    catch_up(at=NOON)
    live = Cooperation.objects.get(state=CooperationState.ACCEPTED)
    assert (live.organization, live.project, live.may_arrange) == (into, project, True)


def test_who_goes_on_in_the_place_of_another_is_not_asked_again(cast: Cast) -> None:
    make_cooperation(make_planned(cast.team), cast.partner)
    into = make_organization("市文化馆志愿队")
    heir = make_user("何静")
    give(heir, Role.ORG_ADMIN, into)
    orgs.merge(
        organization_id=cast.partner.pk, into_id=into.pk, reason="合并", by=cast.office, at=NOON
    )
    catch_up(at=NOON)
    catch_up(at=NOON)  # what a reader has written is read the next time
    heard = Message.objects.filter(user=heir, key__startswith="progress:")
    assert list(heard.values_list("title", flat=True)) == ["接手一项项目合作"]


def test_an_organizer_that_takes_its_partner_in_has_no_partner_left(cast: Cast) -> None:
    make_cooperation(make_planned(cast.team), cast.partner)
    orgs.merge(
        organization_id=cast.partner.pk, into_id=cast.team.pk, reason="合并", by=cast.office,
        at=NOON,
    )  # fmt: skip
    catch_up(at=NOON)
    assert list(Cooperation.objects.values_list("state", flat=True)) == ["ended"]
    assert Project.objects.count() == 1
