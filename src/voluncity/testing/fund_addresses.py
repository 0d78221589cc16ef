"""Which object of the two halves stands at each address of governance and books."""

from __future__ import annotations

from django.utils.timezone import now

from voluncity.kernel.clock import local_date
from voluncity.testing.samples import Sample, pk_of
from voluncity.testing.world import Half


def _of_this_year(half: Half) -> dict[str, int]:
    return {"pk": half.ids["fund"], "year": local_date(now()).year}


FUND: dict[str, Sample] = {
    "governance:fund": pk_of("fund"),
    "governance:charter": pk_of("charter"),
    "governance:charter_paper": pk_of("charter"),
    "governance:paper": pk_of("fund_document"),
    "governance:desk_fund": pk_of("fund"),
    "governance:desk_change": pk_of("fund"),
    "governance:desk_end": pk_of("fund"),
    "governance:desk_purpose_add": pk_of("fund"),
    "governance:desk_purpose_end": pk_of("fund_purpose"),
    "governance:desk_document_add": pk_of("fund"),
    "governance:desk_document_withdraw": pk_of("fund_document"),
    "governance:desk_paper": pk_of("fund_document"),
    "governance:desk_charter_new": pk_of("fund"),
    "governance:desk_charter": pk_of("charter_draft"),
    "governance:desk_charter_change": pk_of("charter_draft"),
    "governance:desk_charter_adopt": pk_of("charter_draft"),
    "governance:desk_charter_discard": pk_of("charter_draft"),
    "governance:desk_charter_paper": pk_of("charter_draft"),
    "governance:desk_seat_new": pk_of("fund"),
    "governance:desk_seat_end": pk_of("seat"),
    "governance:desk_meeting_new": pk_of("fund"),
    "governance:desk_meeting": pk_of("fund_meeting"),
    "governance:desk_meeting_change": pk_of("fund_meeting"),
    "governance:desk_item_add": pk_of("fund_meeting"),
    "governance:desk_item_remove": pk_of("agenda_item"),
    "governance:desk_vote": pk_of("agenda_item"),
    "governance:desk_meeting_paper": pk_of("fund_meeting"),
    "governance:desk_hold": pk_of("fund_meeting"),
    "governance:desk_close": pk_of("fund_meeting"),
    "governance:desk_cancel": pk_of("fund_meeting"),
    "governance:desk_resolution": pk_of("resolution"),
    "governance:desk_repeal": pk_of("resolution"),
    "governance:desk_show": pk_of("resolution"),
    "books:desk_fund": pk_of("fund"),
    "books:desk_entries": pk_of("fund"),
    "books:desk_statement": pk_of("fund"),
    "books:export_csv": _of_this_year,
    "books:export_book": _of_this_year,
    "books:desk_posting_new": pk_of("fund"),
    "books:desk_posting": pk_of("fund_posting"),
    "books:desk_book": pk_of("fund_posting"),
    "books:desk_reject": pk_of("fund_posting"),
    # Only who wrote it takes it back, and that is somebody else here: tried in the slice's tests.
    "books:desk_withdraw": pk_of("fund_posting"),
    "books:desk_undo": pk_of("fund_posting"),
    "books:desk_proof": pk_of("fund_posting"),
    "books:desk_budget_new": pk_of("fund"),
    "books:desk_budget": pk_of("fund_budget"),
    "books:desk_budget_change": pk_of("fund_budget"),
    "books:desk_budget_approve": pk_of("fund_budget"),
    "books:desk_budget_discard": pk_of("fund_budget"),
}
