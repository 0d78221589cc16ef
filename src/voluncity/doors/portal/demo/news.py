"""Notices, news and policies of the demo city, in every state of their life."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.files.rules import check_photo
from voluncity.city.people.models import User
from voluncity.doors.portal.demo.scenes import scene
from voluncity.kernel.clock import local_date
from voluncity.service.archives.states import Faces
from voluncity.voice.news import actions, queries
from voluncity.voice.news.models import Article
from voluncity.voice.news.rules import Draft, Plan
from voluncity.voice.news.states import Section

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

LEAD, COUNTY, TEAM, CITY = (
    "demo-lead-unit", "demo-county-office", "demo-org-admin", "demo-city-office",
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One article: who writes it, how long ago, and how far it came."""

    writer: str
    draft: Draft
    days: float
    reach: str = "public"
    picture: tuple[str, int, str] | None = None  # scene, people, words
    reads: int = 0


PIECES = (
    Piece(LEAD, Draft(
        "notice", "关于开展冬季困难老人走访志愿服务的通知",
        "<p>各志愿服务组织：</p><p>天气转冷，为让独居和行动不便的老人安全过冬，现就走访服务通知如下。</p>"
        "<h2>一、时间</h2><p>即日起至明年 2 月底，每户每月不少于一次。</p>"
        "<h2>二、内容</h2><ul><li>查看取暖和用电、用气是否安全；</li><li>帮助购物、取药、代缴费用；</li>"
        "<li>陪老人说说话，记下需要并报给社区。</li></ul>"
        "<h2>三、要求</h2><ol><li>两人同行，佩戴志愿者证；</li><li>不收受任何财物；</li>"
        "<li>当天在平台签到、签退。</li></ol>",
        tags="助老 通知"), 6, reads=268),
    Piece(COUNTY, Draft(
        "notice", "迎泽区 12 月志愿者培训安排",
        "<p>本月培训三场：文明交通劝导、急救知识和老年人照护。请在“我的 · 培训”里报名，"
        "完成后可以参加有相应要求的活动。</p><blockquote>名额有限，报名后来不了的请提前取消，"
        "把位置留给别人。</blockquote>", tags="培训"), 3, reads=97),
    Piece(COUNTY, Draft(
        "notice", "雪天出行提示和扫雪志愿者招募",
        "<p>预计后天有中雪。各社区将在主要路口组织扫雪，请就近报名，注意保暖和交通安全。</p>",
        tags="扫雪"), 0.3, reach="planned"),
    Piece(TEAM, Draft(
        "news", "三十双手，还汾河一段清水",
        "<p>周六上午，桥东街志愿服务队的三十名队员来到<strong>汾河公园</strong>，沿岸捡拾垃圾。</p>"
        "{picture}<p>两个小时里，大家走了四公里，装满了四十六个袋子。带着孩子来的王女士说，"
        "孩子第一次知道一个塑料袋会在水里待上许多年。</p><h2>下一次</h2>"
        "<p>本月最后一个星期六，还在老地方。<a href=\"/find/\">点这里报名</a>。</p>",
        tags="环保 汾河"), 4, picture=("river", 4, "四名穿红马甲的志愿者站在汾河边，岸上有树"),
        reads=341),
    Piece(TEAM, Draft(
        "news", "早高峰的路口，多了一抹红",
        "<p>早上七点，青年路口的志愿者已经站好了位置。</p>{picture}"
        "<p>他们挥旗、提醒、搀扶，一个早高峰要说上几百遍“请走斑马线”。</p>"
        "<p>一个月下来，这个路口闯红灯的人少了一半。</p>", tags="文明交通"),
        9, picture=("street", 3, "三名志愿者站在斑马线旁"), reads=189),
    Piece(COUNTY, Draft(
        "news", "社区食堂开张，送餐志愿者就位",
        "<p>解放路社区食堂今天开张。二十名志愿者分成四组，中午为不便出门的老人送餐到家。</p>"
        "{picture}<p>“饭是热的，人也是热的。”八十二岁的郭大爷说。</p>", tags="助老"),
        13, picture=("room", 3, "志愿者在摆着长桌的食堂里准备送餐"), reads=156),
    Piece(TEAM, Draft(
        "news", "第一场雪，第一拨人",
        "<p>天没亮，雪还在下，桥头街的小广场上已经有了铲雪声。</p>{picture}"
        "<p>没有人通知他们。队长张志强说：“群里有人说了一句下雪了，大家就都来了。”</p>",
        tags="扫雪"), 18, reach="corrected",
        picture=("snow", 4, "四名志愿者在雪地里，身后是盖着雪的房子"), reads=412),
    Piece(LEAD, Draft(
        "news", "我市志愿服务培训进高校",
        "<p>本周，急救和应急避险培训走进三所高校，四百多名学生志愿者参加。</p>", tags="培训 高校"),
        1, reach="submitted"),
    Piece(TEAM, Draft(
        "news", "冬日读书会招募领读人",
        "<p>每周三晚上，社区书屋。想请会讲故事的人来领读。</p>"), 1.2, reach="returned"),
    Piece(LEAD, Draft(
        "policy", "读懂《志愿服务记录与证明出具办法》",
        "<p>时长由谁记、怎么证明、错了怎么改？这篇文章说清楚三件事。</p>"
        "<h2>一、时长由谁记录</h2><p>由组织活动的志愿服务组织记录，本人可以查看和提出更正。</p>"
        "<h2>二、证明怎么开</h2><p>在“我的 · 证书”里申请，<strong>不收费</strong>，可以核验。</p>"
        "<h2>三、错了怎么改</h2><p>在那条时长记录的页面点“申请更正”，由另一个人复核。</p>",
        tags="政策 时长"), 15, reads=520),
    Piece(COUNTY, Draft(
        "policy", "志愿者保险和权益保障问答",
        "<h2>服务时受伤了怎么办？</h2><p>先就医，再告诉组织者，组织者在平台登记并协助理赔。</p>"
        "<h2>要自己花钱吗？</h2><p>参加志愿服务不收费，组织者应当为有风险的活动办理保险。</p>",
        tags="政策 保险"), 21, reads=233),
)  # fmt: skip
MORE = "<p>一个上午，二十六人清出了三条街的人行道。</p>"
CORRECTION = "来扫雪的志愿者应为二十六人，原文误写为十六人。"


def publish_news(cast: Cast, *, at: datetime) -> None:
    """Let units write, and the office above review."""
    for number, piece in enumerate(PIECES):
        writer = cast.staff[piece.writer]
        began = at - timedelta(days=piece.days)
        article = _written(piece, writer, f"demo-news-{number:04d}", at=began)
        if piece.reach == "draft":
            continue
        actions.submit_article(article=article, by=writer, at=began + timedelta(minutes=40))
        if piece.reach != "submitted":
            _decided(piece, article, cast.staff[CITY], writer, at=began + timedelta(hours=2))
    top = Article.objects.get(handle="demo-news-0000")
    actions.pin_article(article=top, until=at + timedelta(days=30), by=cast.office, at=at)


def _written(piece: Piece, writer: User, handle: str, *, at: datetime) -> Article:
    publisher = queries.publishers(writer)[0]
    article = actions.start_article(
        draft=replace(piece.draft, body=piece.draft.body.replace("{picture}", "")),
        section=Section.NEWS, publisher=publisher, handle=handle, by=writer, at=at,
    )  # fmt: skip
    if piece.picture is None:
        return article
    kind, people, alt = piece.picture
    picture = actions.add_picture(
        article=article, photo=check_photo(scene(kind, people)), alt=alt, faces=Faces.NONE,
        by=writer, at=at,
    )  # fmt: skip
    shown = f'<img src="/news/pictures/{picture.pk}.webp" alt="{alt}">'
    return actions.save_article(
        article=article, draft=replace(piece.draft, body=piece.draft.body.format(picture=shown)),
        seen=article.edition, by=writer, at=at,
    )  # fmt: skip


def _decided(piece: Piece, article: Article, office: User, writer: User, *, at: datetime) -> None:
    if piece.reach == "returned":
        words = "请写明地点和报名方式，再配一张图。"
        actions.send_back_article(article=article, words=words, by=office, at=at)
        return
    plan = Plan(publish_at=at + timedelta(days=1)) if piece.reach == "planned" else Plan()
    actions.approve_article(article=article, plan=plan, by=office, at=at)
    if piece.reach == "corrected":
        _correct(article, writer, office, at=at + timedelta(hours=20))
    if piece.reads:
        article.read_counts.create(on=local_date(at), reads=piece.reads)


def _correct(article: Article, writer: User, office: User, *, at: datetime) -> None:
    article = queries.detailed().get(pk=article.pk)
    actions.correct_article(article=article, by=writer, at=at)
    draft = Draft(
        kind=article.kind, title=article.title, source=article.source, tags=article.tags,
        body=article.body + MORE, correction=CORRECTION,
    )  # fmt: skip
    actions.save_article(article=article, draft=draft, seen=article.edition, by=writer, at=at)
    actions.submit_article(article=article, by=writer, at=at)
    actions.approve_article(article=article, plan=Plan(), by=office, at=at + timedelta(hours=1))
