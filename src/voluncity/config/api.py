"""The versioned API: every slice's router under one root."""

from __future__ import annotations

from ninja import NinjaAPI

api = NinjaAPI(title="志愿之城 Voluncity", version="1", urls_namespace="api", docs_url=None)
