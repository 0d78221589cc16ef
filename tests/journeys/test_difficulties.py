"""Row C10: what a team cannot solve goes up; an answer comes down, or it goes up again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.states import Kind
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date
from voluncity.service.difficulties import actions
from voluncity.service.difficulties.models import Difficulty
from voluncity.service.projects.models import Leading
from voluncity.testing.hearing import last_title
from voluncity.testing.make_difficulties import make_kinds, make_leader
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user
from voluncity.testing.make_projects import make_line, make_project
from voluncity.testing.pages import as_, markup, posted

pytestmark = [pytest.mark.django_db, pytest.mark.row("C10")]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def test_a_difficulty_goes_up_until_it_is_solved() -> None:  # noqa: PLR0915 -- one story
    make_kinds()
    home = make_region("青年路社区")
    team = make_organization("护河队", region=home)
    bureau = make_organization("市环保局", kind=Kind.LEAD_UNIT, region=home)
    leader, head, office = make_leader(team), make_user("环保局张科长"), make_user("区文明办")
    give(head, Role.LEAD_UNIT, bureau)
    give(office, Role.COUNTY_OFFICE, Region.objects.get(name="迎泽区"))
    city = make_user("市文明办")
    give(city, Role.CITY_OFFICE, Region.objects.get(name="太原市"))
    line = make_line(9, "关爱山川河流志愿服务项目")
    Leading.objects.create(line=line, organization=bureau, since=date(2018, 6, 25))
    project = make_project("汾河护岸", organization=team, line=line)
    ours, theirs, above = as_(leader), as_(head), as_(office)

    # One screen; it goes to the lead unit of the line, which asks back and answers.
    told = posted(
        ours, "/difficulties/report/", organization=team.pk, kind="insurance",
        text="冬季活动没有保险", project=project.pk, key="form-0001",
    )  # fmt: skip
    assert "由市环保局在" in told
    assert last_title(head) == "有新的困难事项要答复"
    page = f"/difficulties/{Difficulty.objects.get().pk}/"
    posted(theirs, f"{page}ask/", words="多少人？")
    assert last_title(leader) == "请补充困难的情况"
    posted(ours, f"{page}supply/", words="三十人")
    answer = {
        "measures": "统一投保", "responsible": "张科长",
        "promised_on": (local_date(now()) + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    assert "等上报的组织确认" in posted(theirs, f"{page}answer/", **answer)

    # Not solved: the county's office has to answer, and is late: red, and up to the city.
    assert "已交给上一级答复" in posted(ours, f"{page}reject/", words="没有投保")
    assert last_title(office) == "有困难事项没有解决"
    late = now() + timedelta(days=15)
    actions.keep_terms(today=local_date(late), at=late)
    assert "太原市文明办" in markup(above.get(page))
    assert "超期上交" in markup(as_(city).get("/difficulties/board/"))
    assert last_title(city) == "有困难事项超期上交"

    # The city answers, the leader confirms, and others read how it was solved.
    posted(as_(city), f"{page}answer/", **answer)
    assert "已办结" in posted(ours, f"{page}confirm/")
    posted(as_(city), f"{page}publish/", question="没有保险怎么办", answer="由市里统一投保")
    hints = markup(ours.get("/difficulties/report/hints/?kind=insurance"))
    assert ("由市里统一投保" in hints, "护河队" in hints) == (True, False)
