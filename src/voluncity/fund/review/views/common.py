"""What the pages share: what is within reach of the office, what a form brings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.fund.calls import queries as calls
from voluncity.fund.calls.models import Application, Call
from voluncity.fund.review import queries
from voluncity.fund.review.models import Decision, Review
from voluncity.fund.review.states import SEATED
from voluncity.kernel.refusals import NotAllowed, NotFound

P = Permission
UNPROCESSABLE = 422
ON_A_PAGE = 30


def fetch_review(request: HttpRequest, pk: int) -> Review:
    """Return the review of a call of a fund that this person's office looks after.

    Who scores in it came to the office later: they see no score but their own.
    :raises NotAllowed: when one is an expert of this review.
    :raises NotFound: when it is not within reach.
    """
    found: Review = access.fetch(
        request.user, P.GRANT_REVIEW, queries.detailed_reviews(), at=now(), pk=pk
    )
    if found.places.filter(expert=request.user.pk, state__in=SEATED).exists():
        raise NotAllowed(
            "您是这次评审的专家，不能同时办理，请由同事办理。", code="review.is_expert"
        )
    return found


def fetch_call(request: HttpRequest, pk: int) -> Call:
    """Return a call of such a fund.

    :raises NotFound: when it is not.
    """
    found: Call = access.fetch(
        request.user, P.GRANT_REVIEW, calls.detailed_calls(), at=now(), pk=pk
    )
    return found


def fetch_reviewed(request: HttpRequest, review_pk: int, pk: int) -> tuple[Review, Application]:
    """Return an application together with its review.

    :raises NotFound: when it is not reviewed there.
    """
    review = fetch_review(request, review_pk)
    found = calls.detailed().filter(pk__in=queries.reviewed(review).values("pk"), pk=pk).first()
    if found is None:
        raise NotFound("这份申报不在这次评审中，请从评审页面重新打开。")
    return review, found


def fetch_decision(request: HttpRequest, pk: int) -> Decision:
    """Return a decision that an office of this person may read.

    :raises NotFound: when it is not.
    """
    found: Decision = access.fetch(
        request.user, P.GRANT_REVIEW, queries.detailed(), at=now(), pk=pk
    )
    return found


def attach(content: bytes, kind: str, name: str) -> HttpResponse:
    """Return a paper that was just made."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
