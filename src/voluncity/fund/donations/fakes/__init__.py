"""The payment service of the demo city and of tests: it signs and seals like WeChat Pay."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from voluncity.fund.donations.fakes.server import FakeWeChatPay, in_process
from voluncity.fund.donations.wechat import Client

__all__ = ["FakeWeChatPay", "client", "in_process", "server"]


@lru_cache(maxsize=1)
def _at(path: Path) -> FakeWeChatPay:
    return FakeWeChatPay(path)


def server() -> FakeWeChatPay:
    """Return the service of the demo city; its books lie beside the uploads."""
    folder = Path(settings.VOLUNCITY_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    return _at(folder / "fake-wechat-pay.sqlite3")


def client() -> Client:
    """Return a client that speaks to the demo city's service without a network."""
    fake = server()
    return Client(fake.credentials(), in_process(fake))
