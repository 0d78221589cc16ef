"""Which object of the two halves stands at each address of the selections."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

AWARDS: dict[str, Sample] = {
    "awards:check": lambda half: {"serial": half.ids["award_serial"]},
    "awards:show": pk_of("past_selection"),
    "awards:vote": pk_of("past_category"),
    "awards:nominee": pk_of("nominee"),
    "awards:photo": pk_of("nominee"),
    "awards:own": pk_of("nominee"),
    "awards:own_write": pk_of("own_award_draft"),
    "awards:paper": pk_of("nominee"),
    "awards:own_step": pk_of("nominee", verb="hide"),
    "awards:self_new": pk_of("award_category"),
    "awards:desk_detail": pk_of("selection"),
    "awards:desk_change": pk_of("draft_selection"),
    "awards:desk_days": pk_of("selection"),
    "awards:desk_judges": pk_of("selection"),
    "awards:desk_votes": pk_of("selection"),
    "awards:desk_ask": pk_of("selection"),
    "awards:desk_results": pk_of("past_selection"),
    "awards:desk_step": pk_of("selection", verb="cancel"),
    "awards:desk_remove_judge": pk_of("award_judge"),
    "awards:desk_decide_ballots": pk_of("set_aside", verb="deny"),
    "awards:desk_office_points": pk_of("nominee"),
    "awards:desk_award": pk_of("award"),
    "awards:desk_paper": pk_of("award"),
    "awards:desk_nominate": pk_of("award_category"),
    "awards:desk_pick": pk_of("award_category"),
    "awards:desk_nomination": pk_of("award_nomination"),
    "awards:desk_write": pk_of("award_draft"),
    "awards:desk_file": lambda half: {
        "pk": half.ids["award_nomination"], "paper_pk": half.ids["award_paper"],
    },
    "awards:desk_nomination_step": pk_of("award_draft", verb="submit"),
    "awards:desk_review": pk_of("award_review"),
    "awards:desk_recuse": pk_of("award_review"),
    "awards:desk_review_file": lambda half: {
        "pk": half.ids["award_review"], "paper_pk": half.ids["award_paper"],
    },
}  # fmt: skip
