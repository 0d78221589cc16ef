"""The session engine: one statement finds the session, the account and the volunteer (W1).

Otherwise Django asks three times on each page, once for each of them. When a session was used
last is written down every few minutes only; a session of staff that nobody used for too long ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import auth
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from voluncity.city.access import queries as access
from voluncity.city.access.columns import Columns
from voluncity.city.access.models import Session
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.statements import Row, Statement, instant_or_none

_USER, _VOLUNTEER = Columns(User, "u"), Columns(Volunteer, "v")
_FIRST_OF_USER = 5
# How exactly it is known when a session was used last. Staff more exactly: theirs end by it.
SEEN_AGAIN, STAFF_SEEN_AGAIN = timedelta(minutes=10), timedelta(minutes=5)
LEFT_ALONE = "left_alone"  # in the session of a browser whose login has just ended so
_FIRST_OF_VOLUNTEER = _FIRST_OF_USER + len(_USER.names)
# The owner is looked up by a number that is known by then. Joined by the column instead, PostgreSQL
# may walk all accounts up to a new one (a merge join: 15,000 pages in a city of 750,000).
_OWNER = "(SELECT t.user_id FROM access_session t WHERE t.session_key = %(key)s)"
_FOUND = Statement(
    f"""
    SELECT s.session_data,
        EXISTS (SELECT 1 FROM access_grant g WHERE g.user_id = s.user_id AND g.revoked_at IS NULL),
        s.began_at, s.seen_at, s.device,
        {_USER.sql}, {_VOLUNTEER.sql}
    FROM access_session s
    LEFT JOIN people_user u ON u.id = {_OWNER}
    LEFT JOIN people_volunteer v ON v.user_id = {_OWNER}
    WHERE s.session_key = %(key)s AND s.expire_date > %(now)s
    """  # noqa: S608 -- the names of our own columns
)


class SessionStore(DatabaseStore):
    """Sessions in our own table; `account` is whose it is, with the volunteer, once loaded."""

    account: User | None = None
    is_staff = False
    began_at: datetime | None = None
    seen_at: datetime | None = None
    device = ""
    _owner: str | None = ""  # nobody's yet, not even a stranger's

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return our table of sessions."""
        return Session

    def load(self) -> dict[str, Any]:
        """Return what the session holds, and remember whose it is."""
        key, at = self.session_key, connection.ops.adapt_datetimefield_value(timezone.now())
        found = _FOUND.row(connection, {"key": key, "now": at})
        if found is None:
            self._session_key = None
            return {}
        self.account, self.is_staff = _account(found), bool(found[1])
        self.began_at, self.seen_at = instant_or_none(found[2]), instant_or_none(found[3])
        self.device = found[4]
        data = self.decode(found[0])
        self._owner = data.get(SESSION_KEY)
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row of this session, with its owner beside the sealed data.

        It begins when it becomes somebody's.
        """
        row = cast(Session, super().create_model_instance(data))
        if data.get(SESSION_KEY) != self._owner:
            self._owner = data.get(SESSION_KEY)
            self.began_at = self.seen_at = timezone.now()
        row.user_id = self._owner
        row.began_at, row.seen_at, row.device = self.began_at, self.seen_at, self.device
        return row

    def note_use(self, at: datetime) -> bool:
        """Write down that it is in use, at most every few minutes; False when it has ended."""
        pause = at - self.seen_at if self.seen_at else None
        if pause is not None and pause < (STAFF_SEEN_AGAIN if self.is_staff else SEEN_AGAIN):
            return True
        if self.is_staff and pause is not None and pause > _longest_pause(at):
            self.flush()
            self[LEFT_ALONE] = True
            return False
        # Of several requests at once the first one writes.
        Session.objects.filter(session_key=self.session_key, seen_at=self.seen_at).update(
            seen_at=at
        )
        self.seen_at = at
        return True


def _longest_pause(at: datetime) -> timedelta:
    """Return after how long staff are logged out; not in the demo, whose visitors come back."""
    if settings.VOLUNCITY_DEMO:
        return timedelta.max
    return timedelta(minutes=policy.number("people.staff_idle_minutes", on=local_date(at)))


def _account(found: Row) -> User | None:
    user = _USER.of(found[_FIRST_OF_USER:_FIRST_OF_VOLUNTEER])
    if user is None:
        return None
    volunteer = _VOLUNTEER.of(found[_FIRST_OF_VOLUNTEER:])
    # What `user.volunteer` and `volunteer.user` would ask the database for.
    user._state.fields_cache["volunteer"] = volunteer  # noqa: SLF001 -- as select_related does
    if volunteer is not None:
        volunteer._state.fields_cache["user"] = user  # noqa: SLF001
    if not found[1]:  # as with nearly every resident
        access.know_no_grants(user)
    return user


def user_of(request: HttpRequest) -> User | AnonymousUser:
    """Return who sent a request, as Django decides it; the account is not read a second time."""
    session = request.session
    user_id, proof = session.get(SESSION_KEY), session.get(HASH_SESSION_KEY)
    user = getattr(session, "account", None)
    if (
        user is not None
        and proof
        and str(user.pk) == user_id
        and user.is_active
        and session.get(BACKEND_SESSION_KEY) == settings.AUTHENTICATION_BACKENDS[0]
        and constant_time_compare(proof, user.get_session_auth_hash())
    ):
        is_in_use = cast(SessionStore, session).note_use(timezone.now())
        return cast(User, user) if is_in_use else AnonymousUser()
    return auth.get_user(request)
