"""What goes in and out of the API: the one error shape, checked input, pages of a list."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Generic, Protocol, TypeVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.text import LAST_NUMBER

PAGE_MOST = 50

T = TypeVar("T")


class Shape(Schema):
    """An answer, or a part of one."""


class Asked(Schema):
    """What a caller sends; a property that we do not know is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")


class Problem(Shape):
    """Why not: a stable code for the program and a sentence for the person."""

    code: str = Field(description="稳定的代码，供程序判断", examples=["signups.full"])
    sentence: str = Field(description="给人看的一句话", examples=["名额已满，您可以选择候补。"])
    field: str = Field("", description="有问题的输入项；没有时为空", examples=["phone"])


class ErrorAnswer(Shape):
    """The shape of every refusal."""

    error: Problem


def _storable(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("not_storable", "NUL")
    return text


def _whole(value: Any) -> Any:
    # JSON knows true and "1"; neither is a number here.
    if isinstance(value, bool | str | float):
        raise PydanticCustomError("int_type", "not a whole number")
    return value


def _written(code: str) -> BeforeValidator:
    """A bare number is no time: Pydantic would take it for seconds since 1970."""

    def check(value: Any) -> Any:
        if not isinstance(value, str | date | None):
            raise PydanticCustomError(code, "not text")
        return value

    return BeforeValidator(check)


Words = Annotated[str, AfterValidator(_storable)]
Id = Annotated[int, Field(gt=0, le=LAST_NUMBER)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=1_000_000)]
BodyId = Annotated[int, BeforeValidator(_whole), Field(gt=0, le=LAST_NUMBER)]
YesNo = Annotated[bool, Field(strict=True)]
Instant = Annotated[AwareDatetime, _written("datetime_type")]
Day = Annotated[date, _written("date_type")]
Degrees = Annotated[float, Field(strict=True)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Nonce = Annotated[
    str,
    Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$"),
]


class PageAsked(Asked):
    """Which part of a list."""

    page: int = Field(1, ge=1, le=100_000, description="第几页")
    size: int = Field(20, ge=1, le=PAGE_MOST, description="每页条数")


class Page(Shape, Generic[T]):
    """One part of a list."""

    items: list[T]
    page: int = Field(description="第几页，从 1 开始")
    pages: int = Field(description="共几页")
    total: int = Field(description="共几条")


class Rows(Protocol):
    """Rows that are already found, or that are made while they are read."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> Any: ...


def rows_of(rows: QuerySet[Any] | Rows, asked: PageAsked) -> tuple[list[Any], dict[str, int]]:
    """Return one page of rows with its place; a page beyond the end is empty."""
    paginator = Paginator[Any](rows, asked.size)  # type: ignore[arg-type]
    found = list(paginator.page(asked.page)) if asked.page <= paginator.num_pages else []
    place = {"page": asked.page, "pages": paginator.num_pages, "total": paginator.count}
    return found, place


def local(instant: Any) -> Any:
    """Return an instant in the city's time, so that a reader sees the clock on the wall."""
    return instant.astimezone(CITY_TZ) if instant is not None else None
