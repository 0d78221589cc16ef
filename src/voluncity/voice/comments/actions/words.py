"""Keep the list of words."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.kernel.text import clean
from voluncity.voice.comments.models import Word
from voluncity.voice.comments.rules.wording import plain
from voluncity.voice.comments.states import WordKind

_WORDS = Path(__file__).parent.parent / "data" / "words.json"
MOST = 30


@transaction.atomic
def load_words() -> None:
    """Add the words of the data file that the list never had; harmless to repeat."""
    rows: dict[str, list[str]] = json.loads(_WORDS.read_text(encoding="utf-8"))
    known = set(Word.objects.values_list("plain", flat=True))
    Word.objects.bulk_create(
        Word(text=text, plain=plain(text), kind=kind)
        for kind, texts in rows.items()
        for text in texts
        if plain(text) not in known
    )


@transaction.atomic
def add_word(*, text: str, kind: str, by: User, at: datetime) -> Word:
    """Add a word to the list.

    :raises BadInput: when it says nothing, is too long, or its kind is none.
    :raises WrongState: when the list has it already.
    """
    words = clean(text, max_length=MOST, field="text", label="词语")
    compared = plain(words)
    if len(compared) < 2:  # noqa: PLR2004 -- one character would be found everywhere
        raise BadInput("词语至少两个字或字母，请修改。", field="text")
    if kind not in WordKind.values:
        raise BadInput("请选择处理方式。", field="kind")
    try:
        with transaction.atomic():
            made = Word.objects.create(
                text=words, plain=compared, kind=kind, added_by=by, added_at=at
            )
    except IntegrityError:
        raise WrongState("词库里已经有这个词，请查找后再改。", code="comments.word_twice") from None
    record("comments.add_word", made, by=by, at=at)
    return made


@transaction.atomic
def end_word(*, word_id: int, by: User, at: datetime) -> Word:
    """Look for a word no more.

    :raises NotFound: when there is none.
    :raises WrongState: when it was ended before.
    """
    found = Word.objects.filter(pk=word_id).first()
    if found is None:
        raise NotFound("没有找到这个词，请刷新页面。")
    if not Word.objects.filter(pk=word_id, ended_at=None).update(ended_at=at):
        raise WrongState("这个词已经停用，请刷新页面。", code="comments.word_ended")
    record("comments.end_word", found, by=by, at=at)
    return found
