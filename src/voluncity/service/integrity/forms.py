"""What people write about findings, cases, spot checks and absences."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.city.files.forms import PaperField
from voluncity.city.files.rules import Checked
from voluncity.city.people.models import User
from voluncity.service.integrity.actions.cases import FILES_MOST, REASON_MAX
from voluncity.service.integrity.actions.spots import NOTE_MAX
from voluncity.service.integrity.models.cases import WORDS_MAX
from voluncity.service.integrity.states import SanctionKind, Way
from voluncity.web.controls import cleaned

CHOOSE = "请从选项里选择一项。"


class TextField(forms.CharField):
    """Words over several lines, cleaned and counted as the domain does it."""

    def __init__(self, *, most: int, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.Textarea(attrs={"maxlength": most, "rows": rows}), strip=False, **kwargs
        )
        self.most = most
        self.error_messages["required"] = f"请填写{self.label}。"

    def to_python(self, value: Any) -> str:
        """Return the cleaned words."""
        return cleaned(super().to_python(value), most=self.most, label=self.label, multiline=True)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = TextField(label="原因", most=REASON_MAX, rows=2)


class QuestionForm(forms.Form):
    """What the accused are asked."""

    question = TextField(
        label="请对方说明的问题", most=WORDS_MAX, rows=4,
        help_text="写清楚哪些时长、哪里不寻常。对方会看到这段话和下面的记录。",
    )  # fmt: skip


class DecisionForm(forms.Form):
    """What was found out, and what follows."""

    verdict = forms.ChoiceField(
        label="认定",
        choices=[("unfounded", "查无问题"), ("founded", "问题属实")],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    kinds = forms.MultipleChoiceField(
        label="处理措施（问题属实时选择）",
        choices=SanctionKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    reason = TextField(
        label="认定理由", most=WORDS_MAX, rows=4, help_text="对方会看到；组织的认定结果会公布。"
    )

    def __init__(self, *args: Any, kinds: tuple[SanctionKind, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- for the type checker
        field.choices = [(str(kind), kind.label) for kind in kinds]


class AppealDecisionForm(forms.Form):
    """What became of an appeal."""

    verdict = forms.ChoiceField(
        label="申诉结果",
        choices=[("confirm", "维持认定"), ("lift", "撤销认定")],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    reason = TextField(label="申诉结果的理由", most=WORDS_MAX, rows=3)


class AssignForm(forms.Form):
    """Who works on a case."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        label="转给",
        empty_label="请选择",
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )

    def __init__(self, *args: Any, able: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- for the type checker
        field.queryset = able


class StatementForm(forms.Form):
    """What the accused say, with up to three papers or photos."""

    text = TextField(
        label="说明", most=WORDS_MAX, rows=6,
        help_text="请说明这些时长是怎么来的。可以附上签到表、现场照片等。",
    )  # fmt: skip

    def __init__(self, *args: Any, label: str = "说明", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].error_messages["required"] = f"请填写{label}。"
        for number in range(1, FILES_MOST + 1):
            self.fields[f"photo_{number}"] = PaperField(
                label=f"照片或 PDF（{number}）", required=False
            )

    @property
    def photos(self) -> list[Checked]:
        """Return the files that were chosen; call only when the form is valid."""
        names = [f"photo_{number}" for number in range(1, FILES_MOST + 1)]
        return [self.cleaned_data[name] for name in names if self.cleaned_data.get(name)]


class SpotForm(forms.Form):
    """What a spot check showed."""

    way = forms.ChoiceField(
        label="核查方式", choices=Way.choices, widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )  # fmt: skip
    verdict = forms.ChoiceField(
        label="结果",
        choices=[("right", "属实"), ("wrong", "不属实"), ("unclear", "无法核实")],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    note = TextField(label="核查情况", most=NOTE_MAX, help_text="问了谁、看了什么、怎么说的。")


class AbsenceForm(forms.Form):
    """Whether an absence counts, and why."""

    verdict = forms.ChoiceField(
        label="核实结果",
        choices=[("confirm", "没有到场"), ("excuse", "情有可原，不计缺席")],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    reason = TextField(label="核实情况", most=REASON_MAX, rows=2)


class AbsenceAnswerForm(forms.Form):
    """What is answered to an appeal against an absence."""

    verdict = forms.ChoiceField(
        label="申诉结果",
        choices=[("uphold", "维持"), ("lift", "撤销这次缺席")],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    reason = TextField(label="答复", most=500, rows=2)


class AbsenceAppealForm(forms.Form):
    """Why an absence is wrong, or could not be helped."""

    text = TextField(
        label="申诉理由", most=500, help_text="例如：我到场了但没扫上码，领队李老师可以证明。"
    )
