"""Two equal halves of a small city, so that everything of one's own has a foreign twin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from voluncity.care.party.models import Pairing, Report
from voluncity.city.access.permissions import ROLES, Role
from voluncity.city.claims import queries as claims
from voluncity.city.claims.models import Claim
from voluncity.city.files import actions as files
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import check_image
from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox.models import Message
from voluncity.city.orgs import rules
from voluncity.city.orgs.models import (
    BrandProject,
    Duty,
    Invitation,
    JoinRequest,
    MemberDuty,
    Organization,
)
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people.models import (
    Guardian,
    IdentityBatch,
    IdentityCheck,
    ImportBatch,
    User,
    Volunteer,
)
from voluncity.city.people.states import BatchState, IdentityState, Origin
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Objection
from voluncity.city.regions.models import Region
from voluncity.city.registers.models import Export
from voluncity.city.stations import actions as stations
from voluncity.city.stations.models import Demonstration, Station
from voluncity.city.tokens import actions as tokens
from voluncity.city.tokens.states import TokenScope
from voluncity.honor.ratings import actions as ratings
from voluncity.honor.ratings.actions import BatchPlan
from voluncity.honor.recognition import actions as recognition
from voluncity.honor.recognition.models import Certificate
from voluncity.kernel.clock import local_date
from voluncity.service.difficulties import actions as difficulties
from voluncity.service.hours import actions as hours
from voluncity.service.integrity.states import AbsenceState
from voluncity.service.patrols import actions as patrols
from voluncity.service.patrols.models import ProblemKind
from voluncity.service.pledges import rules as pledges
from voluncity.service.pledges.models import Adoption
from voluncity.service.projects.models import Activity, Leading, Line, Project, Shift
from voluncity.service.rosters.models import Assignment, Feed, Offer, Swap
from voluncity.service.rosters.queries.feeds import token_of
from voluncity.service.signups.models import Scan
from voluncity.service.signups.states import Direction, Method
from voluncity.service.teaching.models import Question
from voluncity.service.teaching.rules import Meeting
from voluncity.service.training.rules import check_code
from voluncity.service.welfare_days.models import Attachment, WelfareDay
from voluncity.testing.make_archives import make_package, make_world_archives
from voluncity.testing.make_claims import make_claim, make_correction, make_merge
from voluncity.testing.make_difficulties import make_answered, make_difficulty
from voluncity.testing.make_events import make_world_event
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_hardship import make_case, make_gift
from voluncity.testing.make_hours import (
    ELEVEN,
    NINE,
    make_officer,
    make_past_shift,
    make_place,
    make_posted,
    make_record,
)
from voluncity.testing.make_integrity import make_absence, make_finding, make_spot
from voluncity.testing.make_integrity import make_case as make_integrity_case
from voluncity.testing.make_offline import make_kiosk
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_patrols import make_problem, make_solved
from voluncity.testing.make_people import (
    make_child,
    make_county,
    make_guardian,
    make_poster,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.make_pledges import make_adoption, make_need, make_pledge, make_thanked
from voluncity.testing.make_progress import make_shared
from voluncity.testing.make_projects import (
    MORNING,
    make_activity,
    make_project,
    make_shift,
    make_training,
)
from voluncity.testing.make_publicity import make_notice
from voluncity.testing.make_rosters import (
    make_pair,
    make_plan,
    make_post,
    make_run,
    make_slot,
    make_turn,
    make_wish,
)
from voluncity.testing.make_signups import make_signup
from voluncity.testing.make_stations import make_inspection, make_station
from voluncity.testing.make_teaching import (
    make_enrolled,
    make_material,
    make_outcome,
    make_session,
    make_teacher,
)
from voluncity.testing.make_welfare_days import make_day
from voluncity.testing.make_wishes import make_theme, make_world_wishes

LINE_OF_OWN_HALF = 2


@dataclass
class Half:
    """One county with one organization and one of everything in it."""

    county: Region
    organization: Organization
    volunteer: Volunteer
    ids: dict[str, Any]


def make_half(county: Region) -> Half:
    """Make a county's half of the world."""
    community = make_region("青年路社区", parent=county)
    organization = make_organization(region=community)
    volunteer = make_volunteer("李娜", region=community)
    ids = _joined(
        _people(community, volunteer),
        _organizations(community, organization, volunteer),
        _service(organization, volunteer),
        _rest(community, volunteer),
        _party(community, organization),
        _rated(county),
        _claimed(community, volunteer),
        _patrolled(community, organization, volunteer),
        _pledged(organization, volunteer),
        _in_difficulty(organization),
        _wished(community, volunteer),
        _archived(organization),
        _looked_into(organization, volunteer),
        _rostered(organization, volunteer),
        _taught(organization, volunteer),
        make_world_event(organization, volunteer, at=now()),
    )
    project = Project.objects.get(pk=ids["project"])
    ids |= make_shared(project, organization, at=now())
    return Half(county, organization, volunteer, ids)


def _joined(*parts: dict[str, Any]) -> dict[str, Any]:
    """Join the parts; a name that two of them use would try a page with a foreign kind's id."""
    names = [name for part in parts for name in part]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    return {name: value for part in parts for name, value in part.items()}


def _owner(volunteer: Volunteer) -> User:
    assert volunteer.user
    return volunteer.user


def _people(community: Region, volunteer: Volunteer) -> dict[str, Any]:
    waiting = make_volunteer("周明", region=community, verified=False)
    Volunteer.objects.filter(pk=waiting.pk).update(identity_state=IdentityState.PENDING)
    check = IdentityCheck.objects.create(volunteer=waiting, submitted_at=now(), source="staff")
    guardian = make_guardian(volunteer)
    child = make_child(guardian=_owner(volunteer), region=community)
    entered = make_volunteer(
        "王小雨", region=community, born_on=child.born_on, user=False, phone=""
    )
    unlinked = make_guardian(entered)
    Guardian.objects.filter(pk=unlinked.pk).update(phone_index=_owner(volunteer).phone_index)
    return {
        "volunteer": volunteer.pk, "check": check.pk, "guardian": guardian.pk,
        "child": child.pk, "unlinked": unlinked.pk,
    }  # fmt: skip


def _organizations(
    community: Region, organization: Organization, volunteer: Volunteer
) -> dict[str, Any]:
    applied = make_organization(
        region=community, state=OrgState.SENT_BACK, applied_by=_owner(volunteer)
    )
    asking = make_volunteer("孙丽", region=community)
    joins = {
        "join_request": JoinRequest.objects.create(
            organization=organization, volunteer=asking, asked_at=now()
        ).pk,
        "own_join_request": JoinRequest.objects.create(
            organization=make_organization(region=community), volunteer=volunteer, asked_at=now()
        ).pk,
    }
    member = make_member(make_volunteer(region=community), organization)
    make_member(volunteer, organization)
    duty, _ = Duty.objects.get_or_create(key="liaison", defaults={"name": "联络员"})
    held = MemberDuty.objects.create(membership=member, duty=duty, given_at=now())
    maker = make_user("周伟")
    invitation = Invitation.objects.create(
        organization=organization, most=5, made_at=now(), made_by=maker,
        expires_at=now() + timedelta(days=7),
    )  # fmt: skip
    brands = [
        BrandProject.objects.create(
            organization=organization, name=name, what="每周六清理河岸", position=place,
            added_at=now(), added_by=maker,
        )
        for place, name in enumerate(("随手公益", "爱周六"))
    ]  # fmt: skip
    poster = make_poster(organization)
    station = make_station(f"{organization.name}服务站", organization=organization)
    return {
        "organization": organization.pk, "applied": applied.pk, "membership": member.pk,
        "member_duty": held.pk, "invitation": invitation.pk, "brand": brands[1].pk,
        "invitation_token": rules.invitation_token(
            invitation.pk, key=settings.SECRET_KEY.encode()
        ),
        **_station(station), "poster": poster.pk, "poster_code": poster.code, **joins,
    }  # fmt: skip


def _station(station: Station) -> dict[str, Any]:
    inspector = make_user("外县督查")
    inspection = make_inspection(station, by=inspector, failed=1, at=now())
    finding = inspection.station.findings.get()
    demonstration = Demonstration.objects.create(
        station=station, inspection=inspection, reason="服务好", proposed_at=now(),
        proposed_by=make_user("申报人"),
    )  # fmt: skip
    photo = stations.add_photo(
        station_id=station.pk, photo=check_image(make_upload()), caption="门面", by=inspector,
        at=now(),
    )  # fmt: skip
    return {
        "station": station.pk, "inspection": inspection.pk, "answer": finding.answer_id,
        "finding": finding.pk, "checklist_item": finding.answer.item_id, "photo": photo.pk,
        "demonstration": demonstration.pk,
    }  # fmt: skip


def _rated(county: Region) -> dict[str, Any]:
    ratings.load_standards()
    plan = BatchPlan(now().year, county.pk, ("filed",))
    batch = ratings.start_batch(plan=plan, by=make_user("评定人"), at=now())
    ratings.count_batch(batch_id=batch.pk, clock=now)
    return {"batch": batch.pk, "proposal": batch.proposals.values_list("pk", flat=True)[0]}


def _claimed(community: Region, volunteer: Volunteer) -> dict[str, Any]:
    """Return a claim that somebody made who has a record by now, a correction, and a merge."""
    other = make_volunteer("王芳", region=community)
    claim = make_claim(other)
    Claim.objects.filter(pk=claim.pk).update(claimant=_owner(volunteer))
    loser = make_volunteer("赵敏", region=community)
    return {
        "claim": claim.pk, "claimed": other.number, "evidence": claims.photos_of(claim)[0].key,
        "data_correction": make_correction(volunteer, name="李纳").pk, "number": volunteer.number,
        "merge": make_merge(loser, make_volunteer("赵敏", region=community), at=now()).pk,
    }  # fmt: skip


def _looked_into(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    """Return a finding, a case about the volunteer, a drawn record, and two absences."""
    officer = make_officer(organization, "核查员")
    day = timedelta(days=1)
    shift = make_past_shift(organization, starts_at=NINE - 3 * day, ends_at=ELEVEN - 3 * day)
    case = make_integrity_case(make_finding(organization, volunteer=volunteer), by=officer)
    mine = make_absence(make_place(shift, volunteer), state=AbsenceState.CONFIRMED, by=officer)
    return {
        "anomaly": make_finding(organization).pk, "integrity_case": case.pk,
        "spot": make_spot(make_posted(make_past_shift(organization))).pk,
        "absence": make_absence(make_place(shift)).pk, "own_absence": mine.pk,
    }  # fmt: skip


def _patrolled(
    community: Region, organization: Organization, volunteer: Volunteer
) -> dict[str, Any]:
    """Return a problem that a rule has sent to the organization, and one that is solved."""
    patrols.load_kinds()
    rule = patrols.set_rule(
        kind=ProblemKind.objects.get(pk="garbage"), region=community, unit=organization,
        by=make_user("规则经办"), at=now(),
    )  # fmt: skip
    solved = make_solved(make_problem(volunteer, at=now()), by=make_user("保洁"), at=now())
    patrols.confirm_problem(problem=solved, by=_owner(volunteer), at=now())
    return {
        "problem": make_problem(volunteer, at=now()).pk, "solved_problem": solved.pk,
        "patrol_rule": rule.pk,
    }  # fmt: skip


def _taught(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    """Return a session to come in which the volunteer takes part, and one that was."""
    teacher = make_teacher("培训经办", organization)
    begun = now() - timedelta(minutes=1)
    evening = MORNING + timedelta(hours=10)
    meetings = (Meeting(evening, evening + timedelta(hours=2)),)
    session = make_session(organization, by=teacher, at=begun, enroll_from=begun, meetings=meetings)
    make_enrolled(session, volunteer, at=now())
    past = make_session(organization, by=teacher, at=begun, enroll_from=begun, title="往期急救班")
    long_ago = now() - timedelta(days=2)
    Activity.objects.filter(pk=past.activity_id).update(
        starts_at=long_ago, ends_at=long_ago + timedelta(hours=1)
    )
    record = make_training(
        volunteer, past.course, organization=organization, passed_on=local_date(now())
    )
    paper = make_material(session, by=teacher, at=now())
    question = Question.objects.create(
        course=session.course, text="先看环境是否安全？", options=["对", "错"], right=0
    )
    return {
        "session": session.pk, "session_activity": session.activity_id, "material": paper.pk,
        "course": session.course_id, "question": question.pk, "training": record.pk,
        "past_session": past.pk, "own_test": make_outcome(past, volunteer).pk,
        "other_test": make_outcome(past, make_volunteer("何小满")).pk,
        "training_serial": record.serial,
        "training_code": check_code(record, key=settings.VOLUNCITY_INDEX_KEY),
    }  # fmt: skip


def _wished(community: Region, volunteer: Volunteer) -> dict[str, Any]:
    """Return the volunteer's own wish, one that they have claimed, and open ones."""
    return {**make_world_wishes(community, volunteer), "wish_theme": make_theme().pk}


def _archived(organization: Organization) -> dict[str, Any]:
    """Return archives, and a public-welfare day to which one activity belongs."""
    ids = make_world_archives(organization)
    day = WelfareDay.objects.first() or make_day()
    attached = make_past_shift(organization).activity
    Attachment.objects.create(
        day=day, activity=attached, attached_at=now(), attached_by=make_user("公益日经办")
    )
    return {**ids, "welfare_day": day.pk, "attached_activity": attached.pk}


def _pledged(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    """Return a need with a promise of the volunteer, one that came, and a claimed project."""
    need = make_need(make_project("护河行动", organization=organization), at=now())
    pledge = make_pledge(need, volunteer, at=now())
    came = make_thanked(
        make_pledge(make_need(need.project, at=now()), volunteer, at=now()), at=now()
    )
    unit = make_organization(region=organization.region)
    adoption = make_adoption(need.project, unit, at=now())
    mine = make_adoption(need.project, make_organization(region=organization.region), at=now())
    Adoption.objects.filter(pk=mine.pk).update(asked_by=_owner(volunteer))
    return {
        "need": need.pk, "pledge": pledge.pk, "thanked_pledge": came.pk,
        "thanks_code": pledges.check_code(came), "adoption": adoption.pk, "own_adoption": mine.pk,
    }  # fmt: skip


def _in_difficulty(organization: Organization) -> dict[str, Any]:
    """Return a difficulty that waits, and an answered one from which others learn."""
    officer = make_user("答复经办")
    solved = make_answered(make_difficulty(organization, at=now()), by=officer, at=now())
    answer = difficulties.publish_answer(
        difficulty=solved, question="没有保险费", answer="统一投保", by=officer, at=now()
    )
    return {
        "difficulty": make_difficulty(organization, at=now()).pk, "common_answer": answer.pk,
    }  # fmt: skip


def _service(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    project: Project = make_project(organization=organization)
    activity: Activity = make_activity(project=project)
    shift: Shift = make_shift(activity=activity)
    signup = make_signup(shift=shift, volunteer=volunteer)
    child = Volunteer.objects.get(guardians__user=_owner(volunteer))
    ward_signup = make_signup(shift=make_shift(activity=activity), volunteer=child)
    posted = make_posted(make_past_shift(organization), volunteer)
    waiting = make_record(
        make_past_shift(
            organization,
            starts_at=posted.planned_from - timedelta(days=1),
            ends_at=posted.planned_to - timedelta(days=1),
        )
    )
    correction = hours.ask_correction(
        record_id=posted.pk,
        volunteer=volunteer,
        text="少记了半小时",
        by=_owner(volunteer),
        at=now(),
    )
    scan = Scan.objects.create(
        nonce=f"scan-{signup.pk}-nonce",
        shift=shift,
        volunteer=volunteer,
        direction=Direction.IN,
        method=Method.VENUE_CODE,
        at=now(),
        by=_owner(volunteer),
        is_accepted=True,
    )
    certificate: Certificate = recognition.issue_certificate(
        volunteer_id=volunteer.pk, by=_owner(volunteer), at=now()
    )
    return {
        "project": project.pk, "activity": activity.pk, "shift": shift.pk, "signup": signup.pk,
        "ward_signup": ward_signup.pk,
        "record": waiting.pk, "own_record": posted.pk, "correction": correction.pk,
        "past_activity": waiting.signup.shift.activity_id, "scan": scan.pk,
        "kiosk": make_kiosk(activity).pk,
        "certificate": certificate.pk, "serial": certificate.serial,
        "check_code": certificate.check_code,
    }  # fmt: skip


def _rostered(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    """Return a plan with a post, a time, two turns, a draft and a turn that is offered."""
    plan = make_plan(project=make_project("路口值守", organization=organization))
    post, slot = make_post(plan, "一号路口"), make_slot(plan)
    held, open_one = make_turn(post, slot), make_turn(make_post(plan, "二号路口"), slot)
    make_wish(plan, volunteer)
    other = make_volunteer("孙丽", region=organization.region)
    make_wish(plan, other)
    signup = make_signup(shift=held.shift, volunteer=volunteer)
    given = make_signup(shift=make_turn(make_post(plan, "三号路口"), slot).shift, volunteer=other)
    mine = Offer.objects.create(
        turn=held, signup=signup, offered_at=now(), offered_by=_owner(volunteer)
    )
    others = Offer.objects.create(
        turn=given.shift.roster_turn, signup=given, offered_at=now(), offered_by=_owner(other)
    )
    swap = Swap.objects.create(own=given, other=signup, asked_at=now(), asked_by=_owner(other))
    run = make_run(plan)
    feed = Feed.objects.create(volunteer=volunteer, made_at=now())
    return {
        "feed_token": token_of(feed), "swap": swap.pk,
        "roster": plan.pk, "roster_post": post.pk, "roster_slot": slot.pk,
        "roster_pair": make_pair(plan, volunteer, other).pk, "roster_run": run.pk,
        "assignment": Assignment.objects.create(run=run, turn=open_one, volunteer=other).pk,
        "roster_turn": signup.pk, "own_offer": mine.pk, "offer": others.pk,
    }  # fmt: skip


def _party(community: Region, organization: Organization) -> dict[str, Any]:
    unit = make_organization(kind=Kind.UNIT, parent=organization)
    member = make_volunteer("郭亮", region=community)
    Volunteer.objects.filter(pk=member.pk).update(is_party_member=True)
    pairing = Pairing.objects.create(
        unit=unit, community=community, starts_on=date(2026, 3, 5), made_at=now(),
        made_by=make_user("结对经办"),
    )  # fmt: skip
    report = Report.objects.create(
        volunteer=member, unit=unit, community=community, reported_at=now()
    )
    return {
        "unit": unit.pk, "pairing": pairing.pk, "report": report.pk, "community": community.pk,
    }  # fmt: skip


def _rest(community: Region, volunteer: Volunteer) -> dict[str, Any]:
    notice = make_notice(region=community, at=now())
    objection: Objection = publicity.object_to(
        notice_id=notice.pk, text="与我们了解的情况不符", by=make_user("何静"), at=now()
    )
    inbox.send(
        user_id=_owner(volunteer).pk, key=f"hello:{volunteer.pk}", title="欢迎", body="您好。",
        url="", at=now(),
    )  # fmt: skip
    message = Message.objects.get(key=f"hello:{volunteer.pk}")
    token, _ = tokens.create_token(
        user=_owner(volunteer), name="旧程序", scopes=list(TokenScope), days=30,
        by=_owner(volunteer), at=now(),
    )  # fmt: skip
    stored: StoredFile = files.store_document(
        make_paper(), subject="nothing:1", by=_owner(volunteer), at=now(), is_public=False
    )
    grant = give(make_user("郑凯"), Role.SUPERVISOR, community)
    case = make_case(make_volunteer("李建国", region=community), at=now())
    export = Export.objects.create(
        owner=_owner(volunteer), list_key="volunteers", columns="name", reason="check",
        words="核对信息", asked_at=now(),
    )  # fmt: skip
    return {
        "export": export.pk,
        "notice": notice.pk, "objection": objection.pk, "message": message.pk,
        "token": token.pk, "file": stored.key, "grant": grant.pk,
        "account": grant.user_id, "case": case.pk, "gift": make_gift(case).pk,
    }  # fmt: skip


def _files(owner: User) -> dict[str, Any]:
    """A list and an answer file are seen by who uploaded them only."""
    batch = ImportBatch.objects.create(
        origin=Origin.DESK, state=BatchState.DRAFT, file_name="名单.xlsx", digest="0",
        started_at=now(), started_by=owner,
    )  # fmt: skip
    answer = IdentityBatch.objects.create(
        file_name="答复.xlsx", digest="0", uploaded_at=now(), uploaded_by=owner
    )
    return {"import": batch.pk, "answer_file": answer.pk, "package": make_package(owner).pk}


@dataclass
class World:
    """Own and foreign half, and everybody who may come, by role or by what they are."""

    own: Half
    foreign: Half
    people: dict[str, User]


def make_world() -> World:
    """Make both halves, and one person for each role over the own half only."""
    own = make_half(make_county("杏花岭区", code="140107000000"))
    foreign = make_half(make_county("万柏林区", code="140109000000"))
    people = {"resident": make_user("路人"), "volunteer": _owner(own.volunteer)}
    for role, spec in ROLES.items():
        people[role] = make_user(spec.name)
        give(people[role], role, own.county if spec.scope == "region" else own.organization)
    for half, owner in ((own, people[Role.CITY_OFFICE]), (foreign, make_user("别处的同事"))):
        half.ids |= _files(owner)
    line = Line.objects.create(number=LINE_OF_OWN_HALF, name="平安志愿服务项目")
    Leading.objects.create(line=line, organization=own.organization, since=date(2018, 6, 25))
    return World(own, foreign, people)
