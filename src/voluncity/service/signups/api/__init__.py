"""Operations of the API about sign-ups and the door."""

from voluncity.service.signups.api.own import router as own
from voluncity.service.signups.api.roster import router as roster

__all__ = ["own", "roster"]
