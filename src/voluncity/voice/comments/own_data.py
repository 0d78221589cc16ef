"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import Volunteer
from voluncity.kernel.own_data import Section
from voluncity.voice.comments import queries
from voluncity.voice.comments.models import Like, Report


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person said, liked and reported, and for how long they were banned."""
    user = volunteer.user
    if user is None:
        return [_comments(()), _bans(())]
    said = tuple(
        (
            one.subject_title, one.text, one.shown_name, one.said_at.isoformat(),
            str(one.get_state_display()), one.likes,
        )
        for one in queries.own_comments(user).order_by("pk")
    )  # fmt: skip
    bans = tuple(
        (
            one.from_at.isoformat(), one.until_at.isoformat(), str(one.get_reason_display()),
            one.words, one.appeal, one.answer,
        )
        for one in queries.own_bans(user)
    )  # fmt: skip
    return [
        _comments(said),
        _bans(bans),
        Section(
            "comment_likes", "点过的赞", ("评论编号", "时间"),
            tuple(
                (one.comment_id, one.at.isoformat())
                for one in Like.objects.filter(by=user).order_by("pk")
            ),
        ),
        Section(
            "comment_reports", "举报过的评论", ("评论编号", "问题", "说明", "时间"),
            tuple(
                (one.comment_id, str(one.get_reason_display()), one.words, one.made_at.isoformat())
                for one in Report.objects.filter(by=user)
            ),
        ),
    ]  # fmt: skip


def _comments(rows: tuple[tuple[str | int, ...], ...]) -> Section:
    columns = ("在哪里", "内容", "署名", "发表时间", "状态", "赞")
    return Section("comments", "发表的评论", columns, rows)


def _bans(rows: tuple[tuple[str, ...], ...]) -> Section:
    columns = ("开始", "结束", "原因", "说明", "申诉", "答复")
    return Section("comment_bans", "禁言", columns, rows)
