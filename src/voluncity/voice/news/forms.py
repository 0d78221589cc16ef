"""Forms of articles: what is sent, with a sentence for every wrong input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from voluncity.city.files.forms import OriginalsField, VideoField
from voluncity.service.archives.states import Faces
from voluncity.voice.news import rules
from voluncity.voice.news.models import Article
from voluncity.voice.news.rules import Draft, Plan, Publisher
from voluncity.voice.news.states import KINDS, ArticleKind, Section
from voluncity.web.controls import Line, Moment
from voluncity.web.richtext import RichTextField

# A draft is saved without them, but not handed in (rules.refuse_unfinished).
WANTED = {"title", "body", "correction"}
NO_SUCH = "没有这个选项，请重新选择。"
FACES = [(Faces.NONE, Faces.NONE.label), (Faces.CONSENT, Faces.CONSENT.label)]
ALL_FACES = [*FACES, (Faces.MINORS, Faces.MINORS.label)]


class ArticleForm(forms.Form):
    """What the writer puts down; a draft may be unfinished."""

    title = Line(label="标题", most=rules.TITLE_MOST, required=False)
    kind = forms.ChoiceField(
        label="类别",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择类别。", "invalid_choice": NO_SUCH},
    )
    publisher = forms.ChoiceField(
        label="发布单位", error_messages={"required": "请选择单位。", "invalid_choice": NO_SUCH}
    )
    body = RichTextField(label="正文", max_length=rules.BODY_MOST, required=False)
    correction = Line(
        label="更正说明", most=rules.CORRECTION_MOST, rows=2, required=False,
        help_text="写明更正了什么，读者会在文章末尾看到。",
    )  # fmt: skip
    summary = Line(
        label="摘要", most=rules.SUMMARY_MOST, rows=2, required=False,
        help_text="列表和转发时显示；不写就用正文开头。",
    )  # fmt: skip
    source = Line(label="来源", most=rules.SOURCE_MOST, required=False)
    tags = Line(
        label="标签", most=rules.TAGS_MOST * (rules.TAG_MOST + 1) + 20, required=False,
        help_text="用空格隔开，最多 5 个，如“学雷锋 文明交通”。",
    )  # fmt: skip

    def __init__(
        self,
        *sent: Any,
        section: str,
        publishers: Sequence[Publisher] = (),
        article: Article | None = None,
        pictures_url: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*sent, **options)
        kinds = KINDS[Section(section)]
        self._choose("kind", [(one, ArticleKind(one).label) for one in kinds])
        self._choose("publisher", [(one.key, one.name) for one in publishers])
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0]
        if article is not None:
            del self.fields["publisher"]
        if article is None or article.published_at is None:
            del self.fields["correction"]
        for name in WANTED & set(self.fields):
            self.fields[name].is_wanted = True  # type: ignore[attr-defined]  # read by the page
        widget: Any = self.fields["body"].widget
        widget.pictures_url, widget.picture_faces = pictures_url, FACES

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
        if choices:
            field.initial = choices[0][0]

    def draft(self) -> Draft:
        """Return what was put down."""
        sent = self.cleaned_data
        return Draft(**{name: sent.get(name, "") for name in Draft.__dataclass_fields__})


class PictureForm(forms.Form):
    """One picture with its words."""

    file = OriginalsField(label="图片", most=1, help_text="JPG、PNG、WebP 或 HEIC")
    alt = Line(label="图片说明", most=100, help_text="图里是什么，给看不见图的人听。")
    faces = forms.ChoiceField(
        label="人物", choices=ALL_FACES, initial=Faces.NONE, widget=forms.RadioSelect,
        error_messages={"required": "请选择图片里的人物情况。", "invalid_choice": NO_SUCH},
    )  # fmt: skip


class VideoForm(forms.Form):
    """One MP4 above the text."""

    upload = VideoField(
        label="视频（MP4）",
        error_messages={"required": "请选择一个 MP4 文件。"},
        help_text="放在正文上面，最大 200 MB。",
    )


class WordsForm(forms.Form):
    """A reason or a remark."""

    words = Line(label="说明", most=rules.REMARK_MOST, rows=3)

    def __init__(self, *sent: Any, label: str, hint: str = "") -> None:
        super().__init__(*sent)
        field = self.fields["words"]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = f"请填写{label}。"


class PlanForm(forms.Form):
    """When it appears and goes."""

    publish_at = Moment("发布时间", required=False, help_text="不填就马上发布。")
    unpublish_at = Moment("下线时间", required=False, help_text="到时自动下线；不填就一直公开。")
    pinned_until = Moment("置顶到", required=False, help_text="在列表最上面；不填就不置顶。")

    def plan(self) -> Plan:
        """Return the times."""
        return Plan(**self.cleaned_data)


class PinForm(forms.Form):
    """Until when it stands on top."""

    until = Moment("置顶到", required=False, help_text="不填就取消置顶。")


class NothingForm(forms.Form):
    """A step that needs no words."""
