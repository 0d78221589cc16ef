"""Which stories of the two halves stand at each address."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

SHOWCASE: dict[str, Sample] = {
    "showcase:story": pk_of("story_public"),
    "showcase:answer": pk_of("story_mine"),
    "showcase:desk_story": pk_of("story_draft"),
    "showcase:desk_photos": pk_of("story_draft"),
    "showcase:desk_remove": lambda half: {
        "pk": half.ids["story_draft"], "photo_pk": half.ids["story_photo"],
    },
}  # fmt: skip
