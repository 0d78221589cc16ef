"""A small WSGI application that answers like WeChat Pay v3, and plays the person who pays."""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from voluncity.fund.donations import signing
from voluncity.fund.donations.fakes.store import Store
from voluncity.fund.donations.wechat import Answer, Credentials, Transport
from voluncity.kernel.clock import CITY_TZ

APPID, MCHID = "wx0000000000000000", "1900000001"
MERCHANT_SERIAL, PLATFORM_SERIAL = "5157F09EFDC096DE15EBE81A47057A72", "PUB_KEY_ID_0119000000012026"
API_KEY = b"FAKE0123456789abcdefFAKE01234567"
_FRESH = 300
_PART = re.compile(r'(\w+)="([^"]*)"')
_HEADING = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
_SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
Said = tuple[int, dict[str, Any] | bytes]


class FakeWeChatPay:
    """Merchant and platform in one: `pay` is what the person with the phone does."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        found = {one["name"]: one for one in self.store.many("SELECT * FROM keys")}
        self._merchant, self._platform = found["merchant"], found["platform"]

    def credentials(self, base: str = "http://pay.invalid") -> Credentials:
        """Return what the merchant's side has to know."""
        return Credentials(
            appid=APPID, mchid=MCHID, serial=MERCHANT_SERIAL, base=base, api_key=API_KEY,
            private_pem=self._merchant["private"], keys={PLATFORM_SERIAL: self._platform["public"]},
        )  # fmt: skip

    # -- The merchant asks -----------------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request as a WSGI application."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        query = environ.get("QUERY_STRING", "")
        path = environ.get("PATH_INFO", "") + (f"?{query}" if query else "")
        status, headers, content = self.answer(
            environ["REQUEST_METHOD"], path, environ.get("HTTP_AUTHORIZATION", ""),
            environ["wsgi.input"].read(length),
        )  # fmt: skip
        start(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [content]

    def answer(self, method: str, path: str, authorization: str, body: bytes) -> Answer:
        """Answer one request; everything but a file is signed."""
        is_known = self._is_merchant(method, path, authorization, body)
        status, said = (
            self._said(method, path, json.loads(body) if body else {})
            if is_known
            else (401, self._no("SIGN_ERROR", "错误的签名"))
        )
        if isinstance(said, bytes):
            return status, {"Content-Type": "text/csv"}, said
        content = b"" if status == HTTPStatus.NO_CONTENT else json.dumps(said).encode()
        return status, self._signed(content, int(time.time())), content

    def _is_merchant(self, method: str, path: str, authorization: str, body: bytes) -> bool:
        scheme, _, rest = authorization.partition(" ")
        said = dict(_PART.findall(rest))
        message = signing.lines(
            method, path, said.get("timestamp", ""), said.get("nonce_str", ""), body.decode()
        )
        return (
            scheme == signing.SCHEME
            and (said.get("mchid"), said.get("serial_no")) == (MCHID, MERCHANT_SERIAL)
            and abs(time.time() - int(said.get("timestamp") or 0)) <= _FRESH
            and signing.is_signed(message, said["signature"], pem=self._merchant["public"])
        )

    def _said(self, method: str, path: str, order: dict[str, Any]) -> Said:
        where = urlsplit(path)
        asked, last = parse_qs(where.query), where.path.rsplit("/", 1)[-1]
        doors: list[tuple[str, Callable[[], Said]]] = [
            ("POST /v3/pay/transactions/jsapi", lambda: self._new(order, is_code=False)),
            ("POST /v3/pay/transactions/native", lambda: self._new(order, is_code=True)),
            (
                "POST /v3/pay/transactions/out-trade-no/[^/]+/close",
                lambda: self._closed(where.path.split("/")[-2]),
            ),
            ("GET /v3/pay/transactions/out-trade-no/[^/]+", lambda: self._trade(last)),
            ("POST /v3/refund/domestic/refunds", lambda: self._refund(order)),
            ("GET /v3/refund/domestic/refunds/[^/]+", lambda: self._refunded(last)),
            ("GET /v3/bill/tradebill", lambda: self._bill(asked["bill_date"][0])),
            ("GET /v3/billdownload/file", lambda: (200, self.bill_of(asked["token"][0]))),
        ]
        for door, say in doors:
            if re.fullmatch(door, f"{method} {where.path}"):
                return say()
        return 404, self._no("RESOURCE_NOT_EXISTS", "没有这个接口")

    def _new(self, order: dict[str, Any], *, is_code: bool) -> Said:
        number, total = order["out_trade_no"], order["amount"]["total"]
        if (order["appid"], order["mchid"]) != (APPID, MCHID) or total < 1:
            return 400, self._no("PARAM_ERROR", "参数错误")
        prepay = f"wx{secrets.token_hex(16)}"
        self.store.write(
            "INSERT OR IGNORE INTO trades VALUES (?, ?, ?, 0, ?, 'NOTPAY', '', '', '', ?)",
            number, prepay, total, order["description"], order["notify_url"],
        )  # fmt: skip
        kept = self.trade(number)
        if kept["total"] != total:
            return 400, self._no("INVALID_REQUEST", "商户订单号重复")
        if is_code:
            return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={kept['prepay_id']}"}
        return 200, {"prepay_id": kept["prepay_id"]}

    def _trade(self, number: str) -> Said:
        found = self.store.one("SELECT * FROM trades WHERE trade_no = ?", number)
        if found is None:
            return 404, self._no("ORDER_NOT_EXIST", "订单不存在")
        return 200, self._told(found)

    def _closed(self, number: str) -> Said:
        is_closed = self.store.write(
            "UPDATE trades SET state = 'CLOSED' WHERE trade_no = ? AND state = 'NOTPAY'", number
        )
        if is_closed or self.trade(number)["state"] == "CLOSED":
            return 204, {}
        return 400, self._no("ORDERPAID", "订单已支付")

    def _refund(self, order: dict[str, Any]) -> Said:
        number, amount = order["out_refund_no"], order["amount"]
        trade = self.store.one("SELECT * FROM trades WHERE paid_no = ?", order["transaction_id"])
        if trade is None or trade["paid"] != amount["total"]:
            return 404, self._no("RESOURCE_NOT_EXISTS", "订单不存在")
        before = self.store.one(
            "SELECT COALESCE(SUM(amount), 0) AS sum FROM refunds"
            " WHERE trade_no = ? AND number <> ?",
            trade["trade_no"], number,
        ) or {"sum": 0}  # fmt: skip
        if before["sum"] + amount["refund"] > trade["paid"]:
            return 400, self._no("INVALID_REQUEST", "申请退款金额大于订单金额")
        self.store.write(
            "INSERT OR IGNORE INTO refunds VALUES (?, ?, ?, 'PROCESSING', ?, '')",
            number, trade["trade_no"], amount["refund"], f"503{secrets.randbelow(10**20):020d}",
        )  # fmt: skip
        return self._refunded(number)

    def _refunded(self, number: str) -> Said:
        found = self.store.one("SELECT * FROM refunds WHERE number = ?", number)
        if found is None:
            return 404, self._no("RESOURCE_NOT_EXISTS", "退款单不存在")
        return 200, {
            "refund_id": found["paid_no"], "out_refund_no": number, "status": found["state"],
            "out_trade_no": found["trade_no"], "amount": {"refund": found["amount"]},
            **_arrived(found),
        }  # fmt: skip

    def _bill(self, day: str) -> Said:
        content = self.bill_of(day)
        if content.count(b"\n") <= 3:  # noqa: PLR2004 -- headings and sums only
            return 400, self._no("NO_STATEMENT_EXIST", "账单文件不存在")
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        address = f"http://pay.invalid/v3/billdownload/file?token={day}"
        return 200, {"hash_type": "SHA1", "hash_value": digest, "download_url": address}

    def bill_of(self, day: str) -> bytes:
        """Return the bill of a day as a file."""
        trades = self.store.many("SELECT * FROM trades WHERE day = ? ORDER BY paid_at", day)
        lines = [_HEADING]
        lines += [_bill_line(one["paid_at"], one, "SUCCESS", paid=one["paid"]) for one in trades]
        question = (
            "SELECT r.*, t.paid_no AS of_no, t.words FROM refunds r JOIN trades t USING (trade_no)"
            " WHERE substr(r.day, 1, 10) = ? ORDER BY r.number"
        )
        lines += [_bill_line(day, one, "REFUND") for one in self.store.many(question, day)]
        return ("\ufeff" + "\r\n".join([*lines, _SUMS, "`0,`0.00"]) + "\r\n").encode()

    # -- What the person with the phone does, and what the service tells of it -------------------

    def trade(self, number: str) -> dict[str, Any]:
        """Return an order.

        :raises KeyError: when there is none.
        """
        found = self.store.one("SELECT * FROM trades WHERE trade_no = ?", number)
        if found is None:
            raise KeyError(number)
        return found

    def pay(self, number: str, *, at: datetime, amount: int | None = None) -> str:
        """Pay an order, by what it asks or by another amount; return the number of the payment."""
        paid_no = f"42000{secrets.randbelow(10**23):023d}"
        local = at.astimezone(CITY_TZ)
        self.store.write(
            "UPDATE trades SET state = 'SUCCESS', paid_no = ?, paid = COALESCE(?, total),"
            " paid_at = ?, day = ? WHERE trade_no = ? AND state = 'NOTPAY'",
            paid_no, amount, local.isoformat(timespec="seconds"), local.date().isoformat(), number,
        )  # fmt: skip
        return str(self.trade(number)["paid_no"])

    def finish_refund(self, number: str, *, at: datetime, state: str = "SUCCESS") -> None:
        """Let a refund arrive, or not."""
        local = at.astimezone(CITY_TZ).isoformat(timespec="seconds")
        arrived = local if state == "SUCCESS" else ""
        self.store.write(
            "UPDATE refunds SET state = ?, day = ? WHERE number = ?", state, arrived, number
        )

    def notice(self, number: str, *, at: datetime, **changed: Any) -> tuple[dict[str, str], bytes]:
        """Return the notification about an order, signed at this instant."""
        return self._notice(
            "TRANSACTION.SUCCESS", "transaction", self._told(self.trade(number)) | changed, at
        )

    def refund_notice(self, number: str, *, at: datetime) -> tuple[dict[str, str], bytes]:
        """Return the notification about a refund."""
        found = self.store.one("SELECT * FROM refunds WHERE number = ?", number) or {}
        told = {
            "mchid": MCHID, "out_trade_no": found["trade_no"], "out_refund_no": number,
            "refund_id": found["paid_no"], "refund_status": found["state"],
            "amount": {"refund": found["amount"]}, **_arrived(found),
        }  # fmt: skip
        return self._notice(f"REFUND.{found['state']}", "refund", told, at)

    def _notice(
        self, kind: str, about: str, told: Mapping[str, Any], at: datetime
    ) -> tuple[dict[str, str], bytes]:
        nonce = secrets.token_hex(6)
        resource = {
            "algorithm": "AEAD_AES_256_GCM", "original_type": about, "associated_data": about,
            "nonce": nonce, "ciphertext": signing.seal(told, key=API_KEY, nonce=nonce, about=about),
        }  # fmt: skip
        body = json.dumps({
            "id": secrets.token_hex(16), "create_time": at.isoformat(timespec="seconds"),
            "resource_type": "encrypt-resource", "event_type": kind, "resource": resource,
        }).encode()  # fmt: skip
        return self._signed(body, int(at.timestamp())), body

    def _told(self, trade: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "appid": APPID, "mchid": MCHID, "out_trade_no": trade["trade_no"],
            "trade_state": trade["state"], "transaction_id": trade["paid_no"],
            "success_time": trade["paid_at"] or None,
            "amount": {"total": trade["paid"] or trade["total"], "currency": "CNY"},
        }  # fmt: skip

    def _signed(self, content: bytes, moment: int) -> dict[str, str]:
        nonce = secrets.token_hex(16)
        message = f"{moment}\n{nonce}\n".encode() + content + b"\n"
        return {
            "Content-Type": "application/json",
            "Wechatpay-Timestamp": str(moment), "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": signing.sign(message, pem=self._platform["private"]),
            "Wechatpay-Serial": PLATFORM_SERIAL,
        }  # fmt: skip

    def _no(self, code: str, words: str) -> dict[str, Any]:
        return {"code": code, "message": words}


def _arrived(refund: Mapping[str, Any]) -> dict[str, str]:
    return {"success_time": refund["day"]} if "T" in refund["day"] else {}


def _bill_line(moment: str, one: Mapping[str, Any], state: str, *, paid: int = 0) -> str:
    is_refund = state == "REFUND"
    cells = [
        moment, APPID, MCHID, "", "", one["of_no"] if is_refund else one["paid_no"],
        one["trade_no"], "", "JSAPI", state, "OTHERS", "CNY", _yuan(paid), "0.00",
        one["paid_no"] if is_refund else "0", one["number"] if is_refund else "0",
        _yuan(one["amount"]) if is_refund else "0.00", "0.00", "", "SUCCESS" if is_refund else "",
        one["words"], "", "0.00", "0.00%", _yuan(paid),
        _yuan(one["amount"]) if is_refund else "0.00", "",
    ]  # fmt: skip
    return ",".join(f"`{cell}" for cell in cells)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def in_process(fake: FakeWeChatPay) -> Transport:
    """Return a way to the service that needs no network, through its WSGI door."""

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        where, got = urlsplit(url), {}

        def start(status: str, said: list[tuple[str, str]]) -> None:
            got["status"], got["headers"] = int(status[:3]), dict(said)  # type: ignore[assignment]

        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": where.path, "QUERY_STRING": where.query,
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
            "HTTP_AUTHORIZATION": headers.get("Authorization", ""),
        }  # fmt: skip
        content = b"".join(fake(environ, start))
        return got["status"], got["headers"], content  # type: ignore[return-value]

    return send
