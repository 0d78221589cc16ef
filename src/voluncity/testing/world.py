"""Two equal halves of a small city, so that everything of one's own has a foreign twin.

`SAMPLES` says for each address with an object which object stands there.
"""

from __future__ import annotations

from collections.abc import Callable
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
from voluncity.service.hours import actions as hours
from voluncity.service.projects.models import Activity, Leading, Line, Project, Shift
from voluncity.service.signups.models import Scan
from voluncity.service.signups.states import Direction, Method
from voluncity.testing.make_claims import make_claim, make_correction, make_merge
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_hardship import make_case, make_gift
from voluncity.testing.make_hours import make_past_shift, make_posted, make_record
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import (
    make_child,
    make_county,
    make_guardian,
    make_poster,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.make_projects import make_activity, make_project, make_shift
from voluncity.testing.make_publicity import make_notice
from voluncity.testing.make_signups import make_signup
from voluncity.testing.make_stations import make_inspection, make_station

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
    ids = {
        **_people(community, volunteer),
        **_organizations(community, organization, volunteer),
        **_service(organization, volunteer),
        **_rest(community, volunteer),
        **_party(community, organization),
        **_rated(county),
        **_claimed(community, volunteer),
    }
    return Half(county, organization, volunteer, ids)


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
        "certificate": certificate.pk, "serial": certificate.serial,
        "check_code": certificate.check_code,
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
    return {"batch": batch.pk, "answer": answer.pk}


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


Sample = Callable[[Half], dict[str, Any]]


def _pk(name: str, **more: Any) -> Sample:
    return lambda half: {"pk": half.ids[name], **more}


def _api(parameter: str, name: str) -> Sample:
    return lambda half: {parameter: half.ids[name]}


# By the name of the address; an address without an object needs none.
SAMPLES: dict[str, Sample] = {
    "portal:revoke": _pk("grant"),
    "people:start_password": lambda _: {"token": "no-token"},
    "people:desk_account": _pk("account"),
    "people:desk_account_step": _pk("account", verb="end-sessions"),
    "hardship:desk_detail": _pk("case"),
    "hardship:desk_give": _pk("case"),
    "hardship:desk_extend": _pk("case"),
    "hardship:desk_end": _pk("case"),
    "hardship:desk_reverse": _pk("gift"),
    "people:consent": lambda _: {"purpose": "photos"},
    "people:desk_detail": _pk("volunteer"),
    "people:desk_open_minor": _pk("volunteer"),
    "people:desk_reveal": _pk("volunteer"),
    "people:desk_bind_phone": _pk("volunteer"),
    "people:desk_withdraw_guardian": lambda half: {
        "pk": half.ids["volunteer"], "guardian_pk": half.ids["guardian"],
    },
    "people:desk_decide_identity": _pk("check"),
    "people:desk_identity_case": _pk("check"),
    "people:desk_answer": _pk("answer"),
    "people:desk_answer_report": _pk("answer", kind="csv"),
    "people:desk_import": _pk("batch"),
    "people:desk_import_progress": _pk("batch"),
    "people:desk_import_report": _pk("batch", kind="csv"),
    "people:desk_import_step": _pk("batch", verb="discard"),
    "people:poster": lambda half: {"code": half.ids["poster_code"]},
    "people:desk_poster": _pk("poster"),
    "people:desk_poster_paper": _pk("poster", size="a4"),
    "people:desk_poster_end": _pk("poster"),
    "people:desk_receipt": _pk("volunteer"),
    "people:desk_card": _pk("volunteer"),
    "people:ward": _pk("child"),
    "people:ward_card": _pk("child"),
    "people:ward_identity": _pk("child"),
    "people:ward_withdraw": _pk("child"),
    "people:link_ward": _pk("unlinked"),
    "signups:sign_up_for": lambda half: {
        "pk": half.ids["shift"], "ward_pk": half.ids["child"],
    },
    "signups:of_ward": _pk("child"),
    "signups:ward_cancel": _pk("ward_signup"),
    "registers:export": lambda _: {"key": "volunteers"},
    "registers:filters": lambda _: {"key": "volunteers"},
    "registers:exported": _pk("export"),
    "files:show": lambda half: {"key": half.ids["file"]},
    "publicity:detail": _pk("notice"),
    "publicity:object": _pk("notice"),
    "publicity:desk_detail": _pk("notice"),
    "publicity:desk_answer": _pk("objection"),
    "publicity:desk_remove_day": lambda _: {"day": "2026-11-21"},
    "inbox:open": _pk("message"),
    "orgs:detail": _pk("organization"),
    "orgs:join": _pk("organization"),
    "orgs:leave": _pk("organization"),
    "orgs:withdraw": _pk("own_join_request"),
    "orgs:applied": _pk("applied"),
    "orgs:resubmit": _pk("applied"),
    "orgs:desk_detail": _pk("organization"),
    "orgs:desk_edit": _pk("organization"),
    "orgs:reveal": _pk("organization"),
    "orgs:decide": _pk("organization", verb="suspend"),
    "orgs:desk_members": _pk("organization"),
    "orgs:remove_member": _pk("membership"),
    "orgs:desk_member": _pk("membership"),
    "orgs:take_duty": _pk("member_duty"),
    "orgs:desk_branch": _pk("organization"),
    "orgs:move": _pk("organization"),
    "orgs:merge": _pk("organization"),
    "orgs:dissolve": _pk("organization"),
    "orgs:desk_code": _pk("organization"),
    "orgs:desk_invitations": _pk("organization"),
    "orgs:desk_invitation": _pk("invitation"),
    "orgs:end_invitation": _pk("invitation"),
    "orgs:invited": lambda half: {"token": half.ids["invitation_token"]},
    "orgs:desk_brands": _pk("organization"),
    "orgs:desk_brand": _pk("brand"),
    "orgs:raise_brand": _pk("brand"),
    "orgs:end_brand": _pk("brand"),
    "orgs:desk_buildings": _pk("organization"),
    "portal:line": lambda _: {"number": LINE_OF_OWN_HALF},
    "portal:change_line": lambda _: {"number": LINE_OF_OWN_HALF},
    "portal:of_organization": _pk("organization"),
    "orgs:accept_join": _pk("join_request"),
    "orgs:decline_join": _pk("join_request"),
    "ratings:of_organization": _pk("organization"),
    "ratings:desk_batch": _pk("batch"),
    "ratings:desk_recount": _pk("batch"),
    "ratings:desk_show": _pk("batch"),
    "ratings:desk_cancel": _pk("batch"),
    "ratings:desk_proposal": _pk("proposal"),
    "stations:detail": _pk("station"),
    "stations:desk_detail": _pk("station"),
    "stations:desk_edit": _pk("station"),
    "stations:desk_close": _pk("station"),
    "stations:desk_reopen": _pk("station"),
    "stations:desk_exceptions": _pk("station"),
    "stations:desk_remove_exception": _pk("station"),
    "stations:desk_photos": _pk("station"),
    "stations:desk_poster": _pk("station"),
    "stations:start_self_check": _pk("station"),
    "stations:start_visit": _pk("station"),
    "stations:propose": _pk("station"),
    "stations:desk_remove_photo": lambda half: {
        "pk": half.ids["station"], "photo_id": half.ids["photo"],
    },
    "stations:inspection": _pk("inspection"),
    "stations:submit_inspection": _pk("inspection"),
    "stations:discard_inspection": _pk("inspection"),
    "stations:save_answer": lambda half: {
        "pk": half.ids["inspection"], "answer_id": half.ids["answer"],
    },
    "stations:desk_finding": _pk("finding"),
    "stations:fix_finding": _pk("finding"),
    "stations:check_fix": _pk("finding"),
    "stations:desk_item": _pk("checklist_item"),
    "stations:desk_item_end": _pk("checklist_item"),
    "stations:show_demonstration": _pk("demonstration"),
    "stations:decline_demonstration": _pk("demonstration"),
    "stations:withdraw_demonstration": _pk("demonstration"),
    "tokens:revoke": _pk("token"),
    "projects:detail": _pk("project"),
    "projects:desk_detail": _pk("project"),
    "projects:desk_edit": _pk("project"),
    "projects:desk_step": _pk("project", verb="submit"),
    "projects:desk_next_stage": _pk("project"),
    "projects:desk_activity_new": _pk("project"),
    "projects:desk_activity": _pk("activity"),
    "projects:desk_activity_edit": _pk("activity"),
    "projects:desk_activity_open": _pk("activity"),
    "projects:desk_activity_copy": _pk("activity"),
    "projects:desk_activity_cancel": _pk("activity"),
    "signups:activity": _pk("activity"),
    "signups:sign_up": _pk("shift"),
    "signups:one": _pk("signup"),
    "signups:cancel": _pk("signup"),
    "signups:calendar": _pk("signup"),
    "signups:scanned": _pk("scan"),
    "signups:check_in": lambda _: {"token": "no-token"},
    "signups:roster": _pk("activity"),
    "signups:tick": _pk("signup"),
    "signups:take_off": _pk("signup"),
    "signups:add": _pk("shift"),
    "signups:screen": _pk("shift"),
    "signups:leader_scan": _pk("shift"),
    "hours:receipt": _pk("own_record"),
    "hours:correct": _pk("own_record"),
    "hours:desk_record": _pk("record"),
    "hours:desk_adjust": _pk("record"),
    "hours:desk_reverse": _pk("own_record"),
    "hours:desk_activity": _pk("past_activity"),
    "hours:desk_confirm": _pk("past_activity"),
    "hours:desk_approve": _pk("past_activity"),
    "hours:desk_refuse": _pk("past_activity"),
    "hours:desk_enter": _pk("past_activity"),
    "hours:desk_answer": _pk("correction"),
    "party:report": _pk("unit"),
    "party:desk_unpair": _pk("pairing"),
    "party:desk_unit": _pk("unit"),
    "party:desk_community": _pk("community"),
    "party:desk_decide": _pk("report", verb="confirm"),
    "recognition:pdf": lambda half: {"serial": half.ids["serial"]},
    "recognition:verify": lambda half: {"serial": half.ids["serial"]},
    "recognition:desk_revoke": _pk("certificate"),
    "claims:withdraw": _pk("claim"),
    "claims:withdraw_correction": _pk("data_correction"),
    "claims:desk_claim": _pk("claim"),
    "claims:look": _pk("claim"),
    "claims:decide": _pk("claim"),
    "claims:desk_correction": _pk("data_correction"),
    "claims:look_correction": _pk("data_correction"),
    "claims:decide_correction": _pk("data_correction"),
    "claims:evidence": lambda half: {"key": half.ids["evidence"]},
    "claims:code": _pk("volunteer"),
    "claims:desk_merge": _pk("merge"),
    "claims:undo": _pk("merge"),
    "api:revoke_token": _api("token_id", "token"),
    "api:project": _api("project_id", "project"),
    "api:activity": _api("activity_id", "activity"),
    "api:sign_up": _api("shift_id", "shift"),
    "api:signup": _api("signup_id", "signup"),
    "api:cancel": _api("signup_id", "signup"),
    "api:receipt": _api("record_id", "own_record"),
    "api:ask_correction": _api("record_id", "own_record"),
    "api:check": _api("serial", "serial"),
    "api:managed_project": _api("project_id", "project"),
    "api:change_project": _api("project_id", "project"),
    "api:step_project": _api("project_id", "project"),
    "api:create_activity": _api("project_id", "project"),
    "api:managed_activity": _api("activity_id", "activity"),
    "api:change_activity": _api("activity_id", "activity"),
    "api:open_activity": _api("activity_id", "activity"),
    "api:cancel_activity": _api("activity_id", "activity"),
    "api:roster": _api("activity_id", "activity"),
    "api:venue_code": _api("shift_id", "shift"),
    "api:tick": _api("signup_id", "signup"),
    "api:scan_card": _api("shift_id", "shift"),
    "api:add": _api("shift_id", "shift"),
    "api:take_off": _api("signup_id", "signup"),
    "api:enter": _api("signup_id", "signup"),
}  # fmt: skip

# What stands behind the question mark.
QUERIES: dict[str, Sample] = {
    "claims:preview": lambda half: {
        "loser": half.ids["claimed"],
        "winner": half.ids["number"],
    },
    "recognition:verify": lambda half: {"code": half.ids["check_code"]},
    "api:check": lambda half: {"code": half.ids["check_code"]},
}

_PLAN: dict[str, Any] = {
    "name": "河道清洁",
    "category_id": 1,
    "starts_on": "2030-01-01",
    "ends_on": "2030-12-31",
}


def _activity(half: Half) -> dict[str, Any]:
    shift = {
        "name": "清洁岗", "capacity": 5,
        "starts_at": "2030-03-06T09:00:00+08:00", "ends_at": "2030-03-06T11:00:00+08:00",
    }  # fmt: skip
    return {
        "name": "周三清洁", "region_id": half.county.pk, "address": "汾河东岸", "leader_id": 1,
        "shifts": [shift],
    }  # fmt: skip


# What an operation of the API must be sent before it looks at who owns the object.
BODIES: dict[str, Sample] = {
    "api:sign_up": lambda _: {"risks_read": True},
    "api:cancel": lambda _: {"reason": "临时有事"},
    "api:ask_correction": lambda _: {"text": "少记了"},
    "api:create_project": lambda half: _PLAN | {"organization_id": half.ids["organization"]},
    "api:change_project": lambda _: _PLAN,
    "api:step_project": lambda _: {"verb": "submit"},
    "api:create_activity": _activity,
    "api:change_activity": _activity,
    "api:cancel_activity": lambda _: {"reason": "大风"},
    "api:tick": lambda _: {"direction": "in", "nonce": "nonce-0001"},
    "api:scan_card": lambda _: {"code": "000000000000", "nonce": "nonce-0002"},
    "api:add": lambda _: {"number": "000000000000", "risks_told": True},
    "api:take_off": lambda _: {"reason": "来不了"},
    "api:confirm": lambda half: {"record_ids": [half.ids["record"]]},
    "api:approve": lambda half: {"record_ids": [half.ids["record"]]},
    "api:refuse": lambda half: {"record_ids": [half.ids["record"]], "reason": "没有到场"},
    "api:enter": lambda _: {
        "starts_at": "2030-03-05T09:00:00+08:00",
        "ends_at": "2030-03-05T10:00:00+08:00",
        "reason": "扫码机坏了",
    },
}
