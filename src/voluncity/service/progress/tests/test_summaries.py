"""A summary is written, handed in with frozen numbers, sent back, accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.files.models import StoredFile
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.service.progress import actions, rules
from voluncity.service.progress.models import Summary
from voluncity.service.progress.rules import SummaryText
from voluncity.service.progress.states import SummaryState
from voluncity.service.progress.tests.conftest import Cast
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import ProjectState
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_hours import ELEVEN, NINE, make_posted
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_progress import TEXT, make_planned, make_summary
from voluncity.testing.make_projects import make_activity, make_shift
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.row("C1")]


def _sent(project: Project, **changes: str) -> dict[str, str]:
    return {**vars(TEXT), "submit": "1", **changes}


def test_a_summary_travels_from_the_draft_to_the_closed_project(cast: Cast) -> None:
    project = make_planned(cast.team)
    team, office = as_(cast.admin), as_(cast.office)
    page = f"/progress/desk/{project.pk}/summary/"
    team.post(f"{page}write/", {"done": "走访了", "draft": "1"})
    assert Summary.objects.get().done == "走访了"
    team.post(f"{page}write/", _sent(project))
    project.refresh_from_db()
    assert project.state == ProjectState.SUMMARIZED
    assert project.summary == "走访了 40 户老人。\n\n服务成效：老人有人说话了。"
    office.post(f"{page}send-back/", {"remarks": "请写明人数"})
    project.refresh_from_db()
    assert (project.state, Summary.objects.get().state) == ("running", "sent_back")
    assert "请写明人数" in team.get(page).content.decode()
    seen = rules.mark(Summary.objects.get().submitted_at)
    team.post(f"{page}write/", _sent(project, done="走访了 40 户、52 位老人。"))
    for step in ("accept/", "send-back/"):  # the page that was read is not what was handed in
        answer = office.post(f"{page}{step}", {"seen": seen, "remarks": "人数不对"})
        assert (answer.status_code, "52 位老人" in answer.content.decode()) == (409, True)
    office.post(f"{page}accept/")
    project.refresh_from_db()
    assert (project.state, Summary.objects.get().state) == ("closed", "accepted")
    moves = list(Summary.objects.get().moves.values_list("verb", "words"))
    assert moves == [
        ("submit", ""), ("send_back", "请写明人数"), ("submit", ""), ("accept", ""),
    ]  # fmt: skip
    catch_up(at=NOON)
    heard = Message.objects.filter(user=cast.admin).order_by("pk").values_list("title", flat=True)
    assert list(heard) == ["项目总结被退回", "项目总结已通过，项目结项"]


def test_numbers_are_frozen_and_a_later_change_is_told(cast: Cast) -> None:
    project = make_planned(cast.team)
    activity = make_activity(project=project, starts_at=NINE, ends_at=ELEVEN)
    record = make_posted(
        make_shift(activity=activity, starts_at=NINE, ends_at=ELEVEN), make_volunteer()
    )
    summary = make_summary(project, by=cast.admin, at=NOON)
    page = f"/progress/desk/{project.pk}/summary/"
    assert "提交以后记录有变化" not in as_(cast.admin).get(page).content.decode()
    record.minutes = 60
    record.save(update_fields=["minutes"])
    summary.refresh_from_db()
    frozen = rules.figures_from(summary.figures)
    assert frozen is not None
    assert (frozen.sessions, frozen.volunteers, frozen.proven_minutes) == (1, 1, 120)
    assert "提交以后记录有变化" in as_(cast.admin).get(page).content.decode()


def test_what_is_wanted_is_asked_for_at_its_field_and_nothing_is_handed_in(cast: Cast) -> None:
    project = make_planned(cast.team)
    answer = as_(cast.admin).post(
        f"/progress/desk/{project.pk}/summary/write/", _sent(project, effect=" ")
    )
    assert answer.status_code == 422
    assert "还没有填写“服务成效”" in answer.content.decode()
    project.refresh_from_db()
    assert (project.state, Summary.objects.get().state) == ("running", "draft")


def test_too_long_a_part_is_refused(cast: Cast) -> None:
    project = make_planned(cast.team)
    answer = as_(cast.admin).post(
        f"/progress/desk/{project.pk}/summary/write/", _sent(project, done="长" * 2001)
    )
    assert (answer.status_code, Summary.objects.count()) == (422, 0)


def test_nothing_is_summed_up_while_an_activity_is_to_come(cast: Cast) -> None:
    project = make_planned(cast.team)
    later = NOON + timedelta(days=3)
    make_activity(project=project, starts_at=later, ends_at=later + timedelta(hours=2))
    with pytest.raises(Refusal, match="还有 1 场活动没有结束"):
        make_summary(project, by=cast.admin, at=NOON)
    assert Project.objects.get(pk=project.pk).state == ProjectState.RUNNING


def test_who_handed_it_in_does_not_review_it(cast: Cast) -> None:
    project = make_planned(cast.team)
    make_summary(project, by=cast.office, at=NOON)
    with pytest.raises(NotAllowed, match="不能审核自己提交的总结"):
        actions.accept_summary(project_id=project.pk, by=cast.office, at=NOON)


def test_a_unit_does_not_review_its_own_project(cast: Cast) -> None:
    lead = make_user("自家人")
    give(lead, Role.LEAD_UNIT, cast.team)
    project = make_planned(cast.team)
    make_summary(project, by=cast.admin, at=NOON)
    with pytest.raises(NotAllowed, match="上级组织或文明办"):
        actions.accept_summary(project_id=project.pk, by=lead, at=NOON)
    assert Summary.objects.get().state == SummaryState.SUBMITTED


def test_what_was_handed_in_is_not_written_over(cast: Cast) -> None:
    project = make_planned(cast.team)
    make_summary(project, by=cast.admin, at=NOON)
    with pytest.raises(WrongState):
        actions.write_summary(project_id=project.pk, text=SummaryText("改"), by=cast.admin, at=NOON)
    assert Summary.objects.get().done == TEXT.done


def test_a_project_summed_up_by_the_api_is_closed_all_the_same(cast: Cast) -> None:
    project = make_planned(cast.team)
    projects.summarize(project_id=project.pk, summary="做完了", by=cast.admin, at=NOON)
    words = as_(cast.office).get(f"/progress/desk/{project.pk}/summary/").content.decode()
    assert "做完了" in words
    actions.accept_summary(project_id=project.pk, by=cast.office, at=NOON)
    assert Project.objects.get(pk=project.pk).state == ProjectState.CLOSED


def test_a_paper_is_added_read_by_the_office_and_removed(cast: Cast) -> None:
    project = make_planned(cast.team)
    team, page = as_(cast.admin), f"/progress/desk/{project.pk}/summary/"
    team.post(f"{page}papers/", {"caption": "活动通知", "paper": make_upload()})
    stored = StoredFile.objects.get()
    read = as_(cast.office).get(f"/files/{stored.key}/")
    assert (read.status_code, len(b"".join(read))) == (200, stored.size)
    assert as_(cast.stranger).get(f"/files/{stored.key}/").status_code == 404
    paper = Summary.objects.get().papers.get()
    team.post(f"{page}papers/{paper.pk}/remove/")
    assert (StoredFile.objects.count(), Summary.objects.get().papers.count()) == (0, 0)


def test_a_paper_without_a_name_is_refused(cast: Cast) -> None:
    project = make_planned(cast.team)
    answer = as_(cast.admin).post(
        f"/progress/desk/{project.pk}/summary/papers/", {"caption": "", "paper": make_upload()}
    )
    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)


def test_photos_of_another_project_are_refused(cast: Cast) -> None:
    project = make_planned(cast.team)
    with pytest.raises(BadInput, match="请从本项目的活动照片中选择"):
        actions.choose_photos(project_id=project.pk, photo_ids=[404], by=cast.admin, at=NOON)


@pytest.mark.parametrize(("verb", "state"), [("reopen", "sent_back"), ("close", "accepted")])
def test_a_summary_follows_a_project_that_goes_on_without_it(
    cast: Cast, verb: str, state: str
) -> None:
    project = make_planned(cast.team)
    make_summary(project, by=cast.admin)
    words = {"reason": "请写明户数"} if verb == "reopen" else {}
    getattr(projects, verb)(project_id=project.pk, by=cast.office, at=NOON, **words)
    catch_up(at=NOON)
    summary = Summary.objects.get()
    assert (summary.state, summary.remarks) == (state, words.get("reason", ""))
    if verb == "reopen":
        actions.write_summary(project_id=project.pk, text=TEXT, by=cast.admin, at=NOON)
        actions.submit_summary(project_id=project.pk, by=cast.admin, at=NOON)
        assert Summary.objects.get().state == SummaryState.SUBMITTED
