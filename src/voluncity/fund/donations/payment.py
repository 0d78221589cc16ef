"""What a payment service says, and what it must be able to do for the slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class GatewayError(Exception):
    """The payment service did not answer as agreed; it may be asked again."""


class Declined(GatewayError):
    """The payment service says no; asking again brings the same."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code} {sentence}")
        self.code = code


class Forged(Exception):
    """A message that the payment service did not write, or not for us."""


class Expired(Exception):
    """A message of the payment service that is too old to be acted on."""


@dataclass(frozen=True)
class Payment:
    """What the payment service says about an order."""

    trade_no: str
    state: str  # SUCCESS, NOTPAY, CLOSED, REFUND, …
    appid: str
    mchid: str
    paid_no: str = ""
    amount_fen: int = 0
    currency: str = "CNY"
    at: datetime | None = None

    @property
    def is_paid(self) -> bool:
        """Return whether money came, also when some of it went back later."""
        return self.state in {"SUCCESS", "REFUND"}


@dataclass(frozen=True)
class PaidBack:
    """What the payment service says about a refund."""

    number: str
    state: str  # SUCCESS, PROCESSING, ABNORMAL, CLOSED
    paid_no: str = ""
    amount_fen: int = 0
    mchid: str = ""
    at: datetime | None = None  # when it arrived: the day of the bill on which it stands


@dataclass(frozen=True)
class Asked:
    """What is needed to pay: on a phone in WeChat, or by a code that it scans."""

    prepay_id: str = ""
    code_url: str = ""


@dataclass(frozen=True)
class BillRow:
    """One payment or refund on the day's bill."""

    trade_no: str  # our number
    paid_no: str
    amount_fen: int
    is_refund: bool = False


class PaymentGateway(Protocol):
    """What a payment service must be able to do. Never call it inside a transaction."""

    mchid: str
    appid: str

    def ask(
        self, *, trade_no: str, amount_fen: int, words: str, until: datetime, openid: str
    ) -> Asked:
        """Announce an order; with an openid for the phone, without one for a code to scan."""
        ...

    def sheet(self, *, prepay_id: str, at: datetime) -> dict[str, str]:
        """Return the signed parameters of the payment sheet on the phone."""
        ...

    def read(
        self, *, headers: Mapping[str, str], body: bytes, at: datetime
    ) -> Payment | PaidBack | None:
        """Return what a notification says; nothing when it is about something else.

        :raises Forged: when it was not written by the payment service.
        :raises Expired: when it is too old.
        """
        ...

    def payment(self, *, trade_no: str) -> Payment | None:
        """Return how an order stands; nothing when the service does not know it."""
        ...

    def close(self, *, trade_no: str) -> None:
        """Let an order be paid no more."""
        ...

    def pay_back(
        self, *, paid_no: str, number: str, amount_fen: int, total_fen: int, words: str
    ) -> PaidBack:
        """Pay money back; the same number again brings the same answer."""
        ...

    def paid_back(self, *, number: str) -> PaidBack | None:
        """Return how a refund stands."""
        ...

    def bill(self, *, day: date) -> list[BillRow]:
        """Return the list of a day."""
        ...
