"""Certificates are signed: anybody can check them without us, with OpenSSL, years later."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition import actions, queries
from voluncity.honor.recognition.models import Certificate, SigningKey
from voluncity.honor.recognition.paper import certificate_pdf, certificates_pdf, offline_text
from voluncity.honor.recognition.rules import WRONG_CHECKS, read_signed
from voluncity.kernel.refusals import BadInput, TooMany
from voluncity.testing.make_hours import ELEVEN, NINE, make_past_shift, make_posted
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_volunteer, user_of

pytestmark = pytest.mark.django_db
MOST_BYTES = 300 * 1024


@pytest.fixture
def volunteer() -> Volunteer:
    return make_volunteer("陈晓红")


@pytest.fixture
def certificate(volunteer: Volunteer) -> Certificate:
    make_posted(make_past_shift(make_organization("桥东街社区志愿服务队")), volunteer)
    return actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)


def _attached(pdf: bytes) -> dict[str, bytes]:
    paper = pypdfium2.PdfDocument(pdf)
    files = [paper.get_attachment(place) for place in range(paper.count_attachments())]
    return {one.get_name(): bytes(one.get_data()) for one in files}


def test_the_paper_carries_everything_that_openssl_needs(
    certificate: Certificate, client: Client, tmp_path: Path
) -> None:
    files = _attached(certificate_pdf(certificate))
    serial = certificate.serial
    assert sorted(files) == [
        f"{serial}-facts.json", f"{serial}-statement.sig", f"{serial}-statement.txt"
    ]  # fmt: skip
    said = files[f"{serial}-statement.txt"].decode()
    digest = hashlib.sha256(files[f"{serial}-facts.json"]).hexdigest()
    assert said.splitlines()[-1] == f"内容摘要:{digest}"
    assert json.loads(files[f"{serial}-facts.json"])["name"] == "陈晓红"
    assert certificate.key is not None
    pem = client.get(f"/honor/keys/{certificate.key.name}.pem").content
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "said.txt").write_bytes(said.encode())
    (tmp_path / "said.sig").write_bytes(files[f"{serial}-statement.sig"])
    command = [
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin",
        "-in", "said.txt", "-sigfile", "said.sig",
    ]  # fmt: skip
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)  # noqa: S603
    assert b"Success" in checked.stdout
    (tmp_path / "said.txt").write_bytes(said.replace("120", "999").encode())
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode  # noqa: S603


def test_a_paper_stays_small_and_its_words_can_be_read_out(
    certificate: Certificate, volunteer: Volunteer
) -> None:
    for number in range(12):
        days = timedelta(days=number + 1)
        shift = make_past_shift(
            make_organization(),
            name=f"第 {number} 次",
            starts_at=NINE - days,
            ends_at=ELEVEN - days,
        )
        make_posted(shift, volunteer)
    full = actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    pdf = certificate_pdf(full)
    assert len(pdf) <= MOST_BYTES
    pages = pypdfium2.PdfDocument(pdf)
    words = "".join(page.get_textpage().get_text_range() for page in pages)
    for word in ("志愿服务记录证明", "陈晓红", "离线核验码", full.serial):
        assert word in words
    both = pypdfium2.PdfDocument(certificates_pdf([certificate, full]))
    foot = both[0].get_textpage().get_text_range()
    assert "第 1 页，共 1 页" in foot


@pytest.mark.parametrize("name", ["引导", "在路口引导行人和车辆" * 5])
def test_a_record_stands_whole_on_one_page(volunteer: Volunteer, name: str) -> None:
    team, most = make_organization("桥东街社区志愿服务队"), 30
    for number in range(most):
        days = timedelta(days=number + 1)
        shift = make_past_shift(
            team, name=f"{name}头", starts_at=NINE - days, ends_at=ELEVEN - days
        )
        shift.activity.address = "尾" * 60
        shift.activity.save()
        make_posted(shift, volunteer)
    full = actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    pages = pypdfium2.PdfDocument(certificate_pdf(full))
    words = [page.get_textpage().get_text_range() for page in pages]
    assert len(words) > 1
    assert [page.count("头") * 60 for page in words] == [page.count("尾") for page in words]


def test_the_text_out_of_the_code_is_checked_online(
    certificate: Certificate, client: Client
) -> None:
    text = offline_text(certificate)
    page = client.post("/honor/v/signed/", {"text": text.replace("\n", "\r\n")})
    assert "签名有效" in page.content.decode()
    assert "陈晓红" not in page.content.decode()
    actions.revoke_certificate(
        certificate_id=certificate.pk, reason="虚假时长", by=user_of(make_volunteer()), at=NOON
    )
    page = client.post("/honor/v/signed/", {"text": text})
    assert "签名有效，但证明已撤销" in page.content.decode()
    assert "虚假时长" in page.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("信用分钟:120", "信用分钟:999"),
        lambda text: text.replace("陈晓红", "陈小红"),
        lambda text: text.replace("\n签名:", "\n签名:0"),
        lambda text: text[:-20],
        lambda _: "",
        lambda _: "<script>alert(1)</script>",
        lambda _: "长" * 5_000,
    ],
)
def test_a_changed_text_is_refused_at_the_field(
    certificate: Certificate, client: Client, change: object
) -> None:
    text = change(offline_text(certificate))  # type: ignore[operator]
    answer = client.post("/honor/v/signed/", {"text": text})
    assert answer.status_code == 422
    assert "签名有效" not in answer.content.decode()


def test_a_signature_of_another_key_is_refused(certificate: Certificate) -> None:
    text = offline_text(certificate)
    signed = read_signed(text)
    assert signed is not None
    stranger = base64.b64encode(bytes(64)).decode()
    with pytest.raises(BadInput, match="签名不符"):
        queries.check_signed(text.replace(signed.signature, stranger))


def test_facts_and_digest_changed_together_with_the_code_are_found_out_by_the_signature(
    certificate: Certificate,
) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(
        signature=base64.b64encode(bytes(64)).decode()
    )
    certificate.refresh_from_db()
    assert queries.is_genuine(certificate) is False
    assert queries.faults() == [
        f"recognition: certificate {certificate.serial} was changed after it was issued"
    ]


def test_the_private_half_is_sealed_and_shown_nowhere(
    certificate: Certificate, client: Client
) -> None:
    key = SigningKey.objects.get()
    assert key.private_cipher.startswith("a1.")
    page = client.get("/honor/keys/").content.decode()
    assert (key.name in page, key.public in page, key.private_cipher in page) == (True, True, False)
    assert client.get("/honor/keys/0000000000000000.pem").status_code == 404


def test_a_new_key_leaves_old_papers_good(certificate: Certificate, volunteer: Volunteer) -> None:
    old = certificate.key
    actions.rotate_key(by=None, at=NOON)
    again = actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    assert again.key != old
    assert [queries.is_genuine(one) for one in (certificate, again)] == [True, True]
    queries.check_signed(offline_text(certificate))
    assert SigningKey.objects.filter(retired_at=None).count() == 1


def test_a_key_from_the_environment_is_used_and_not_kept(
    certificate: Certificate, volunteer: Volunteer, settings: Settings
) -> None:
    settings.VOLUNCITY_SIGNING_KEY = bytes(range(32))
    made = actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    assert made.key is not None
    assert (made.key.private_cipher, queries.is_genuine(made)) == ("", True)
    with pytest.raises(CommandError, match="VOLUNCITY_SIGNING_KEY"):
        call_command("rotate_signing_key")
    settings.VOLUNCITY_SIGNING_KEY = None
    after = actions.issue_certificate(volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON)
    assert after.key not in {made.key, certificate.key}


def test_guessing_codes_is_slow_and_right_ones_cost_nothing(certificate: Certificate) -> None:
    right = {"serial": certificate.serial, "code": certificate.check_code, "address": "10.0.0.1"}
    for _ in range(3):
        actions.check_certificate(**right, at=NOON)
    wrong = right | {"code": "00000000"}
    for _ in range(WRONG_CHECKS.most):
        with pytest.raises(Exception, match="没有查到"):
            actions.check_certificate(**wrong, at=NOON)
    with pytest.raises(TooMany, match="查错的次数太多"):
        actions.check_certificate(**right, at=NOON)
    assert actions.check_certificate(**(right | {"address": "10.0.0.2"}), at=NOON) == certificate
