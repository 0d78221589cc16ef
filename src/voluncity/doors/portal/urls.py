"""Addresses of the home page, the desk and the pages about the system itself."""

from __future__ import annotations

from django.urls import path

from voluncity.doors.portal.views import desk, face, lines, office, system

app_name = "portal"
urlpatterns = [
    path("", face.home, name="home"),
    path("elder/", face.elder, name="elder"),
    path("privacy/", face.privacy, name="privacy"),
    path("design/", system.design, name="design"),
    path("healthz", system.healthz, name="healthz"),
    path("sw.js", system.service_worker, name="sw"),
    path("manifest.webmanifest", system.manifest, name="manifest"),
    path("offline", system.offline, name="offline"),
    path("desk/", desk.desk, name="desk"),
    path("desk/lines/", lines.lines, name="lines"),
    path("desk/lines/new/", lines.new_line, name="new_line"),
    path("desk/lines/<int:number>/end/", lines.end_line, name="end_line"),
    path("desk/lines/<int:number>/", lines.line, name="line"),
    path("desk/lines/<int:number>/change/", lines.change_line, name="change_line"),
    path("parts/organizations/<int:pk>/", lines.of_organization, name="of_organization"),
    path("desk/journal/", office.journal, name="journal"),
    path("desk/policy/", office.policy, name="policy"),
    path("desk/grants/", office.grants, name="grants"),
    path("desk/grants/<int:pk>/revoke/", office.revoke, name="revoke"),
]
