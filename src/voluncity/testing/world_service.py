"""What the service wing of a half of the world holds: one of everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from voluncity.city.orgs.models import (
    Organization,
)
from voluncity.city.people.models import (
    User,
    Volunteer,
)
from voluncity.city.regions.models import Region
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
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.rosters.models import Assignment, Feed, Offer, Swap
from voluncity.service.rosters.queries.feeds import token_of
from voluncity.service.signups.models import Scan
from voluncity.service.signups.states import Direction, Method
from voluncity.service.teaching.models import Question
from voluncity.service.teaching.rules import Meeting
from voluncity.service.training.rules import check_code
from voluncity.service.welfare_days.models import Attachment, WelfareDay
from voluncity.testing.make_archives import make_world_archives
from voluncity.testing.make_difficulties import make_answered, make_difficulty
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
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_patrols import make_problem, make_solved
from voluncity.testing.make_people import (
    make_user,
    make_volunteer,
)
from voluncity.testing.make_pledges import make_adoption, make_need, make_pledge, make_thanked
from voluncity.testing.make_projects import (
    MORNING,
    make_activity,
    make_project,
    make_shift,
    make_training,
)
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
from voluncity.testing.make_teaching import (
    make_enrolled,
    make_material,
    make_outcome,
    make_session,
    make_teacher,
)
from voluncity.testing.make_welfare_days import make_day


def owner_of(volunteer: Volunteer) -> User:
    """Return the account of a volunteer."""
    assert volunteer.user
    return volunteer.user


def planned(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    """Return a project with an activity, sign-ups, records of service and a certificate."""
    project: Project = make_project(organization=organization)
    activity: Activity = make_activity(project=project)
    shift: Shift = make_shift(activity=activity)
    signup = make_signup(shift=shift, volunteer=volunteer)
    child = Volunteer.objects.get(guardians__user=owner_of(volunteer))
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
        by=owner_of(volunteer),
        at=now(),
    )
    scan = Scan.objects.create(
        nonce=f"scan-{signup.pk}-nonce",
        shift=shift,
        volunteer=volunteer,
        direction=Direction.IN,
        method=Method.VENUE_CODE,
        at=now(),
        by=owner_of(volunteer),
        is_accepted=True,
    )
    certificate: Certificate = recognition.issue_certificate(
        volunteer_id=volunteer.pk, by=owner_of(volunteer), at=now()
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


def rostered(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
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
        turn=held, signup=signup, offered_at=now(), offered_by=owner_of(volunteer)
    )
    others = Offer.objects.create(
        turn=given.shift.roster_turn, signup=given, offered_at=now(), offered_by=owner_of(other)
    )
    swap = Swap.objects.create(own=given, other=signup, asked_at=now(), asked_by=owner_of(other))
    run = make_run(plan)
    feed = Feed.objects.create(volunteer=volunteer, made_at=now())
    return {
        "feed_token": token_of(feed), "swap": swap.pk,
        "roster": plan.pk, "roster_post": post.pk, "roster_slot": slot.pk,
        "roster_pair": make_pair(plan, volunteer, other).pk, "roster_run": run.pk,
        "assignment": Assignment.objects.create(run=run, turn=open_one, volunteer=other).pk,
        "roster_turn": signup.pk, "own_offer": mine.pk, "offer": others.pk,
    }  # fmt: skip


def taught(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
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


def archived(organization: Organization) -> dict[str, Any]:
    """Return archives, and a public-welfare day to which one activity belongs."""
    ids = make_world_archives(organization)
    day = WelfareDay.objects.first() or make_day()
    attached = make_past_shift(organization).activity
    Attachment.objects.create(
        day=day, activity=attached, attached_at=now(), attached_by=make_user("公益日经办")
    )
    return {**ids, "welfare_day": day.pk, "attached_activity": attached.pk}


def pledged(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
    """Return a need with a promise of the volunteer, one that came, and a claimed project."""
    need = make_need(make_project("护河行动", organization=organization), at=now())
    pledge = make_pledge(need, volunteer, at=now())
    came = make_thanked(
        make_pledge(make_need(need.project, at=now()), volunteer, at=now()), at=now()
    )
    unit = make_organization(region=organization.region)
    adoption = make_adoption(need.project, unit, at=now())
    mine = make_adoption(need.project, make_organization(region=organization.region), at=now())
    Adoption.objects.filter(pk=mine.pk).update(asked_by=owner_of(volunteer))
    return {
        "need": need.pk, "pledge": pledge.pk, "thanked_pledge": came.pk,
        "thanks_code": pledges.check_code(came), "adoption": adoption.pk, "own_adoption": mine.pk,
    }  # fmt: skip


def in_difficulty(organization: Organization) -> dict[str, Any]:
    """Return a difficulty that waits, and an answered one from which others learn."""
    officer = make_user("答复经办")
    solved = make_answered(make_difficulty(organization, at=now()), by=officer, at=now())
    answer = difficulties.publish_answer(
        difficulty=solved, question="没有保险费", answer="统一投保", by=officer, at=now()
    )
    return {
        "difficulty": make_difficulty(organization, at=now()).pk, "common_answer": answer.pk,
    }  # fmt: skip


def looked_into(organization: Organization, volunteer: Volunteer) -> dict[str, Any]:
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


def patrolled(
    community: Region, organization: Organization, volunteer: Volunteer
) -> dict[str, Any]:
    """Return a problem that a rule has sent to the organization, and one that is solved."""
    patrols.load_kinds()
    rule = patrols.set_rule(
        kind=ProblemKind.objects.get(pk="garbage"), region=community, unit=organization,
        by=make_user("规则经办"), at=now(),
    )  # fmt: skip
    solved = make_solved(make_problem(volunteer, at=now()), by=make_user("保洁"), at=now())
    patrols.confirm_problem(problem=solved, by=owner_of(volunteer), at=now())
    return {
        "problem": make_problem(volunteer, at=now()).pk, "solved_problem": solved.pk,
        "patrol_rule": rule.pk,
    }  # fmt: skip
