"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.service.projects.views import desk_activities, desk_projects, public

app_name = "projects"
urlpatterns = [
    path("find/", public.find, name="find"),
    path("projects/<int:pk>/", public.detail, name="detail"),
    path("desk/projects/", desk_projects.desk_list, name="desk_list"),
    path("desk/projects/new/", desk_projects.desk_new, name="desk_new"),
    path("desk/projects/<int:pk>/", desk_projects.desk_detail, name="desk_detail"),
    path("desk/projects/<int:pk>/edit/", desk_projects.desk_edit, name="desk_edit"),
    path("desk/projects/<int:pk>/step/<str:verb>/", desk_projects.desk_step, name="desk_step"),
    path("desk/projects/<int:pk>/preview/", desk_projects.desk_preview, name="desk_preview"),
    path(
        "desk/projects/<int:pk>/activities/new/",
        desk_activities.desk_activity_new,
        name="desk_activity_new",
    ),
    path("desk/projects/activities/<int:pk>/", desk_activities.desk_activity, name="desk_activity"),
    path(
        "desk/projects/activities/<int:pk>/edit/",
        desk_activities.desk_activity_edit,
        name="desk_activity_edit",
    ),
    path(
        "desk/projects/activities/<int:pk>/open/",
        desk_activities.desk_activity_open,
        name="desk_activity_open",
    ),
    path(
        "desk/projects/activities/<int:pk>/copy/",
        desk_activities.desk_activity_copy,
        name="desk_activity_copy",
    ),
    path(
        "desk/projects/activities/<int:pk>/cancel/",
        desk_activities.desk_activity_cancel,
        name="desk_activity_cancel",
    ),
]
