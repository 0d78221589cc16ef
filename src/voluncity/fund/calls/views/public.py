"""Calls as everybody reads them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from voluncity.city.access.marks import public
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.fund.calls import queries
from voluncity.fund.calls.rules.checking import ABOUT_SECTION, BUDGET_SECTION
from voluncity.fund.calls.states import PHASE_TONES, CallState, Phase
from voluncity.kernel.refusals import NotFound

STEPS = (
    ("组织管理员在线填写", "可以几个人一起填，随时保存，填到一半也不会丢。"),
    ("核对并提交", "提交后有编号和回执，截止前还可以取回修改。"),
    ("完整性检查", "基金办公室看材料齐不齐，不齐的退回补正。"),
    ("评审和公示", "评审结果在本网站公示，结果通知申报组织。"),
)


@public
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """List the calls: those that are open first."""
    at = now()
    shown = [(call, call.phase(at)) for call in queries.public_calls(at=at)]
    context = {
        "rows": [(call, phase, PHASE_TONES.get(phase, "neutral")) for call, phase in shown],
    }
    return render(request, "calls/list.html", context)


@public
@require_safe
def call_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one call: who may apply, how much for what, which questions are asked."""
    at = now()
    call = queries.detailed_calls().filter(pk=pk, state=CallState.OPEN).first()
    if call is None or call.form is None:
        raise NotFound("没有找到这份申报通知，可能还没有发布。")
    phase = call.phase(at)
    context = {
        "call": call,
        "phase": phase,
        "tone": PHASE_TONES.get(phase, "neutral"),
        "regions": queries.regions_of(call),
        "line_kinds": call.line_kinds.all(),
        "sections": (ABOUT_SECTION, *call.form.spec.sections, BUDGET_SECTION),
        "steps": STEPS,
        "may_apply": phase == Phase.OPEN and has(request.user, Permission.GRANT_APPLY),
    }
    return render(request, "calls/call.html", context)
