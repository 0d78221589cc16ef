"""The WSGI application that the server runs."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voluncity.config.settings")
application = get_wsgi_application()
reverse("portal:desk")  # all views are loaded before the first person comes, not while they wait
# What is loaded by now stays for ever. Left out of the collector's rounds, which looked through
# all of it every few hundred requests, it no longer holds up the requests of that moment.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
