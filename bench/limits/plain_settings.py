"""The city's settings with one address: the same middleware around a page with nothing in it."""

from voluncity.config.settings import *  # noqa: F403 -- everything but one setting

ROOT_URLCONF = "bench.limits.plain"
