"""All addresses, slice by slice."""

from __future__ import annotations

from django.urls import include, path

# Django tries one address after the other: those of a rush come first.
urlpatterns = [
    path("", include("voluncity.service.signups.urls")),
    path("", include("voluncity.service.projects.urls")),
    path("", include("voluncity.doors.portal.urls")),
    path("", include("voluncity.city.people.urls")),
    path("api/v1/", include("voluncity.config.api")),
    path("regions/", include("voluncity.city.regions.urls")),
    path("files/", include("voluncity.city.files.urls")),
    path("publicity/", include("voluncity.city.publicity.urls")),
    path("messages/", include("voluncity.city.inbox.urls")),
    path("orgs/", include("voluncity.city.orgs.urls")),
    path("stations/", include("voluncity.city.stations.urls")),
    path("tokens/", include("voluncity.city.tokens.urls")),
    path("registers/", include("voluncity.city.registers.urls")),
    path("claims/", include("voluncity.city.claims.urls")),
    path("me/privacy/", include("voluncity.city.privacy.urls")),
    path("ratings/", include("voluncity.honor.ratings.urls")),
    path("party/", include("voluncity.care.party.urls")),
    path("hardship/", include("voluncity.care.hardship.urls")),
    path("wishes/", include("voluncity.care.wishes.urls")),
    path("training/", include("voluncity.service.training.urls")),
    path("hours/", include("voluncity.service.hours.urls")),
    path("rosters/", include("voluncity.service.rosters.urls")),
    path("offline/", include("voluncity.service.offline.urls")),
    path("integrity/", include("voluncity.service.integrity.urls")),
    path("patrols/", include("voluncity.service.patrols.urls")),
    path("events/", include("voluncity.service.events.urls")),
    path("archives/", include("voluncity.service.archives.urls")),
    path("pledges/", include("voluncity.service.pledges.urls")),
    path("difficulties/", include("voluncity.service.difficulties.urls")),
    path("welfare-days/", include("voluncity.service.welfare_days.urls")),
    path("progress/", include("voluncity.service.progress.urls")),
    path("teaching/", include("voluncity.service.teaching.urls")),
    path("leaderboards/", include("voluncity.honor.leaderboards.urls")),
    path("certification/", include("voluncity.honor.certification.urls")),
    path("awards/", include("voluncity.honor.awards.urls")),
    path("insurance/", include("voluncity.honor.insurance.urls")),
    path("points/", include("voluncity.honor.points.urls")),
    path("rewards/", include("voluncity.honor.rewards.urls")),
    path("fund/governance/", include("voluncity.fund.governance.urls")),
    path("fund/books/", include("voluncity.fund.books.urls")),
    path("fund/donations/", include("voluncity.fund.donations.urls")),
    path("fund/calls/", include("voluncity.fund.calls.urls")),
    path("fund/review/", include("voluncity.fund.review.urls")),
    path("fund/grants/", include("voluncity.fund.grants.urls")),
    path("fund/reports/", include("voluncity.fund.reports.urls")),
    path("fund/payouts/", include("voluncity.fund.payouts.urls")),
    path("fund/closings/", include("voluncity.fund.closings.urls")),
    path("fund/showing/", include("voluncity.fund.showing.urls")),
    path("comments/", include("voluncity.voice.comments.urls")),
    path("news/", include("voluncity.voice.news.urls")),
    path("showcase/", include("voluncity.voice.showcase.urls")),
    path("classes/", include("voluncity.voice.classes.urls")),
    path("honor/", include("voluncity.honor.recognition.urls")),
    path("help/", include("voluncity.doors.help.urls")),
]

handler400 = "voluncity.web.errors.handler400"
handler403 = "voluncity.web.errors.handler403"
handler404 = "voluncity.web.errors.handler404"
handler500 = "voluncity.web.errors.handler500"
