"""The door of the payment service: who may speak there, and what is said over the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.scopes import Scope
from voluncity.fund.books import queries as books
from voluncity.fund.donations import actions, fakes, gateway, queries, signing
from voluncity.fund.donations.fakes.server import MCHID, PLATFORM_SERIAL
from voluncity.fund.donations.models import Gift, Order
from voluncity.fund.donations.payment import Forged, GatewayError, Payment
from voluncity.fund.donations.states import NoticeKind, OrderState
from voluncity.fund.donations.wechat import Client as WeChatPay
from voluncity.testing.make_donations import pay
from voluncity.testing.make_people import NOON
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
K = NoticeKind
PAGE = "/fund/donations/notice/"


def _tell(headers: dict[str, str], body: bytes, client: Client | None = None) -> Any:
    sent = {name: value for name, value in headers.items() if name != "Content-Type"}
    return (client or Client()).post(PAGE, body, "application/json", headers=sent)


def _state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_a_certificate_and_a_public_key_prove_a_message_side_by_side(order: Order) -> None:
    headers, body = pay(order)
    own, serial = fakes.server().credentials(), "7132D72A03E93CDDF8C03BBD1F37EEDF"
    right, wrong = (_certificate(fakes.server()._platform), _certificate(fakes.server()._merchant))

    def told(pem: str, by: str) -> str:
        client = WeChatPay(replace(own, keys={**own.keys, serial: pem}))
        said = client.read(headers=headers | {"Wechatpay-Serial": by}, body=body, at=NOON)
        assert isinstance(said, Payment)
        return said.trade_no

    assert [told(right, one) for one in (PLATFORM_SERIAL, serial)] == [order.trade_no] * 2
    for pem, by in ((wrong, serial), (right, serial[::-1])):
        with pytest.raises(Forged):
            told(pem, by)


def _certificate(pair: dict[str, str]) -> str:
    """Return a certificate of a key, as the service has them."""
    key, name = signing.private_key(pair["private"]), x509.Name([])
    made = x509.CertificateBuilder(name, name, key.public_key(), serial_number=1)
    made = made.not_valid_before(NOON).not_valid_after(NOON + timedelta(days=1))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_outside_the_demo_nobody_plays_a_payment(order: Order, settings: Settings) -> None:
    headers, body = pay(order)
    settings.VOLUNCITY_DEMO = False
    with pytest.raises(GatewayError):
        gateway.gateway()
    client = as_(order.user)
    assert client.post(f"/fund/donations/orders/{order.pk}/pay/").status_code == 409
    told = _tell(headers, body)
    assert (told.status_code, _state(order)) == (409, OrderState.WAITING)


def test_keys_that_are_missing_take_no_page_down(order: Order, settings: Settings) -> None:
    headers, body = pay(order)
    settings.VOLUNCITY_PAY = "wechat"
    settings.VOLUNCITY_PAY_MERCHANT = {"mchid": MCHID, "private_key": ""}
    assert Client().get(f"/fund/donations/{order.appeal_id}/").status_code == 200
    told = _tell(headers, body)
    assert (told.status_code, _state(order)) == (503, OrderState.WAITING)


def test_who_does_not_reach_an_appeal_reads_nothing_of_its_messages(order: Order) -> None:
    for headers, body in (pay(order, amount=1), ({}, b"")):
        actions.take_notice(headers=headers, body=body, at=NOON)
    near = Scope(regions=(order.appeal.fund.region.path,), organizations=())
    nowhere = Scope(regions=(), organizations=())
    found = [queries.odd_notices(one).values_list("kind", flat=True) for one in (near, nowhere)]
    assert [sorted(kinds) for kinds in found] == [[K.FORGED, K.HELD], [K.FORGED]]


# -- Over the wire -------------------------------------------------------------------------------


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def on_the_loopback() -> Iterator[WeChatPay]:
    """Serve the fake service on a free port and return a client that speaks HTTP to it."""
    fake = fakes.server()
    with make_server("127.0.0.1", 0, fake, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield WeChatPay(fake.credentials(f"http://127.0.0.1:{server.server_port}"))
        finally:
            server.shutdown()
            thread.join()


def test_the_client_speaks_the_protocol_over_http() -> None:
    number = "VC0123456789"
    with on_the_loopback() as client:
        asked = client.ask(
            trade_no=number, amount_fen=100, words="捐赠", until=NOON, openid="oFake"
        )
        assert asked.prepay_id.startswith("wx")
        assert client.payment(trade_no="VCnobody") is None
        fakes.server().pay(number, at=NOON)
        told = client.payment(trade_no=number)
        assert told is not None
        assert (told.is_paid, told.amount_fen) == (True, 100)
        back = client.pay_back(
            paid_no=told.paid_no, number="VCR0000000099", amount_fen=40, total_fen=100, words="退"
        )
        assert (back.state, client.paid_back(number="VCR0000000099")) == ("PROCESSING", back)
        fakes.server().finish_refund("VCR0000000099", at=NOON)
        rows = client.bill(day=NOON.date())
        assert {(row.trade_no, row.amount_fen) for row in rows} >= {
            (number, 100), ("VCR0000000099", 40),
        }  # fmt: skip


def test_an_answer_that_the_service_did_not_sign_is_not_believed() -> None:
    fake = fakes.server()
    own = fake.credentials()
    answer = json.dumps({"prepay_id": "wxEVIL"}).encode()
    client = WeChatPay(own, lambda *_said: (200, {}, answer))
    with pytest.raises(GatewayError):
        client.ask(trade_no="VC1", amount_fen=1, words="", until=NOON, openid="o")


def test_the_door_answers_as_the_service_expects(order: Order) -> None:
    headers, body = pay(order, at=now())
    client = Client(enforce_csrf_checks=True)
    assert [_tell(headers, body, client).status_code for _ in range(2)] == [204, 204]
    forged = _tell(headers, b"{}", client)
    assert (forged.status_code, forged.json()["code"]) == (400, "FAIL")
    assert _tell(headers, b"x" * 70_000, client).status_code == 400
    assert _state(order) == OrderState.PAID
    assert (books.available(order.appeal.fund, None), Gift.objects.count()) == (10_000, 1)
