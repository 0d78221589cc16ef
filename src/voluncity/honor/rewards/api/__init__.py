"""Operations of the API about rewards."""

from voluncity.honor.rewards.api.counter import router as counter
from voluncity.honor.rewards.api.taking import router as taking

__all__ = ["counter", "taking"]
