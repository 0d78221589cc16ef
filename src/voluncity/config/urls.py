"""All addresses, slice by slice."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("voluncity.doors.portal.urls")),
    path("", include("voluncity.city.people.urls")),
    path("regions/", include("voluncity.city.regions.urls")),
    path("files/", include("voluncity.city.files.urls")),
    path("publicity/", include("voluncity.city.publicity.urls")),
    path("messages/", include("voluncity.city.inbox.urls")),
    path("orgs/", include("voluncity.city.orgs.urls")),
    path("stations/", include("voluncity.city.stations.urls")),
    path("tokens/", include("voluncity.city.tokens.urls")),
    path("training/", include("voluncity.service.training.urls")),
    path("", include("voluncity.service.projects.urls")),
    path("", include("voluncity.service.signups.urls")),
    path("hours/", include("voluncity.service.hours.urls")),
    path("honor/", include("voluncity.honor.recognition.urls")),
    path("api/v1/", include("voluncity.config.api")),
]

handler400 = "voluncity.web.errors.handler400"
handler403 = "voluncity.web.errors.handler403"
handler404 = "voluncity.web.errors.handler404"
handler500 = "voluncity.web.errors.handler500"
