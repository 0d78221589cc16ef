"""A volunteer's own: when, how often, where; and a turn that cannot be kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from voluncity.kernel.text import half_width_digits
from voluncity.service.rosters.actions.wishes import WishPlan
from voluncity.service.rosters.models import Plan, Post, Wish
from voluncity.web.controls import CHOOSE, Number, Several, Words, chosen

_MOST_TIMES = 12 * 7


class WishForm(forms.Form):
    """Times as `slot-weekday`, drawn as a table of boxes by the page."""

    times = forms.MultipleChoiceField(
        label="什么时间能来", required=False, error_messages={"invalid_choice": CHOOSE}
    )
    max_per_week = Number("每周最多几次", 1, 14, initial=2)
    near = chosen(
        "离家最近的岗位", Post.objects.none(), required=False, empty_label="不清楚，都可以"
    )
    liked = Several("最想去的岗位", queryset=Post.objects.none(), required=False)
    disliked = Several("不去的岗位", queryset=Post.objects.none(), required=False)
    aways = Words(
        "哪几天不能来",
        700,
        required=False,
        help_text="写日期，用逗号隔开，如 2026-12-01，2026-12-02",
    )
    risks_read = forms.BooleanField(label="我已知悉风险", required=False)

    def __init__(
        self, data: Any = None, *, plan: Plan, times: list[tuple[str, str]], wish: Wish | None,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **options)
        fields: Any = self.fields
        fields["times"].choices = times
        posts = plan.posts.filter(retired_at=None).order_by("name", "pk")
        for name in ("near", "liked", "disliked"):
            fields[name].queryset = posts
        fields["max_per_week"].initial = min(2, plan.max_per_week)
        fields["max_per_week"].widget.attrs["max"] = plan.max_per_week
        if wish is not None:
            self.initial = _values_of(wish)

    def clean_aways(self) -> list[date]:
        """Return the days that were written."""
        text = half_width_digits(self.cleaned_data["aways"])
        found = []
        for part in text.replace("，", ",").replace("、", ",").replace(" ", ",").split(","):
            if part:
                try:
                    found.append(date.fromisoformat(part))
                except ValueError:
                    raise forms.ValidationError(
                        f"“{part[:20]}”不是日期，请按“2026-12-01”的格式填写。"
                    ) from None
        return found

    def wish(self) -> WishPlan:
        """Return what was written."""
        values = self.cleaned_data
        pairs = [tuple(map(int, one.split("-"))) for one in values["times"]]
        return WishPlan(
            times=[(slot, day) for slot, day in pairs],
            max_per_week=values["max_per_week"],
            near_id=values["near"].pk if values["near"] else None,
            liked=[post.pk for post in values["liked"]],
            disliked=[post.pk for post in values["disliked"]],
            aways=values["aways"],
        )


def _values_of(wish: Wish) -> dict[str, Any]:
    likings = list(wish.likings.all())
    return {
        "times": [f"{one.slot_id}-{one.weekday}" for one in wish.free_slots.all()],
        "max_per_week": wish.max_per_week,
        "near": wish.near_id,
        "liked": [one.post_id for one in likings if one.is_liked],
        "disliked": [one.post_id for one in likings if not one.is_liked],
        "aways": "，".join(one.day.isoformat() for one in wish.aways.all()),
        "risks_read": True,
    }


class OfferForm(forms.Form):
    """Why somebody looks for a substitute."""

    reason = Words("原因", 100, required=False)


class SwapForm(forms.Form):
    """For which turn of somebody else one would exchange a turn."""

    other = forms.IntegerField(
        error_messages={"required": "请选想换的班次。", "invalid": "请选想换的班次。"}
    )
    risks_read = forms.BooleanField(label="我已知悉风险", required=False)


class TakeForm(forms.Form):
    """Somebody takes a turn and has read the risks."""

    risks_read = forms.BooleanField(label="我已知悉风险", required=False)
