"""Operations of the API about wishes."""

from voluncity.care.wishes.api.own import router as own
from voluncity.care.wishes.api.wall import router as wall

__all__ = ["own", "wall"]
