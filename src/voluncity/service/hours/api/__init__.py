"""Operations of the API about service hours."""

from voluncity.service.hours.api.deciding import router as deciding
from voluncity.service.hours.api.own import router as own

__all__ = ["deciding", "own"]
