"""What every page needs to know: elder mode, the city's name and phone, demo mode."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

ELDER_COOKIE = "elder"
ELDER_SIZES = {"1": "elder", "2": "elder elder--max"}


def ui(request: HttpRequest) -> dict[str, Any]:
    """Return the settings of the face; reads no database, so that error pages can use it."""
    size = request.COOKIES.get(ELDER_COOKIE, "")
    return {
        "elder": size in ELDER_SIZES,
        "elder_largest": size == "2",
        "elder_class": ELDER_SIZES.get(size, ""),
        "city_name": settings.VOLUNCITY_CITY_NAME,
        "hotline": settings.VOLUNCITY_HOTLINE,
        "demo": settings.VOLUNCITY_DEMO,
    }
