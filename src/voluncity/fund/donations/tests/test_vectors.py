"""What WeChat Pay v3 prescribes, proven by the vectors of RULES §4.2."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from voluncity.fund.donations import signing
from voluncity.fund.donations.fakes import FakeWeChatPay
from voluncity.fund.donations.payment import BillRow, GatewayError
from voluncity.fund.donations.wechat import bill_rows
from voluncity.kernel.money import capitals

RESOURCE = {
    "algorithm": "AEAD_AES_256_GCM",
    "nonce": "fakenonce012",
    "associated_data": "transaction",
    "ciphertext": (
        "aEwQvSUXG01LvJQpg8pg3krIkviHrW79/3H2DP+yppKbePkN2Lb9yfqB5UlZTfJ55tANDNyNRDwIMni0LxLalt+"
        "JL0WMpChPl0mMREV19hGpOoxEmCaw1NaJ3RM9ZZz/3/7az7Mb3VYO/DQMKw=="
    ),
}
KEY = b"FAKE0123456789abcdefFAKE01234567"


def test_a_notification_opens_with_the_key_of_the_merchant() -> None:
    assert signing.unseal(RESOURCE, key=KEY) == {
        "out_trade_no": "VC00000001",
        "trade_state": "SUCCESS",
        "amount": {"total": 100, "currency": "CNY"},
    }


def test_what_we_seal_is_what_the_service_seals() -> None:
    plain = signing.unseal(RESOURCE, key=KEY)
    sealed = signing.seal(plain, key=KEY, nonce="fakenonce012", about="transaction")
    assert sealed == RESOURCE["ciphertext"]


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "fakenonce013"},
        {"associated_data": "refund"},
        {"ciphertext": "AAAA"},
        {"ciphertext": "不是"},
        {"algorithm": "none"},
        {"nonce": None},
    ],
)
def test_what_was_changed_does_not_open(changed: dict[str, str]) -> None:
    with pytest.raises(signing.Unreadable):
        signing.unseal(RESOURCE | changed, key=KEY)
    with pytest.raises(signing.Unreadable):
        signing.unseal(RESOURCE, key=KEY[::-1])


def test_the_signed_texts_are_as_prescribed() -> None:
    sheet = signing.pay_text(
        appid="wx0000000000000000", at="1700000000", nonce="NONCE", prepay_id="wxFAKE"
    )
    assert sheet == b"wx0000000000000000\n1700000000\nNONCE\nprepay_id=wxFAKE\n"
    body = '{"appid":"wx0000000000000000","mchid":"1900000001"}'
    asked = signing.lines("POST", "/v3/pay/transactions/jsapi", "1700000000", "NONCE", body)
    assert asked.decode() == (f"POST\n/v3/pay/transactions/jsapi\n1700000000\nNONCE\n{body}\n")
    # As computed beside the rules, by a program of its own.
    assert hashlib.sha256(asked).hexdigest() == (
        "1b251c5a0d5e703397164a39f7d4936ada1d33a11ea74f9359dde061bb37dec3"
    )


def test_only_the_right_key_signs(tmp_path: Path) -> None:
    own = FakeWeChatPay(tmp_path / "one.sqlite3").credentials()
    signature = signing.sign(b"text\n", pem=own.private_pem)
    [platform] = own.keys.values()
    assert not signing.is_signed(b"text\n", signature, pem=platform)
    assert not signing.is_signed(b"text\n", "WECHATPAY/SIGNTEST/x", pem=platform)


def test_a_bill_is_read_to_its_sums() -> None:
    heading = (
        "微信订单号,商户订单号,交易状态,微信退款单号,商户退款单号,商品名称,订单金额,申请退款金额"
    )
    rows = [
        "`42,`VC1,`SUCCESS,`0,`0,`一盏灯,一座城,`1.00,`0.00",
        '`42,`VC1,`REFUND,`50,`VCR1,`"灯",`0.00,`0.3',
    ]
    bill = "\r\n".join(["\ufeff" + heading, *rows, "总交易单数,总金额", "`2,`1.00"]).encode()
    assert bill_rows(bill) == [
        BillRow("VC1", "42", 100),
        BillRow("VCR1", "50", 30, is_refund=True),
    ]
    with pytest.raises(GatewayError):
        bill_rows(b"something,else\r\n")


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (1, "壹分"), (10, "壹角"), (101, "壹元零壹分"), (120_050, "壹仟贰佰元伍角"),
        (10_000, "壹佰元整"), (1_000_000, "壹万元整"), (100_010_000, "壹佰万零壹佰元整"),
        (1_000_500, "壹万零伍元整"), (650_020_000, "陆佰伍拾万零贰佰元整"),
    ],
)  # fmt: skip
def test_sums_are_written_as_banks_write_them(fen: int, words: str) -> None:
    assert capitals(fen) == words
