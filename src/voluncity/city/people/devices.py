"""What a browser says about itself, in words that its owner recognizes."""

from __future__ import annotations

UNKNOWN = "未知设备"
# The first that fits wins: nearly every browser says that it is also Safari or Chrome.
_APPS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("AlipayClient", "支付宝"),
    ("Edg", "Edge 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("Firefox", "火狐浏览器"),
    ("OPR", "Opera 浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
)
_MACHINES = (
    ("HarmonyOS", "鸿蒙手机或平板"),
    ("OpenHarmony", "鸿蒙手机或平板"),
    ("iPad", "苹果平板"),
    ("iPhone", "苹果手机"),
    ("Android", "安卓手机或平板"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)


def device_words(user_agent: str) -> str:
    """Return machine and browser in plain words: “安卓手机或平板 · 微信”."""
    names = (_first(_MACHINES, user_agent), _first(_APPS, user_agent))
    return " · ".join(filter(None, names)) or UNKNOWN


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((words for mark, words in known if mark in user_agent), "")
