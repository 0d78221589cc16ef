"""Certificates: truthful, verifiable, corrected and revoked in the open (民政部令第 67 号)."""

from __future__ import annotations

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest
from django.db import connection
from django.test import Client

from voluncity.city.access.permissions import Role
from voluncity.city.access.personal import unseal
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.honor.recognition import actions, queries
from voluncity.honor.recognition.models import Certificate
from voluncity.honor.recognition.paper import certificate_pdf, verify_url
from voluncity.honor.recognition.rules import facts_digest
from voluncity.kernel.refusals import NotFound, Refusal, WrongState
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.make_hours import make_org_admin, make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_county, make_user, make_volunteer, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer() -> Volunteer:
    return make_volunteer("陈晓红")


@pytest.fixture
def record(volunteer: Volunteer) -> ServiceRecord:
    team = make_organization("桥东街社区志愿服务队")
    return make_posted(make_past_shift(team, name="空巢老人探访"), volunteer)


@pytest.fixture
def certificate(volunteer: Volunteer, record: ServiceRecord) -> Certificate:
    return actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)


def _officer(region: Region) -> User:
    user = make_user("赵文清")
    give(user, Role.COUNTY_OFFICE, region)
    return user


def _pdf_text(certificate: Certificate) -> str:
    pages = pypdfium2.PdfDocument(certificate_pdf(certificate))
    return "".join(page.get_textpage().get_text_range() for page in pages)


def test_nothing_posted_means_no_certificate(volunteer: Volunteer) -> None:
    with pytest.raises(Refusal, match="还没有已入账的服务时长"):
        actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    assert Certificate.objects.count() == 0


def test_a_certificate_lists_hours_per_recording_unit(certificate: Certificate) -> None:
    facts = certificate.facts
    assert (facts["proven"], facts["entered"]) == (120, 0)
    assert [(g["organization"], g["proven"]) for g in facts["organizations"]] == [
        ("桥东街社区志愿服务队", 120)
    ]
    assert [i["activity"] for i in facts["organizations"][0]["items"]] == ["空巢老人探访"]


def test_the_paper_shows_what_the_law_asks_for(certificate: Certificate) -> None:
    text = _pdf_text(certificate).replace("\r\n", "")
    for words in (
        "志愿服务记录证明", "陈晓红", "2.0", "空巢老人探访", "桥东街社区志愿服务队",
        certificate.serial, certificate.check_code, "2026 年 11 月 24 日",
    ):  # fmt: skip
        assert words.replace(" ", "") in text.replace(" ", "")


def test_the_paper_and_the_facts_never_hold_the_whole_identity_number(
    certificate: Certificate, volunteer: Volunteer
) -> None:
    number = unseal(volunteer.id_cipher, bound_to=f"volunteer:{volunteer.number}")
    assert number not in _pdf_text(certificate)
    assert number not in str(certificate.facts)


def test_words_in_a_name_are_printed_and_never_run(volunteer: Volunteer) -> None:
    team = make_organization('#read("/etc/hosts") $x$ *b* <a>')
    make_posted(make_past_shift(team), volunteer)
    made = actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    assert '#read("/etc/hosts")' in _pdf_text(made).replace("\r\n", "")


def test_the_code_on_the_paper_leads_to_a_page_that_says_valid(
    client: Client, certificate: Certificate
) -> None:
    page = client.get(verify_url(certificate).split(":8000")[-1]).content.decode()
    assert "证明有效" in page
    assert "陈*红" in page
    assert "陈晓红" not in page


@pytest.mark.parametrize("code", ["", "00000000", "１２３", "<script>"])
def test_a_wrong_check_code_finds_nothing(
    client: Client, certificate: Certificate, code: str
) -> None:
    answer = client.get(f"/honor/v/{certificate.serial}/", {"code": code})
    assert answer.status_code == 404
    assert "陈" not in answer.content.decode().split("<main")[-1]


def test_serial_and_code_can_be_typed_also_in_full_width(
    client: Client, certificate: Certificate
) -> None:
    wide = certificate.check_code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    query = {"serial": f" {certificate.serial.lower()} ", "code": wide}
    answer = client.get("/honor/v/", query, follow=True)
    assert "证明有效" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"serial": "", "code": "1"}, "请填写证明右上角的编号"),
        ({"serial": "ZM1", "code": ""}, "请填写编号下面的 8 位校验码"),
        ({"serial": "ZM1", "code": "12345678"}, "没有查到这份证明"),
        ({"serial": "长" * 30, "code": "1"}, "20"),
    ],
)
def test_wrong_words_on_the_checking_page_get_a_sentence(
    client: Client, query: dict[str, str], sentence: str
) -> None:
    answer = client.get("/honor/v/", query)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_reversed_record_makes_its_certificates_corrected(
    client: Client, certificate: Certificate, record: ServiceRecord
) -> None:
    admin = make_org_admin(record.organization)
    hours.reverse(record_id=record.pk, reason="当天并未到场", by=admin, at=NOON)
    catch_up()
    page = client.get(verify_url(certificate).split(":8000")[-1]).content.decode()
    assert "证明已更正" in page


def test_a_revoked_certificate_says_so_with_the_reason(
    client: Client, certificate: Certificate
) -> None:
    officer = _officer(Region.objects.get(code="140106000000"))
    client.force_login(officer)
    address = f"/honor/desk/certificates/{certificate.pk}/"
    assert client.post(address, {"reason": "冒用他人身份"}).status_code == 302
    page = client.get(verify_url(certificate).split(":8000")[-1]).content.decode()
    assert "证明已撤销" in page
    assert "冒用他人身份" in page
    with pytest.raises(WrongState):
        actions.revoke_certificate(
            certificate_id=certificate.pk, reason="再撤一次", by=officer, at=NOON
        )


def test_revoking_needs_a_reason(client: Client, certificate: Certificate) -> None:
    client.force_login(_officer(Region.objects.get(code="140106000000")))
    answer = client.post(f"/honor/desk/certificates/{certificate.pk}/", {"reason": " \u200b "})
    certificate.refresh_from_db()
    assert (answer.status_code, certificate.state) == (422, "valid")


def test_nobody_revokes_the_own_certificate(certificate: Certificate) -> None:
    with pytest.raises(Refusal, match="不能办理自己的证明"):
        actions.revoke_certificate(
            certificate_id=certificate.pk, reason="测试", by=user_of(certificate.volunteer), at=NOON
        )


def test_nobody_revokes_a_certificate_of_the_own_merged_record(certificate: Certificate) -> None:
    living = make_volunteer("陈晓红")
    Volunteer.objects.filter(pk=certificate.volunteer_id).update(
        merged_into=living, closed_at=NOON, user=None
    )
    with pytest.raises(Refusal, match="不能办理自己的证明"):
        actions.revoke_certificate(
            certificate_id=certificate.pk, reason="测试", by=user_of(living), at=NOON
        )


def test_the_office_of_another_county_gets_404_and_is_journaled(
    client: Client, certificate: Certificate
) -> None:
    client.force_login(_officer(make_county()))
    answer = client.post(f"/honor/desk/certificates/{certificate.pk}/", {"reason": "越权"})
    assert answer.status_code == 404
    assert Entry.objects.filter(verb="access.denied", subject_id=certificate.pk).count() == 1
    assert certificate.serial not in client.get("/honor/desk/certificates/").content.decode()


def test_a_volunteer_downloads_the_own_paper_only(client: Client, certificate: Certificate) -> None:
    client.force_login(user_of(make_volunteer("别人")))
    address = f"/honor/certificates/{certificate.serial}/pdf/"
    assert client.get(address).status_code == 404
    client.force_login(user_of(certificate.volunteer))
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


def test_issuing_from_the_page_lists_the_new_certificate(
    client: Client, volunteer: Volunteer, record: ServiceRecord
) -> None:
    client.force_login(user_of(volunteer))
    page = client.post("/honor/certificates/issue/", follow=True).content.decode()
    assert Certificate.objects.get().serial in page


def test_facts_changed_in_the_database_are_not_taken_for_genuine(
    client: Client, certificate: Certificate
) -> None:
    facts = certificate.facts | {"proven": 99_999}
    Certificate.objects.filter(pk=certificate.pk).update(facts=facts)
    certificate.refresh_from_db()
    assert queries.is_genuine(certificate) is False
    page = client.get(verify_url(certificate).split(":8000")[-1]).content.decode()
    assert "内容与出具时不一致" in page
    assert queries.faults() == [
        f"recognition: certificate {certificate.serial} was changed after it was issued"
    ]


def test_facts_changed_together_with_their_digest_are_found_out(certificate: Certificate) -> None:
    facts = certificate.facts | {"proven": 99_999}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recognition_certificate SET digest = %s WHERE id = %s",
            [facts_digest(facts), certificate.pk],
        )
    Certificate.objects.filter(pk=certificate.pk).update(facts=facts)
    certificate.refresh_from_db()
    assert queries.is_genuine(certificate) is False


def test_an_unknown_serial_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.find_certificate(serial="ZM2026112400000000", code="12345678")
