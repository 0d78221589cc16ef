"""A thin client of WeChat Pay v3 (RULES §4.2); what the package of others lacks is listed in §4.3.

Every answer and every notification is proven before it is believed: by the public key that its
serial names, never by a key that it brings along.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse

from voluncity.fund.donations import signing
from voluncity.fund.donations.payment import (
    Asked,
    BillRow,
    Declined,
    Expired,
    Forged,
    GatewayError,
    PaidBack,
    Payment,
)
from voluncity.kernel.clock import CITY_TZ

BASE = "https://api.mch.weixin.qq.com"
FRESH_SECONDS = 300
TIMEOUT_SECONDS = 10
TOO_MANY, SERVER_ERROR = 429, 500
_MOST_BYTES = 64 * 1024 * 1024
_WORDS = 40  # characters of a description that every phone shows

Answer = tuple[int, Mapping[str, str], bytes]
# method, URL, headers, body → status, headers, body
Transport = Callable[[str, str, Mapping[str, str], bytes], Answer]


@dataclass(frozen=True)
class Credentials:
    """Who we are to the payment service, and by which keys it proves itself."""

    appid: str
    mchid: str
    serial: str
    private_pem: str
    api_key: bytes
    # Serial or PUB_KEY_ID_… → public key or certificate; two of them during a change.
    keys: Mapping[str, str]
    base: str = BASE


def credentials() -> Credentials:
    """Return what the settings say; the keys lie in files.

    :raises GatewayError: when something is missing.
    """
    said = settings.VOLUNCITY_PAY_MERCHANT
    missing = [name for name, value in said.items() if not value]
    if missing:
        raise GatewayError(f"not set: {', '.join(missing)}")
    try:
        keys = {
            serial: Path(file).read_text(encoding="ascii")
            for serial, _, file in (one.strip().partition("=") for one in said["keys"].split(","))
        }
        return Credentials(
            appid=said["appid"], mchid=said["mchid"], serial=said["serial"],
            private_pem=Path(said["private_key"]).read_text(encoding="ascii"),
            api_key=said["api_key"].encode(), keys=keys,
        )  # fmt: skip
    except (OSError, UnicodeError) as error:
        raise GatewayError("a key of the payment service cannot be read") from error


def over_http(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send a request over the network.

    :raises GatewayError: when nobody answers.
    """
    request = urllib.request.Request(url, body or None, dict(headers), method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as got:  # noqa: S310
            return got.status, dict(got.headers), got.read(_MOST_BYTES)
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read(_MOST_BYTES)
    except (OSError, ValueError) as error:
        raise GatewayError("the payment service does not answer") from error


class Client:
    """Speaks to WeChat Pay, or to whatever speaks like it."""

    def __init__(self, own: Credentials, transport: Transport = over_http) -> None:
        self.own, self._send = own, transport
        self.mchid, self.appid = own.mchid, own.appid

    # -- Payments --------------------------------------------------------------------------------

    def ask(
        self, *, trade_no: str, amount_fen: int, words: str, until: datetime, openid: str
    ) -> Asked:
        """Announce an order; with an openid for the phone, without one for a code to scan."""
        order: dict[str, Any] = {
            "appid": self.appid, "mchid": self.mchid, "description": words[:_WORDS],
            "out_trade_no": trade_no, "notify_url": notify_url(),
            "time_expire": until.astimezone(CITY_TZ).isoformat(timespec="seconds"),
            "amount": {"total": amount_fen, "currency": "CNY"},
        }  # fmt: skip
        if openid:
            order["payer"] = {"openid": openid}
            said = self._ask("POST", "/v3/pay/transactions/jsapi", order)
            return Asked(prepay_id=str(said.get("prepay_id", "")))
        said = self._ask("POST", "/v3/pay/transactions/native", order)
        return Asked(code_url=str(said.get("code_url", "")))

    def sheet(self, *, prepay_id: str, at: datetime) -> dict[str, str]:
        """Return the signed parameters of the payment sheet on the phone."""
        moment, nonce = str(int(at.timestamp())), secrets.token_hex(16)
        text = signing.pay_text(appid=self.appid, at=moment, nonce=nonce, prepay_id=prepay_id)
        return {
            "appId": self.appid, "timeStamp": moment, "nonceStr": nonce,
            "package": f"prepay_id={prepay_id}", "signType": "RSA",
            "paySign": signing.sign(text, pem=self.own.private_pem),
        }  # fmt: skip

    def payment(self, *, trade_no: str) -> Payment | None:
        """Return how an order stands; nothing when the service does not know it."""
        path = f"/v3/pay/transactions/out-trade-no/{quote(trade_no)}?mchid={self.mchid}"
        said = self._known("GET", path)
        return None if said is None else payment_in(said)

    def close(self, *, trade_no: str) -> None:
        """Let an order be paid no more."""
        path = f"/v3/pay/transactions/out-trade-no/{quote(trade_no)}/close"
        self._ask("POST", path, {"mchid": self.mchid})

    # -- Refunds ---------------------------------------------------------------------------------

    def pay_back(
        self, *, paid_no: str, number: str, amount_fen: int, total_fen: int, words: str
    ) -> PaidBack:
        """Pay money back; the same number again brings the same answer."""
        order = {
            "transaction_id": paid_no, "out_refund_no": number, "reason": words[:_WORDS],
            "notify_url": notify_url(),
            "amount": {"refund": amount_fen, "total": total_fen, "currency": "CNY"},
        }  # fmt: skip
        return _refund_in(self._ask("POST", "/v3/refund/domestic/refunds", order), "status")

    def paid_back(self, *, number: str) -> PaidBack | None:
        """Return how a refund stands."""
        said = self._known("GET", f"/v3/refund/domestic/refunds/{quote(number)}")
        return None if said is None else _refund_in(said, "status")

    # -- The day's bill --------------------------------------------------------------------------

    def bill(self, *, day: date) -> list[BillRow]:
        """Return the list of a day; no list means that nothing happened."""
        path = f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL"
        try:
            said = self._ask("GET", path)
        except Declined as refusal:
            if refusal.code == "NO_STATEMENT_EXIST":
                return []
            raise
        where = urlsplit(str(said.get("download_url", "")))
        status, _, content = self._request("GET", f"{where.path}?{where.query}", b"")
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if status != 200 or digest != str(said.get("hash_value", "")).lower():  # noqa: PLR2004
            raise GatewayError("the bill is not what was announced")
        return bill_rows(content)

    # -- Notifications ---------------------------------------------------------------------------

    def read(
        self, *, headers: Mapping[str, str], body: bytes, at: datetime
    ) -> Payment | PaidBack | None:
        """Return what a notification says; nothing when it is about something else.

        :raises Forged: when it was not written by the payment service.
        :raises Expired: when it is too old, so that nobody plays an old one again.
        """
        moment = self._prove(headers, body)
        if abs(at.timestamp() - moment) > FRESH_SECONDS:
            raise Expired(str(moment))
        try:
            said = json.loads(body)
            kind, resource = str(said["event_type"]), said["resource"]
            plain = signing.unseal(resource, key=self.own.api_key)
        except (ValueError, KeyError, TypeError, signing.Unreadable) as error:
            raise Forged("signed, but not for us") from error
        if kind == "TRANSACTION.SUCCESS":
            return payment_in(plain)
        return _refund_in(plain, "refund_status") if kind.startswith("REFUND.") else None

    def _prove(self, headers: Mapping[str, str], body: bytes) -> int:
        found = {name.lower(): value for name, value in headers.items()}
        moment, nonce = found.get("wechatpay-timestamp", ""), found.get("wechatpay-nonce", "")
        pem = self.own.keys.get(found.get("wechatpay-serial", ""))
        if pem is None or not (moment.isascii() and moment.isdecimal() and len(moment) < 13):  # noqa: PLR2004
            raise Forged("no key or time that we know")
        message = f"{moment}\n{nonce}\n".encode() + body + b"\n"
        if not signing.is_signed(message, found.get("wechatpay-signature", ""), pem=pem):
            raise Forged("the signature is wrong")
        return int(moment)

    # -- Asking ----------------------------------------------------------------------------------

    def _known(self, method: str, path: str) -> dict[str, Any] | None:
        try:
            return self._ask(method, path)
        except Declined as refusal:
            if refusal.code in {"ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS", "ORDERNOTEXIST"}:
                return None
            raise

    def _ask(
        self, method: str, path: str, order: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = json.dumps(order, ensure_ascii=False).encode() if order is not None else b""
        status, headers, content = self._request(method, path, body)
        if status >= SERVER_ERROR or status == TOO_MANY:
            raise GatewayError(f"answer {status}")
        try:
            self._prove(headers, content)
        except Forged as error:
            raise GatewayError("an answer that the payment service did not sign") from error
        try:
            said = json.loads(content) if content else {}
        except ValueError as error:
            raise GatewayError("an answer that is no JSON") from error
        if not isinstance(said, dict):
            raise GatewayError("an answer of another shape")
        if status >= 400:  # noqa: PLR2004
            raise Declined(str(said.get("code", status)), str(said.get("message", "")))
        return said

    def _request(self, method: str, path: str, body: bytes) -> Answer:
        header = signing.authorization(
            method=method, path=path, body=body.decode(), mchid=self.mchid, at=int(time.time()),
            serial=self.own.serial, pem=self.own.private_pem, nonce=secrets.token_hex(16),
        )  # fmt: skip
        headers = {
            "Authorization": header, "Accept": "application/json",
            "Content-Type": "application/json", "User-Agent": "voluncity",
        }  # fmt: skip
        return self._send(method, f"{self.own.base}{path}", headers, body)


def notify_url() -> str:
    """Return where the payment service sends its notifications: no query, as it demands."""
    return f"{settings.VOLUNCITY_PUBLIC_URL}{reverse('donations:notice')}"


def payment_in(said: Mapping[str, Any]) -> Payment:
    """Return what an order's answer or notification says.

    :raises Forged: when what counts is missing or of another kind.
    """
    amount = said.get("amount") or {}
    try:
        moment = said.get("success_time")
        return Payment(
            trade_no=str(said["out_trade_no"]), state=str(said["trade_state"]),
            appid=str(said.get("appid", "")), mchid=str(said.get("mchid", "")),
            paid_no=str(said.get("transaction_id") or ""), amount_fen=int(amount.get("total", 0)),
            currency=str(amount.get("currency", "CNY")),
            at=datetime.fromisoformat(str(moment)) if moment else None,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Forged("not what was agreed") from error


def _refund_in(said: Mapping[str, Any], state: str) -> PaidBack:
    amount = said.get("amount") or {}
    try:
        moment = said.get("success_time")
        return PaidBack(
            number=str(said["out_refund_no"]), state=str(said[state]),
            paid_no=str(said.get("refund_id") or ""), amount_fen=int(amount.get("refund", 0)),
            mchid=str(said.get("mchid", "")),
            at=datetime.fromisoformat(str(moment)) if moment else None,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Forged("not what was agreed") from error


def bill_rows(content: bytes) -> list[BillRow]:
    """Return the payments and refunds of a bill; every cell of it begins with a grave accent.

    Below the rows stands a table of sums with another heading, which ends the list.

    :raises GatewayError: when it is no such bill.
    """
    heading, *lines = content.decode("utf-8-sig", "replace").replace("\r", "").split("\n")
    names = heading.split(",")
    try:
        places = {name: names.index(name) for name in _BILL}
        return list(_rows(lines, places))
    except (ValueError, IndexError) as error:
        raise GatewayError("the bill has another form than was agreed") from error


_BILL = (
    "微信订单号",
    "商户订单号",
    "交易状态",
    "订单金额",
    "微信退款单号",
    "商户退款单号",
    "申请退款金额",
)


def _rows(lines: Iterable[str], places: Mapping[str, int]) -> Iterator[BillRow]:
    for line in lines:
        if not line.startswith("`"):
            return
        cells = line[1:].split(",`")  # a comma alone may stand in the name of an appeal
        said = {name: cells[place].strip() for name, place in places.items()}
        if said["交易状态"] == "REFUND":
            fen = _fen(said["申请退款金额"])
            yield BillRow(said["商户退款单号"], said["微信退款单号"], fen, is_refund=True)
        elif said["交易状态"] == "SUCCESS":
            yield BillRow(said["商户订单号"], said["微信订单号"], _fen(said["订单金额"]))


def _fen(text: str) -> int:
    yuan, _, rest = text.partition(".")
    return int(yuan) * 100 + int((rest or "0").ljust(2, "0")[:2])
