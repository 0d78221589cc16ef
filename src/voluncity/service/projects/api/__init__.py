"""Operations of the API about projects and activities."""

from voluncity.service.projects.api.finding import router as finding
from voluncity.service.projects.api.organizing import router as organizing

__all__ = ["finding", "organizing"]
