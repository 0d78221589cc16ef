"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.city.claims.views import cases, merges, own

app_name = "claims"
urlpatterns = [
    path("", own.mine, name="mine"),
    path("new/", own.new, name="new"),
    path("<int:pk>/withdraw/", own.withdraw, name="withdraw"),
    path("correction/", own.correct, name="correct"),
    path("correction/<int:pk>/withdraw/", own.withdraw_correction, name="withdraw_correction"),
    path("desk/", cases.desk_list, name="desk_list"),
    path("desk/<int:pk>/", cases.desk_claim, name="desk_claim"),
    path("desk/<int:pk>/look/", cases.look, name="look"),
    path("desk/<int:pk>/decide/", cases.decide, name="decide"),
    path("desk/corrections/<int:pk>/", cases.desk_correction, name="desk_correction"),
    path("desk/corrections/<int:pk>/look/", cases.look_correction, name="look_correction"),
    path("desk/corrections/<int:pk>/decide/", cases.decide_correction, name="decide_correction"),
    path("desk/evidence/<slug:key>/", cases.evidence, name="evidence"),
    path("desk/code/<int:pk>/", cases.code, name="code"),
    path("desk/merges/", merges.desk_merges, name="desk_merges"),
    path("desk/merges/preview/", merges.preview, name="preview"),
    path("desk/merges/not-double/", merges.not_double, name="not_double"),
    path("desk/merges/<int:pk>/", merges.desk_merge, name="desk_merge"),
    path("desk/merges/<int:pk>/undo/", merges.undo, name="undo"),
]
