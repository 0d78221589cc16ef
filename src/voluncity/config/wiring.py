"""Who takes part in what: dotted paths of what slices offer to slices below them, as settings."""

from __future__ import annotations

# Data: declared here so that one list shows who listens to the journal (DESIGN.md §1).
VOLUNCITY_READERS: dict[str, str] = {
    # one line for each reader: "name": "voluncity.<wing>.<slice>.readers.<function>"
    "orgs.publicity": "voluncity.city.orgs.readers.follow_publicity",
    "inbox.orgs": "voluncity.city.orgs.readers.tell_people",
    "stations.publicity": "voluncity.city.stations.readers.follow_publicity",
    "inbox.stations": "voluncity.city.stations.readers.tell_people",
    "inbox.publicity": "voluncity.city.publicity.readers.tell_people",
    "people.checks": "voluncity.city.people.readers.start_checks",
    "inbox.people": "voluncity.city.people.readers.tell_people",
    "signups.people": "voluncity.service.signups.readers.tell_people",
    "patrols.people": "voluncity.service.patrols.readers.tell_people",
    "progress.people": "voluncity.service.progress.readers.tell_people",
    "progress.units": "voluncity.service.progress.readers.follow_units",
    "progress.projects": "voluncity.service.progress.readers.follow_projects",
    "archives.people": "voluncity.service.archives.readers.tell_people",
    "pledges.people": "voluncity.service.pledges.readers.tell_people",
    "difficulties.people": "voluncity.service.difficulties.readers.tell_people",
    "events.people": "voluncity.service.events.readers.tell_people",
    "events.closings": "voluncity.service.events.readers.follow_people",
    "hours.publicity": "voluncity.service.hours.readers.follow_publicity",
    "hours.people": "voluncity.service.hours.readers.tell_people",
    "inbox.integrity": "voluncity.service.integrity.readers.tell_people",
    "teaching.people": "voluncity.service.teaching.readers.tell_people",
    "honor.totals": "voluncity.honor.recognition.readers.count_minutes",
    "honor.stars": "voluncity.honor.recognition.readers.award_stars",
    "honor.certificates": "voluncity.honor.recognition.readers.correct_certificates",
    "certification.publicity": "voluncity.honor.certification.readers.follow_publicity",
    "certification.minutes": "voluncity.honor.certification.readers.follow_minutes",
    "inbox.certification": "voluncity.honor.certification.readers.tell_people",
    "leaderboards.scores": "voluncity.honor.leaderboards.readers.keep_scores",
    "leaderboards.figures": "voluncity.honor.leaderboards.readers.mark_figures",
    "leaderboards.publicity": "voluncity.honor.leaderboards.readers.follow_publicity",
    "leaderboards.closings": "voluncity.honor.leaderboards.readers.follow_closings",
    "inbox.leaderboards": "voluncity.honor.leaderboards.readers.tell_people",
    "ratings.publicity": "voluncity.honor.ratings.readers.follow_publicity",
    "inbox.ratings": "voluncity.honor.ratings.readers.tell_people",
    "awards.publicity": "voluncity.honor.awards.readers.follow_publicity",
    "awards.closings": "voluncity.honor.awards.readers.follow_closings",
    "inbox.awards": "voluncity.honor.awards.readers.tell_people",
    "inbox.honor": "voluncity.honor.recognition.readers.tell_people",
    "inbox.insurance": "voluncity.honor.insurance.readers.tell_people",
    "points.earnings": "voluncity.honor.points.readers.earn_points",
    "points.closings": "voluncity.honor.points.readers.follow_closings",
    "inbox.points": "voluncity.honor.points.readers.tell_people",
    "claims.minutes": "voluncity.city.claims.readers.follow_minutes",
    "inbox.claims": "voluncity.city.claims.readers.tell_people",
    "tokens.people": "voluncity.city.tokens.readers.end_keys",
    "hardship.people": "voluncity.care.hardship.readers.follow_closings",
    "party.people": "voluncity.care.party.readers.follow_people",
    "wishes.closings": "voluncity.care.wishes.readers.follow_closings",
    "inbox.wishes": "voluncity.care.wishes.readers.tell_people",
    "inbox.news": "voluncity.voice.news.readers.tell_people",
    "inbox.showcase": "voluncity.voice.showcase.readers.tell_people",
    "inbox.rewards": "voluncity.honor.rewards.readers.tell_people",
    "donations.closings": "voluncity.fund.donations.readers.follow_closings",
    "inbox.donations": "voluncity.fund.donations.readers.tell_people",
    "inbox.calls": "voluncity.fund.calls.readers.tell_people",
    "review.publicity": "voluncity.fund.review.readers.follow_publicity",
    "review.applications": "voluncity.fund.review.readers.follow_applications",
    "inbox.review": "voluncity.fund.review.readers.tell_people",
    "grants.decisions": "voluncity.fund.grants.readers.open_projects",
    "inbox.grants": "voluncity.fund.grants.readers.tell_people",
    "grants.turns": "voluncity.fund.grants.readers.follow_turns",
    "payouts.projects": "voluncity.fund.payouts.readers.follow_projects",
    "inbox.payouts": "voluncity.fund.payouts.readers.tell_people",
    "closings.fundings": "voluncity.fund.closings.readers.follow_fundings",
    "inbox.closings": "voluncity.fund.closings.readers.tell_people",
    "reports.schedule": "voluncity.fund.reports.readers.follow_projects",
    "inbox.reports": "voluncity.fund.reports.readers.tell_people",
    "comments.closings": "voluncity.voice.comments.readers.follow_closings",
    "inbox.comments": "voluncity.voice.comments.readers.tell_people",
    "inbox.classes": "voluncity.voice.classes.readers.tell_people",
}

# The lists of the desk whose filters are kept and which are exported (`registers.rules.Register`).
VOLUNCITY_REGISTERS = [
    "voluncity.city.orgs.registers.ORGANIZATIONS",
    "voluncity.city.people.registers.VOLUNTEERS",
    "voluncity.city.stations.registers.STATIONS",
    "voluncity.service.projects.registers.PROJECTS",
    "voluncity.service.patrols.registers.PROBLEMS",
    "voluncity.care.wishes.registers.WISHES",
    "voluncity.service.progress.registers.PROGRESS",
    "voluncity.service.teaching.registers.DUTIES",
    "voluncity.service.archives.registers.ARCHIVES",
    "voluncity.care.hardship.registers.CASES",
    "voluncity.care.hardship.registers.GIFTS",
    "voluncity.service.pledges.registers.PLEDGES",
    "voluncity.service.difficulties.registers.DIFFICULTIES",
    "voluncity.service.events.registers.APPLICATIONS",
    "voluncity.honor.insurance.registers.INSURED",
    "voluncity.voice.classes.registers.CLASSES",
    "voluncity.honor.rewards.registers.MERCHANTS",
    "voluncity.honor.rewards.registers.REDEMPTIONS",
    "voluncity.fund.donations.registers.GIFTS",
    "voluncity.fund.calls.registers.APPLICATIONS",
    "voluncity.fund.reports.registers.REPORTS",
    "voluncity.fund.payouts.registers.PAYMENTS",
    "voluncity.fund.closings.registers.CLOSINGS",
    "voluncity.fund.review.registers.DECISIONS",
    "voluncity.fund.grants.registers.FUNDINGS",
    "voluncity.honor.leaderboards.registers.PEOPLE",
    "voluncity.honor.leaderboards.registers.TEAMS",
]

# Filters and columns that slices add to lists of slices below them (`registers.rules.Facet`).
VOLUNCITY_FACETS = [
    "voluncity.honor.recognition.facets.STARS",
]

# What each slice keeps about one person, in the order of the copy that people take along.
VOLUNCITY_OWN_DATA: dict[str, str] = {
    "people": "voluncity.city.people.own_data.sections",
    "orgs": "voluncity.city.orgs.own_data.sections",
    "signups": "voluncity.service.signups.own_data.sections",
    "rosters": "voluncity.service.rosters.own_data.sections",
    "hours": "voluncity.service.hours.own_data.sections",
    "integrity": "voluncity.service.integrity.own_data.sections",
    "training": "voluncity.service.training.own_data.sections",
    "teaching": "voluncity.service.teaching.own_data.sections",
    "patrols": "voluncity.service.patrols.own_data.sections",
    "archives": "voluncity.service.archives.own_data.sections",
    "pledges": "voluncity.service.pledges.own_data.sections",
    "events": "voluncity.service.events.own_data.sections",
    "recognition": "voluncity.honor.recognition.own_data.sections",
    "insurance": "voluncity.honor.insurance.own_data.sections",
    "awards": "voluncity.honor.awards.own_data.sections",
    "rewards": "voluncity.honor.rewards.own_data.sections",
    "certification": "voluncity.honor.certification.own_data.sections",
    "points": "voluncity.honor.points.own_data.sections",
    "leaderboards": "voluncity.honor.leaderboards.own_data.sections",
    "party": "voluncity.care.party.own_data.sections",
    "wishes": "voluncity.care.wishes.own_data.sections",
    "donations": "voluncity.fund.donations.own_data.sections",
    "review": "voluncity.fund.review.own_data.sections",
    "showcase": "voluncity.voice.showcase.own_data.sections",
    "comments": "voluncity.voice.comments.own_data.sections",
    "classes": "voluncity.voice.classes.own_data.sections",
    "claims": "voluncity.city.claims.own_data.sections",
    "inbox": "voluncity.city.inbox.own_data.sections",
    "tokens": "voluncity.city.tokens.own_data.sections",
}

# What people may comment on: functions (pk) -> comments.rules.Commented or None, by kind.
VOLUNCITY_COMMENTED: dict[str, str] = {
    "topic": "voluncity.voice.comments.queries.commented_topic",
    "class": "voluncity.voice.classes.queries.commented",
    "article": "voluncity.voice.news.queries.commented",
    "story": "voluncity.voice.showcase.queries.commented",
}

# What must be settled before an account is closed, as each slice says it.
VOLUNCITY_HINDRANCES: dict[str, str] = {
    "people": "voluncity.city.people.own_data.hindrances",
    "orgs": "voluncity.city.orgs.own_data.hindrances",
    "claims": "voluncity.city.claims.own_data.hindrances",
    "hours": "voluncity.service.hours.own_data.hindrances",
    "pledges": "voluncity.service.pledges.own_data.hindrances",
    "events": "voluncity.service.events.own_data.hindrances",
    "insurance": "voluncity.honor.insurance.own_data.hindrances",
    "rewards": "voluncity.honor.rewards.own_data.hindrances",
}

# What `check-books` proves: functions that name, in at most `limit` sentences, what is wrong.
VOLUNCITY_CHECKS = [
    "voluncity.city.orgs.queries.tree_faults",
    "voluncity.city.journal.queries.chain_faults",
    "voluncity.city.ledger.queries.book_faults",
    "voluncity.service.signups.queries.faults",
    "voluncity.service.hours.queries.faults",
    "voluncity.service.pledges.queries.faults",
    "voluncity.service.teaching.queries.faults",
    "voluncity.honor.recognition.queries.faults",
    "voluncity.honor.awards.queries.faults",
    "voluncity.honor.rewards.queries.faults",
    "voluncity.honor.certification.queries.faults",
    "voluncity.honor.points.queries.faults",
    "voluncity.honor.leaderboards.queries.faults",
    "voluncity.care.wishes.queries.faults",
    "voluncity.fund.governance.queries.faults",
    "voluncity.fund.books.queries.faults",
    "voluncity.fund.donations.queries.faults",
    "voluncity.fund.calls.queries.faults",
    "voluncity.fund.review.queries.faults",
    "voluncity.fund.reports.queries.faults",
    "voluncity.fund.grants.queries.faults",
    "voluncity.fund.payouts.queries.faults",
    "voluncity.fund.closings.queries.faults",
    "voluncity.city.claims.queries.faults",
]

# What each slice does when two records of one person are merged (`kernel.merging.MergePart`).
VOLUNCITY_MERGING = [
    "voluncity.city.orgs.actions.merging.PART",
    "voluncity.service.signups.actions.merging.PART",
    "voluncity.service.hours.actions.merging.PART",
    "voluncity.service.events.actions.merging.PART",
    "voluncity.honor.recognition.queries.merged.MERGING",
    "voluncity.honor.awards.merging.PART",
    "voluncity.honor.certification.merging.PART",
    "voluncity.honor.points.merging.PART",
    "voluncity.city.privacy.actions.merging.PART",
    "voluncity.care.party.actions.merging.PART",
    "voluncity.care.hardship.merging.PART",
    "voluncity.care.wishes.merging.PART",
    "voluncity.voice.showcase.merging.PART",
]

# What an organization must finish before it ends: functions that name it for one organization.
VOLUNCITY_OPEN_WORK = [
    "voluncity.service.projects.queries.open_work",
    "voluncity.service.hours.queries.open_work",
    "voluncity.service.patrols.queries.open_work",
    "voluncity.care.wishes.queries.open_work",
    "voluncity.service.teaching.queries.open_work",
    "voluncity.service.pledges.queries.open_work",
    "voluncity.service.difficulties.queries.open_work",
    "voluncity.service.events.queries.public.open_work",
    "voluncity.honor.rewards.queries.open_work",
    "voluncity.fund.calls.queries.open_work",
    "voluncity.fund.grants.queries.open_work",
    "voluncity.fund.payouts.queries.open_work",
]

# Where an application stands after it was taken, as slices above say it to the applicant:
# functions `(application, at) -> list[calls.rules.stages.Stage]`.
VOLUNCITY_APPLICATION_STAGES = ["voluncity.fund.review.queries.stages.stages"]

# What stands against sending an application back for more: functions `(application, by) -> str`,
# a sentence or nothing.
VOLUNCITY_APPLICATION_GUARDS = ["voluncity.fund.review.queries.stages.against_sending_back"]

# What slices above show on the page of a funded project: functions
# `(funding, side, user, at) -> list[grants.rules.sections.Section]`, side "desk" or "own".
VOLUNCITY_FUNDING_SECTIONS: list[str] = [
    "voluncity.fund.reports.queries.section",
    "voluncity.fund.payouts.sections.sections",
    "voluncity.fund.closings.queries.section",
]

# What waits in funded projects that run, and for whom: functions
# `(ids) -> [(id of the project, grants.rules.turns.Turn), …]`.
VOLUNCITY_FUNDING_TURNS: list[str] = [
    "voluncity.fund.reports.queries.turns",
    "voluncity.fund.payouts.queries.turns",
]

# Below what a change may not cut a line of its budget: functions (funding) -> {line id: fen}.
VOLUNCITY_FUNDING_FLOORS: list[str] = [
    "voluncity.fund.reports.queries.claimed",
]

# What must be finished before a special fund ends: functions `(fund, *, at)` that say it.
VOLUNCITY_FUND_WORK = [
    "voluncity.fund.books.queries.work_of_fund",
    "voluncity.fund.donations.queries.work_of_fund",
    "voluncity.fund.calls.queries.work_of_fund",
    "voluncity.fund.grants.queries.work_of_fund",
    "voluncity.fund.payouts.queries.work_of_fund",
]

# What articles tell of a fund's projects: functions `(names of each, *, year) -> Articles`.
VOLUNCITY_FUND_ARTICLES = [
    "voluncity.voice.news.queries.told_of",
]

# What keeps an activity from being open: functions of slices above that say it in sentences.
VOLUNCITY_OPENING = [
    "voluncity.honor.insurance.queries.hindrances_to_open",
]

# What follows in slices above when an organization is dissolved, in the same transaction.
VOLUNCITY_DISSOLVED = [
    "voluncity.city.stations.actions.close_stations_of",
    "voluncity.honor.rewards.actions.end_of_organization",
    "voluncity.fund.calls.actions.end_of_organization",
]

# What stands against showing an article of a section, by that section's own rule: functions
# `(article, *, words) -> str`, a sentence or nothing.
VOLUNCITY_ARTICLE_GUARDS: dict[str, str] = {
    "showcase": "voluncity.voice.showcase.queries.hindrance",
}
