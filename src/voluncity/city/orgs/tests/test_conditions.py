"""What an application of each kind must name or bring."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.files import rules as files
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import Kind
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_orgs import make_code, make_organization, make_plan
from voluncity.testing.make_people import NOON, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def unit() -> Organization:
    return make_organization("市园林局", kind=Kind.LEAD_UNIT)


@pytest.fixture
def applicant() -> User:
    user = make_volunteer("王芳").user
    assert user is not None
    return user


def _apply(unit: Organization, by: User, **said: object) -> Organization:
    return actions.apply_organization(plan=make_plan(unit, **said), paper=None, by=by, at=NOON)


def test_a_registered_organization_gives_its_code_with_full_width_digits(
    unit: Organization, applicant: User
) -> None:
    code = make_code()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code[:6]) + " " + code[6:].lower()
    said = make_plan(unit, kind=Kind.REGISTERED, code=wide)
    paper = files.check_paper(make_paper())
    team = actions.apply_organization(plan=said, paper=paper, by=applicant, at=NOON)
    assert team.code == code


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"kind": Kind.REGISTERED, "code": "x"}, "code", "应为 18 位"),
        ({"kind": Kind.REGISTERED, "code": True}, "paper", "请上传登记证书"),
        ({"kind": Kind.MERCHANT}, "code", "爱心商户请填写统一社会信用代码"),
        ({"kind": Kind.MERCHANT, "code": True}, "paper", "请上传营业执照"),
        ({"filing_number": ""}, "filing_number", "备案的团队请填写备案编号"),
        ({"filing_number": "没有"}, "filing_number", "应有数字"),
        ({"filing_number": "并〔2026〕🎉1号"}, "filing_number", "不能有表情符号"),
        ({"filing_number": "1" * 41}, "filing_number", "最多 40 个字"),
        ({"responsible_name": " 　"}, "responsible_name", "备案的团队请填写负责人姓名"),
        ({"responsible_name": "王芳<b>"}, "responsible_name", "姓名只能是汉字"),
        ({"host_id": 0}, "host", "请重新选择所在单位"),
    ],
)
def test_each_kind_brings_what_its_condition_asks(
    unit: Organization, applicant: User, said: dict[str, Any], field: str, sentence: str
) -> None:
    if said.get("code") is True:
        said = said | {"code": make_code()}
    with pytest.raises(BadInput, match=sentence) as refused:
        _apply(unit, applicant, **said)
    assert (refused.value.field, Organization.objects.count()) == (field, 1)


def test_an_internal_team_stands_in_the_house_of_its_unit(
    unit: Organization, applicant: User
) -> None:
    bare = {"kind": Kind.INTERNAL, "filing_number": "", "responsible_name": ""}
    federation = make_organization("志愿服务联合会", kind=Kind.FEDERATION)
    with pytest.raises(BadInput, match="请选择所在单位") as refused:
        _apply(federation, applicant, **bare)
    assert refused.value.field == "host"
    named = _apply(federation, applicant, **bare, host_id=unit.pk)
    below = _apply(unit, applicant, **bare)
    assert [queries.proof(one).host for one in (named, below)] == [unit, unit]  # type: ignore[union-attr]
