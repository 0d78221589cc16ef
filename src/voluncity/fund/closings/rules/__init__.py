"""Rules of closings: what a report asks, how is scored, what is left of the money."""

LEAST_VISITORS, MOST_VISITORS, PHOTOS_MOST = 2, 8, 12
WHERE_MOST, NOTE_MOST = 80, 200
REASON_MOST, LONG_MOST = 500, 1000
