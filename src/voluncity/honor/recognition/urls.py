"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from voluncity.honor.recognition import views, views_certificates, views_printing

app_name = "recognition"
urlpatterns = [
    path("", views.leaderboard, name="leaderboard"),
    path("stars/", views.stars, name="stars"),
    path("stars/card/", views.card_stars, name="card_stars"),
    path("stars/of/<int:pk>/", views.ward_stars, name="ward_stars"),
    path("certificates/", views_certificates.certificates, name="certificates"),
    path("certificates/issue/", views_certificates.issue, name="issue"),
    path("certificates/<str:serial>/pdf/", views_certificates.pdf, name="pdf"),
    path(
        "certificates/of/<int:pk>/",
        views_certificates.ward_certificates,
        name="ward_certificates",
    ),
    path("certificates/of/<int:pk>/issue/", views_certificates.ward_issue, name="ward_issue"),
    path("v/", views_certificates.verify_start, name="verify_start"),
    path("v/signed/", views_certificates.verify_signed, name="verify_signed"),
    path("keys/", views_certificates.keys, name="keys"),
    path("keys/<str:name>.pem", views_certificates.key_file, name="key_file"),
    path("v/<str:serial>/", views_certificates.verify, name="verify"),
    path("desk/certificates/", views_certificates.desk_list, name="desk_list"),
    path("desk/certificates/<int:pk>/", views_certificates.desk_revoke, name="desk_revoke"),
    path("desk/prints/", views_printing.desk_prints, name="desk_prints"),
    path("desk/prints/of/<int:pk>/", views_printing.desk_print, name="desk_print"),
    path("desk/prints/<int:pk>/", views_printing.desk_job, name="desk_job"),
    path("desk/prints/<int:pk>/papers.zip", views_printing.desk_job_file, name="desk_job_file"),
]
