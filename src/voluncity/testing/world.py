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
from voluncity.service.projects.models import Leading, Line, Project
from voluncity.testing import world_service as service
from voluncity.testing.make_archives import make_package
from voluncity.testing.make_awards import make_world_awards
from voluncity.testing.make_calls import make_world_calls
from voluncity.testing.make_certification import make_world_certification
from voluncity.testing.make_claims import make_claim, make_correction, make_merge
from voluncity.testing.make_classes import make_world_classes
from voluncity.testing.make_closings import make_world_closings
from voluncity.testing.make_comments import make_world_comments
from voluncity.testing.make_donations import make_world_donations
from voluncity.testing.make_events import make_world_event
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_fund import make_world_fund
from voluncity.testing.make_grants import make_world_grants
from voluncity.testing.make_hardship import make_case, make_gift
from voluncity.testing.make_insurance import make_world_insurance
from voluncity.testing.make_leaderboards import make_world_leaderboards
from voluncity.testing.make_news import make_world_news
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_payouts import make_world_payouts
from voluncity.testing.make_people import (
    make_child,
    make_county,
    make_guardian,
    make_poster,
    make_region,
    make_user,
    make_volunteer,
)
from voluncity.testing.make_points import make_world_points
from voluncity.testing.make_progress import make_shared
from voluncity.testing.make_publicity import make_notice
from voluncity.testing.make_recognition import make_world_recognition
from voluncity.testing.make_reports import make_world_reports
from voluncity.testing.make_review import make_world_review
from voluncity.testing.make_rewards import make_world_rewards
from voluncity.testing.make_showcase import make_world_stories
from voluncity.testing.make_showing import make_world_showing
from voluncity.testing.make_stations import make_inspection, make_station
from voluncity.testing.make_wishes import make_theme, make_world_wishes
from voluncity.testing.world_service import owner_of

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
        make_world_awards(organization, volunteer),
        service.planned(organization, volunteer),
        _rest(community, volunteer),
        _party(community, organization),
        _rated(county),
        _claimed(community, volunteer),
        service.patrolled(community, organization, volunteer),
        service.pledged(organization, volunteer),
        service.in_difficulty(organization),
        _wished(community, volunteer),
        service.archived(organization),
        service.looked_into(organization, volunteer),
        service.rostered(organization, volunteer),
        service.taught(organization, volunteer),
        make_world_event(organization, volunteer, at=now()),
        make_world_news(organization),
        make_world_stories(organization, volunteer),
        make_world_insurance(county, organization, volunteer, by=owner_of(volunteer), at=now()),
        make_world_rewards(organization, volunteer, at=now()),
        make_world_points(volunteer, at=now()),
        make_world_leaderboards(community, volunteer, organization),
        make_world_certification(community, volunteer),
        make_world_comments(volunteer),
        make_world_classes(organization, volunteer),
        make_world_calls(county, organization),
        make_world_review(county, organization),
        make_world_grants(county, organization),
        make_world_payouts(county, organization),
        make_world_reports(county, organization),
        make_world_closings(county, organization),
        make_world_showing(county, organization),
        make_world_fund(county, at=now()),
        make_world_donations(county, owner_of(volunteer), at=now()),
    )
    project = Project.objects.get(pk=ids["project"])
    ids |= make_shared(project, organization, at=now())
    return Half(county, organization, volunteer, ids)


def _joined(*parts: dict[str, Any]) -> dict[str, Any]:
    """Join the parts; a name that two of them use would try a page with a foreign kind's id."""
    names = [name for part in parts for name in part]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    return {name: value for part in parts for name, value in part.items()}


def _people(community: Region, volunteer: Volunteer) -> dict[str, Any]:
    waiting = make_volunteer("周明", region=community, verified=False)
    Volunteer.objects.filter(pk=waiting.pk).update(identity_state=IdentityState.PENDING)
    check = IdentityCheck.objects.create(volunteer=waiting, submitted_at=now(), source="staff")
    guardian = make_guardian(volunteer)
    child = make_child(guardian=owner_of(volunteer), region=community)
    entered = make_volunteer(
        "王小雨", region=community, born_on=child.born_on, user=False, phone=""
    )
    unlinked = make_guardian(entered)
    Guardian.objects.filter(pk=unlinked.pk).update(phone_index=owner_of(volunteer).phone_index)
    return {
        "volunteer": volunteer.pk, "check": check.pk, "guardian": guardian.pk,
        "child": child.pk, "unlinked": unlinked.pk,
    }  # fmt: skip


def _organizations(
    community: Region, organization: Organization, volunteer: Volunteer
) -> dict[str, Any]:
    applied = make_organization(
        region=community, state=OrgState.SENT_BACK, applied_by=owner_of(volunteer)
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
    Claim.objects.filter(pk=claim.pk).update(claimant=owner_of(volunteer))
    loser = make_volunteer("赵敏", region=community)
    return {
        "claim": claim.pk, "claimed": other.number, "evidence": claims.photos_of(claim)[0].key,
        "data_correction": make_correction(volunteer, name="李纳").pk, "number": volunteer.number,
        "merge": make_merge(loser, make_volunteer("赵敏", region=community), at=now()).pk,
    }  # fmt: skip


def _wished(community: Region, volunteer: Volunteer) -> dict[str, Any]:
    """Return the volunteer's own wish, one that they have claimed, and open ones."""
    return {**make_world_wishes(community, volunteer), "wish_theme": make_theme().pk}


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
        user_id=owner_of(volunteer).pk, key=f"hello:{volunteer.pk}", title="欢迎", body="您好。",
        url="", at=now(),
    )  # fmt: skip
    message = Message.objects.get(key=f"hello:{volunteer.pk}")
    token, _ = tokens.create_token(
        user=owner_of(volunteer), name="旧程序", scopes=list(TokenScope), days=30,
        by=owner_of(volunteer), at=now(),
    )  # fmt: skip
    stored: StoredFile = files.store_document(
        make_paper(), subject="nothing:1", by=owner_of(volunteer), at=now(), is_public=False
    )
    grant = give(make_user("郑凯"), Role.SUPERVISOR, community)
    case = make_case(make_volunteer("李建国", region=community), at=now())
    export = Export.objects.create(
        owner=owner_of(volunteer), list_key="volunteers", columns="name", reason="check",
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
    ids = {"import": batch.pk, "answer_file": answer.pk, "package": make_package(owner).pk}
    return ids | make_world_recognition(owner, at=now())


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
    people = {"resident": make_user("路人"), "volunteer": owner_of(own.volunteer)}
    for role, spec in ROLES.items():
        people[role] = make_user(spec.name)
        give(people[role], role, own.county if spec.scope == "region" else own.organization)
    for half, owner in ((own, people[Role.CITY_OFFICE]), (foreign, make_user("别处的同事"))):
        half.ids |= _files(owner)
    line = Line.objects.create(number=LINE_OF_OWN_HALF, name="平安志愿服务项目")
    Leading.objects.create(line=line, organization=own.organization, since=date(2018, 6, 25))
    return World(own, foreign, people)
