"""Rules of closings: what a report asks, how is scored, what is left of the money."""

from datetime import timedelta

LATEST = timedelta(days=365)  # a visit is planned, a list is written at most so long ahead
LEAST_VISITORS, MOST_VISITORS, PHOTOS_MOST = 2, 8, 12
WHERE_MOST, NOTE_MOST = 80, 200
REASON_MOST, LONG_MOST = 500, 1000
