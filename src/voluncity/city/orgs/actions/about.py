"""What an organization is known for, and which buildings it looks after."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.orgs import rules
from voluncity.city.orgs.models import BrandProject, Building, Organization
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal

EARLIEST = 1949


@transaction.atomic
def add_brand(
    *,
    organization_id: int,
    name: str,
    what: str,
    since: int | None,
    photo: Checked | None,
    by: User,
    at: datetime,
) -> BrandProject:
    """Add what an organization is known for, at the end of its list.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when it has one of this name.
    """
    last = BrandProject.objects.filter(organization_id=organization_id).count()
    brand = BrandProject(
        organization_id=organization_id, position=last + 1, added_at=at, added_by=by
    )
    _say(brand, name=name, what=what, since=since, today=local_date(at))
    _keep(brand)
    _keep_photo(brand, photo, by=by, at=at)
    record("orgs.add_brand", brand, by=by, at=at, organization=organization_id)
    return brand


@transaction.atomic
def change_brand(
    *,
    brand_id: int,
    name: str,
    what: str,
    since: int | None,
    photo: Checked | None,
    by: User,
    at: datetime,
) -> BrandProject:
    """Change a brand project; without a new photo the old one stays.

    :raises BadInput: at the field that is wrong.
    """
    brand = _brand(brand_id)
    _say(brand, name=name, what=what, since=since, today=local_date(at))
    _keep(brand)
    _keep_photo(brand, photo, by=by, at=at)
    record("orgs.change_brand", brand, by=by, at=at, organization=brand.organization_id)
    return brand


@transaction.atomic
def raise_brand(*, brand_id: int, by: User, at: datetime) -> None:
    """Put a brand project one place further up."""
    brand = _brand(brand_id)
    live = BrandProject.objects.filter(organization_id=brand.organization_id, ended_at=None)
    ids = list(live.values_list("pk", flat=True))
    place = ids.index(brand.pk)
    if place == 0:
        raise Refusal("它已经在最前面。", code="orgs.brand_first")
    ids[place - 1], ids[place] = ids[place], ids[place - 1]
    for position, pk in enumerate(ids, start=1):
        live.filter(pk=pk).update(position=position)
    record("orgs.change_brand", brand, by=by, at=at, organization=brand.organization_id)


@transaction.atomic
def end_brand(*, brand_id: int, by: User, at: datetime) -> None:
    """Take a brand project off the page."""
    brand = _brand(brand_id)
    if not BrandProject.objects.filter(pk=brand_id, ended_at=None).update(ended_at=at):
        raise Refusal("它已经撤下，请刷新页面。", code="orgs.brand_ended")
    record("orgs.end_brand", brand, by=by, at=at, organization=brand.organization_id)


@transaction.atomic
def set_buildings(*, organization_id: int, text: str, by: User, at: datetime) -> int:
    """Write down the buildings that a team looks after, one a line; return how many.

    :raises BadInput: when there are too many or one is too long.
    """
    names = rules.building_names(text)
    organization = Organization.objects.get(pk=organization_id)
    organization.buildings.all().delete()
    Building.objects.bulk_create(
        Building(organization=organization, name=name, position=position)
        for position, name in enumerate(names)
    )
    record("orgs.set_buildings", organization, by=by, at=at, number=len(names))
    return len(names)


def _brand(brand_id: int) -> BrandProject:
    brand: BrandProject | None = BrandProject.objects.filter(pk=brand_id, ended_at=None).first()
    if brand is None:
        raise NotFound("这个品牌项目已经撤下，请刷新页面。")
    return brand


def _say(brand: BrandProject, *, name: str, what: str, since: int | None, today: date) -> None:
    brand.name = rules.brand_words(name, field="name", label="名称", most=rules.BRAND_MOST)
    brand.what = rules.brand_words(what, field="what", label="做什么", most=rules.WHAT_MOST)
    if since is not None and not EARLIEST <= since <= today.year:
        raise BadInput(f"开始年份应在 {EARLIEST} 到 {today.year} 之间。", field="since")
    brand.since = since


def _keep(brand: BrandProject) -> None:
    try:
        with transaction.atomic():
            brand.save()
    except IntegrityError as error:
        raise Refusal(
            "已经有同名的品牌项目，请换一个名称。", code="orgs.brand_twice", field="name"
        ) from error


def _keep_photo(brand: BrandProject, photo: Checked | None, *, by: User, at: datetime) -> None:
    if photo is None:
        return
    brand.photo = files.store(
        photo,
        subject=f"brand:{brand.pk}",
        by=by,
        at=at,
        is_public=True,
        organization_id=brand.organization_id,
    )
    brand.save(update_fields=["photo"])
