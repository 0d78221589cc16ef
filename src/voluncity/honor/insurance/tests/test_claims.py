"""Claims: reported by the person or for them, worked on by few, each look in the open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime, now

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.insurance import actions, own_data
from voluncity.honor.insurance.actions import Outcome
from voluncity.honor.insurance.models import Claim
from voluncity.honor.insurance.states import ClaimState
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_insurance import (
    make_covered,
    make_enrollment,
    make_insurance_claim,
    make_policy,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_child,
    make_county,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
STORY = "巡河时滑倒，左手腕骨折"


@pytest.fixture
def claim(county: Region, volunteer: Volunteer) -> Claim:
    make_covered(make_enrollment(county, volunteer))
    return make_insurance_claim(volunteer, by=user_of(volunteer))


def test_a_report_finds_the_policy_of_the_day_and_its_deadlines(claim: Claim) -> None:
    assert claim.policy is not None
    assert claim.report_until == claim.happened_at + timedelta(hours=48)
    assert claim.papers_until == TODAY + timedelta(days=30)
    assert claim.state == ClaimState.REPORTED


def test_what_happened_is_not_readable_in_the_database(claim: Claim) -> None:
    assert "骨折" not in claim.story_cipher
    assert "骨折" not in str(Entry.objects.filter(verb="insurance.report").get().data)


def test_a_claim_goes_from_the_report_to_the_money(claim: Claim, office: User) -> None:
    said = Outcome("PA-1", "1,200.50", "")
    claim = actions.hand_in_claim(claim=claim, said=said, by=office, at=NOON)
    claim = actions.settle_claim(claim=claim, said=Outcome(amount="1000"), by=office, at=NOON)
    assert (claim.state, claim.asked_fen, claim.paid_fen) == ("settled", 120_050, 100_000)
    with pytest.raises(WrongState):
        actions.decline_claim(claim=claim, said=Outcome(words="晚了"), by=office, at=NOON)
    catch_up(at=NOON)
    titles = Message.objects.filter(user=user_of(claim.volunteer), title__contains="理赔")
    assert [one.title for one in titles.order_by("pk")] == [
        "您的理赔材料已交保险公司", "您的理赔已经赔付"
    ]  # fmt: skip


def test_nothing_is_handed_in_without_a_policy(
    volunteer: Volunteer, office: User, county: Region
) -> None:
    claim = make_insurance_claim(volunteer, by=user_of(volunteer))
    assert claim.policy is None
    with pytest.raises(Refusal, match="请先选择按哪份保单"):
        actions.hand_in_claim(claim=claim, said=Outcome("", "1"), by=office, at=NOON)
    old = make_policy(county, until_on=TODAY - timedelta(days=2))
    with pytest.raises(BadInput, match="没有生效"):
        actions.assign_policy(claim=claim, policy_id=old.pk, by=office, at=NOON)
    policy = make_policy(county)
    claim = actions.assign_policy(claim=claim, policy_id=policy.pk, by=office, at=NOON)
    assert (claim.policy, claim.papers_until) == (policy, TODAY + timedelta(days=30))


def test_nobody_works_on_the_own_claim(claim: Claim) -> None:
    with pytest.raises(NotAllowed, match="您自己的理赔"):
        actions.hand_in_claim(
            claim=claim, said=Outcome("", "1"), by=user_of(claim.volunteer), at=NOON
        )


def test_a_guardian_agrees_reports_and_works_on_no_claim_for_the_child(
    client: Client, county: Region, office: User
) -> None:
    father = make_user("王建国")
    child = make_child(guardian=father)
    enrollment = make_enrollment(county, child)
    actions.confirm_enrollment(enrollment_id=enrollment.pk, by=office, at=NOON)
    catch_up(at=NOON)
    page = reverse("insurance:of_ward", args=[child.pk])
    asked = Message.objects.get(user=father)
    assert (asked.title, asked.url) == ("请确认孩子是否参加志愿者保险", page)
    client.force_login(father)
    assert "孩子参加志愿者保险吗" in client.get(page).content.decode()
    row = enrollment.people.get()
    assert (
        client.post(reverse("insurance:answer", args=[row.pk, "yes"])).headers["Location"] == page
    )
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("agreed", father)
    when = localtime(now() - timedelta(hours=2))
    said = {
        "happened_on": f"{when:%Y-%m-%d}", "happened_time": f"{when:%H:%M}", "place": "汾河边",
        "story": STORY,
    }  # fmt: skip
    client.post(reverse("insurance:ward_report", args=[child.pk]), said)
    claim = Claim.objects.get()
    mine = reverse("insurance:claim", args=[claim.pk])
    assert (claim.volunteer, client.get(mine).status_code) == (child, 200)
    with pytest.raises(NotAllowed, match="您孩子的"):
        actions.decline_claim(claim=claim, said=Outcome(words="不予受理"), by=father, at=NOON)
    client.force_login(user_of(make_volunteer("路人")))
    assert [client.get(one).status_code for one in (page, mine)] == [404, 404]


@pytest.mark.parametrize(("hours", "sentence"), [(-1, "不能晚于现在"), (24 * 800, "超过两年")])
def test_a_wrong_time_is_refused(volunteer: Volunteer, hours: int, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        make_insurance_claim(
            volunteer, by=user_of(volunteer), happened_at=NOON - timedelta(hours=hours)
        )


def test_an_open_claim_hinders_closing_the_account(claim: Claim) -> None:
    found = own_data.hindrances(None, claim.volunteer)
    assert [one.sentence for one in found] == [
        f"保险理赔 {claim.number} 还没有办结，请等它办结，或先撤回。"
    ]
    actions.withdraw_claim(claim=claim, reason="", by=user_of(claim.volunteer), at=NOON)
    assert own_data.hindrances(None, claim.volunteer) == []


def test_the_person_takes_the_claim_along(claim: Claim) -> None:
    sections = {one.key: one for one in own_data.sections(claim.volunteer)}
    assert STORY in sections["insurance_claims"].rows[0]
    assert len(sections["insured"].rows) == 1


# -- Pages -------------------------------------------------------------------------------------


def test_a_volunteer_reports_adds_a_paper_and_withdraws(
    client: Client, volunteer: Volunteer
) -> None:
    client.force_login(user_of(volunteer))
    when = localtime(now() - timedelta(hours=2))
    sent = {
        "happened_on": f"{when:%Y-%m-%d}", "happened_time": f"{when:%H:%M}", "activity": "",
        "place": "汾河公园", "story": STORY,
    }  # fmt: skip
    wrong = client.post(reverse("insurance:report"), sent | {"story": "", "happened_time": "25:99"})
    assert wrong.status_code == 422
    assert "请填写经过和伤情" in wrong.content.decode()
    assert client.post(reverse("insurance:report"), sent).status_code == 302
    claim = Claim.objects.get()
    page = reverse("insurance:claim", args=[claim.pk])
    assert STORY in client.get(page).content.decode()
    wrong = client.post(page, {"label": "病历", "paper": make_upload(b"MZ", "a.exe")})
    assert wrong.status_code == 422
    client.post(page, {"label": "病历", "paper": make_paper()})
    paper = claim.files.get()
    got = client.get(reverse("insurance:claim_file", args=[claim.pk, paper.pk]))
    assert body_of(got).startswith(b"%PDF")
    assert got["Content-Disposition"].startswith("attachment")
    client.post(reverse("insurance:withdraw", args=[claim.pk]), {"words": "自己报销了"})
    claim.refresh_from_db()
    assert claim.state == ClaimState.WITHDRAWN


def test_a_stranger_sees_nothing_of_a_claim(client: Client, claim: Claim) -> None:
    client.force_login(user_of(make_volunteer("别人")))
    assert client.get(reverse("insurance:claim", args=[claim.pk])).status_code == 404
    officer = make_user("别县")
    give(officer, Role.COUNTY_OFFICE, make_county("万柏林区", code="140109000000"))
    client.force_login(officer)
    assert client.get(reverse("insurance:desk_claim", args=[claim.pk])).status_code == 404
    assert claim.number not in client.get(reverse("insurance:desk_claims")).content.decode()


def test_an_office_opens_a_claim_and_the_look_is_kept(
    client: Client, claim: Claim, office: User
) -> None:
    client.force_login(office)
    page = client.get(reverse("insurance:desk_claim", args=[claim.pk])).content.decode()
    assert STORY in page
    look = Entry.objects.get(verb="insurance.see_claim")
    assert (look.actor_id, look.subject_id) == (office.pk, claim.volunteer_id)
    step = reverse("insurance:desk_claim_step", args=[claim.pk, "hand_in"])
    wrong = client.post(step, {"number": "", "amount": "很多", "words": ""})
    assert wrong.status_code == 422
    assert client.post(step, {"number": "", "amount": "800", "words": ""}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == ClaimState.HANDED_IN


def test_the_desk_reports_for_who_cannot(
    client: Client, volunteer: Volunteer, office: User
) -> None:
    client.force_login(office)
    page = reverse("insurance:desk_report")
    missing = client.get(page, {"number": "999999999999"})
    assert missing.status_code == 422
    when = localtime(now() - timedelta(hours=2))
    sent = {
        "happened_on": f"{when:%Y-%m-%d}", "happened_time": f"{when:%H:%M}", "activity": "",
        "place": "社区", "story": "下楼扭伤",
    }  # fmt: skip
    assert client.post(f"{page}?number={volunteer.number}", sent).status_code == 302
    claim = Claim.objects.get()
    entry = Entry.objects.get(verb="insurance.report")
    assert (claim.reported_by, entry.on_behalf_of_id) == (office, volunteer.pk)
