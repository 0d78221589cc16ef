"""What may be said below something, how people are called, and how often one may speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from voluncity.city.people.rules import Limit
from voluncity.kernel.disclosures import has_account, has_link, has_number
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean
from voluncity.voice.comments.models import TEXT_MOST, TITLE_MOST
from voluncity.voice.comments.states import Naming

TITLE_LEAST = 4
TOPIC = "topic"  # the kind of subject that lives in this slice
NOBODY = "一位志愿者"
GONE = "已注销的用户"
_COMPOUND = (
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "夏侯", "司徒",
    "宇文", "长孙", "端木", "南宫", "呼延", "轩辕",
)  # fmt: skip


@dataclass(frozen=True)
class Commented:
    """What somebody may comment on, as the slice to which it belongs describes it.

    `is_open` says whether new comments are taken; moderators of the region, or of the
    organization where there is one, look after them.
    """

    title: str
    url: str
    region_path: str
    organization_id: int | None = None
    is_open: bool = True


def said(text: str, *, field: str = "text", most: int = TEXT_MOST, label: str = "评论") -> str:
    """Return the words of a comment as they are kept: plain text with its lines.

    :raises BadInput: when they are missing or too long, hold a link, or give a number away.
    """
    words = clean(text, max_length=most, field=field, label=label, multiline=True)
    if not words:
        raise BadInput(f"请填写{label}。", field=field)
    if has_link(words):
        raise BadInput(
            f"{label}里不能放网址或链接，请用文字说明。", code="comments.link", field=field
        )
    if has_number(words) or has_account(words):
        raise BadInput(
            f"请不要在{label}里写电话、证件号、银行卡号或微信、QQ 号，所有人都看得到。",
            code="comments.number", field=field,
        )  # fmt: skip
    return words


def titled(text: str) -> str:
    """Return the title of a topic as it is kept.

    :raises BadInput: when it is too short or too long, or breaks a rule for words.
    """
    words = said(" ".join(text.split()), field="title", most=TITLE_MOST, label="标题")
    if len(words) < TITLE_LEAST:
        raise BadInput(f"标题至少 {TITLE_LEAST} 个字，请写清楚想聊什么。", field="title")
    return words


def shown_name(name: str, naming: str) -> str:
    """Return how somebody is called in public; never the full name."""
    if naming == Naming.SURNAME:
        surname = next((one for one in _COMPOUND if name.startswith(one)), name[:1])
        return NOBODY if name.isascii() else f"{surname}志愿者"
    return mask_name(name) if naming == Naming.MASKED else NOBODY


def comment_limit(most: int) -> Limit:
    """Return how many comments one person may write in an hour."""
    return Limit(
        "comments",
        most,
        timedelta(hours=1),
        f"一小时最多发表 {most} 条评论，请在 {{until}} 以后再发。",
    )


def topic_limit(most: int) -> Limit:
    """Return how many topics one person may open in a day."""
    return Limit("topics", most, timedelta(days=1), f"一天最多发起 {most} 个话题，请明天再来。")


def report_limit(most: int) -> Limit:
    """Return how many comments one person may report in a day."""
    return Limit("reports", most, timedelta(days=1), f"一天最多举报 {most} 次，请明天再来。")
