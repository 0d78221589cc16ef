"""One settings file; everything that differs between places comes from the environment."""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF

from voluncity.config import environment as env

ROOT = env.ROOT
VAR = ROOT / "var"

# -- The city ---------------------------------------------------------------------------------
VOLUNCITY_DEMO = env.flag("VOLUNCITY_DEMO")
VOLUNCITY_CITY_NAME = env.text("VOLUNCITY_CITY_NAME", "太原")
VOLUNCITY_CITY_CODE = env.text("VOLUNCITY_CITY_CODE", "140100000000")
VOLUNCITY_HOTLINE = env.text("VOLUNCITY_HOTLINE", "0351-0000000")
VOLUNCITY_PUBLIC_URL = env.text("VOLUNCITY_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
# "fake" shows codes on the screen and is allowed in demo mode only.
VOLUNCITY_SMS = env.text("VOLUNCITY_SMS", "fake" if VOLUNCITY_DEMO else "none")
# "manual": staff decide; "fake": a demo authority answers at once.
VOLUNCITY_IDENTITY = env.text("VOLUNCITY_IDENTITY", "fake" if VOLUNCITY_DEMO else "manual")

# -- Secrets ----------------------------------------------------------------------------------
SECRET_KEY = env.secret_key(demo=VOLUNCITY_DEMO)
VOLUNCITY_DATA_KEYS = env.data_keys(demo=VOLUNCITY_DEMO, secret=SECRET_KEY)
VOLUNCITY_INDEX_KEY = env.index_key(demo=VOLUNCITY_DEMO, secret=SECRET_KEY)
# Signs certificates; none: a key is made in the database, sealed (recognition/actions/keys.py).
VOLUNCITY_SIGNING_KEY = env.signing_key()

DEBUG = env.flag("VOLUNCITY_DEBUG")
ALLOWED_HOSTS = env.words("VOLUNCITY_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("VOLUNCITY_TRUSTED_ORIGINS")
HTTPS = env.flag("VOLUNCITY_HTTPS", default=not VOLUNCITY_DEMO)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "django_tasks_db",
    "csp",
    "ninja",
    "lucide",
    "voluncity.web",
    "voluncity.city.jobs",
    "voluncity.city.journal",
    "voluncity.city.ledger",
    "voluncity.city.access",
    "voluncity.city.policy",
    "voluncity.city.regions",
    "voluncity.city.files",
    "voluncity.city.publicity",
    "voluncity.city.inbox",
    "voluncity.city.catalog",
    "voluncity.city.registers",
    "voluncity.city.people",
    "voluncity.city.orgs",
    "voluncity.city.stations",
    "voluncity.city.claims",
    "voluncity.city.privacy",
    "voluncity.city.tokens",
    "voluncity.service.training",
    "voluncity.service.projects",
    "voluncity.service.signups",
    "voluncity.service.hours",
    "voluncity.service.rosters",
    "voluncity.service.offline",
    "voluncity.service.integrity",
    "voluncity.service.patrols",
    "voluncity.service.archives",
    "voluncity.service.events",
    "voluncity.service.pledges",
    "voluncity.service.difficulties",
    "voluncity.service.welfare_days",
    "voluncity.service.progress",
    "voluncity.service.teaching",
    "voluncity.honor.recognition",
    "voluncity.honor.ratings",
    "voluncity.honor.leaderboards",
    "voluncity.honor.certification",
    "voluncity.honor.awards",
    "voluncity.honor.insurance",
    "voluncity.honor.points",
    "voluncity.honor.rewards",
    "voluncity.care.party",
    "voluncity.care.hardship",
    "voluncity.care.wishes",
    "voluncity.voice.comments",
    "voluncity.voice.news",
    "voluncity.voice.showcase",
    "voluncity.voice.classes",
    "voluncity.doors.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After WhiteNoise, whose files are compressed already. Tokens are masked anew in each answer
    # and answers get random padding, so their length tells nothing (BREACH).
    "voluncity.web.middleware.SparingGZipMiddleware",
    "voluncity.web.middleware.ContentPolicyMiddleware",
    "voluncity.web.middleware.HolderMiddleware",  # before sessions: it looks at their cookie
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "voluncity.city.people.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "voluncity.web.middleware.RefusalMiddleware",
    "voluncity.city.access.middleware.MarkedViewsMiddleware",
]

ROOT_URLCONF = "voluncity.config.urls"
WSGI_APPLICATION = "voluncity.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "voluncity.web.context_processors.ui",
                "voluncity.city.access.context.rail",
            ],
            "builtins": ["voluncity.web.templatetags.ui"],
        },
    }
]

# -- Storage ----------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", f"sqlite://{VAR / 'db.sqlite3'}")
DATABASES = {"default": env.database(DATABASE_URL)}
VOLUNCITY_FILES = env.text("VOLUNCITY_FILES", str(VAR / "files"))
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "voluncity"}
}

# -- People who sign in -----------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "voluncity.web.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "voluncity.web.passwords.SeveralKinds"},
]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "portal:home"
SESSION_ENGINE = "voluncity.city.people.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# -- The web ----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS and env.flag("VOLUNCITY_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
CSRF_FAILURE_VIEW = "voluncity.web.errors.csrf_failure"
STATIC_URL = "static/"
STATIC_ROOT = env.text("VOLUNCITY_STATIC", str(VAR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not (DEBUG or env.flag("VOLUNCITY_PLAIN_STATIC"))
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or env.flag("VOLUNCITY_PLAIN_STATIC")
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "gz", "br", "woff2", "map"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["voluncity.config.formats"]

# -- Jobs -------------------------------------------------------------------------------------
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if env.flag("VOLUNCITY_IMMEDIATE_JOBS")
        else "django_tasks_db.DatabaseBackend",
        "ENQUEUE_ON_COMMIT": True,
        "QUEUES": ["default", "long"],  # `city.jobs.rules`: long jobs have a thread of their own
    }
}

# What the worker does again and again: the callable, and how many seconds lie between.
VOLUNCITY_RECURRING = {
    "voluncity.city.journal.tasks.keep_up": 2,
    "voluncity.city.inbox.tasks.deliver_texts": 2,
    "voluncity.city.inbox.tasks.forget_texts": 24 * 60 * 60,
    "voluncity.city.people.tasks.forget_tries": 24 * 60 * 60,
    "voluncity.city.people.tasks.go_on_with_imports": 60,
    "voluncity.city.people.tasks.forget_lists": 60 * 60,
    "voluncity.city.publicity.tasks.finish_due": 5 * 60,
    "voluncity.city.files.tasks.sweep_orphans": 24 * 60 * 60,
    "voluncity.service.signups.tasks.fill_places": 30,
    "voluncity.service.rosters.tasks.go_on": 60,
    "voluncity.service.rosters.tasks.generate_due": 24 * 60 * 60,
    "voluncity.service.signups.tasks.remind_check_out": 60,
    "voluncity.service.signups.tasks.flag_shared_devices": 5 * 60,
    "voluncity.service.hours.tasks.compute_due": 5 if VOLUNCITY_DEMO else 60,
    "voluncity.service.hours.tasks.compute_all": 24 * 60 * 60,
    "voluncity.service.patrols.tasks.keep_terms": 60 * 60,
    "voluncity.care.wishes.tasks.keep_terms": 60 * 60,
    "voluncity.voice.news.tasks.keep_terms": 20,
    "voluncity.service.progress.tasks.count": 60 if VOLUNCITY_DEMO else 60 * 60,
    "voluncity.service.progress.tasks.remind": 24 * 60 * 60,
    "voluncity.service.pledges.tasks.keep_terms": 60 * 60,
    "voluncity.service.difficulties.tasks.keep_terms": 60 * 60,
    "voluncity.service.archives.tasks.go_on": 60,
    "voluncity.service.welfare_days.tasks.propose_days": 24 * 60 * 60,
    "voluncity.service.archives.tasks.sweep_packages": 60 * 60,
    "voluncity.service.events.tasks.keep_terms": 10 * 60,
    "voluncity.service.events.tasks.tidy_up": 24 * 60 * 60,
    "voluncity.service.integrity.tasks.look": 24 * 60 * 60,
    "voluncity.service.integrity.tasks.draw_samples": 6 * 60 * 60,
    "voluncity.service.integrity.tasks.settle_cases": 60 * 60,
    "voluncity.service.integrity.tasks.raise_absences": 60 * 60,
    "voluncity.service.integrity.tasks.count_figures": 60 if VOLUNCITY_DEMO else 60 * 60,
    "voluncity.service.teaching.tasks.settle_due": 60 if VOLUNCITY_DEMO else 10 * 60,
    "voluncity.service.teaching.tasks.remind_expiring": 24 * 60 * 60,
    "voluncity.city.jobs.tasks.forget_old_jobs": 24 * 60 * 60,
    "voluncity.doors.portal.tasks.keep_figures": 5 if VOLUNCITY_DEMO else 5 * 60,
    "voluncity.honor.ratings.tasks.go_on_with_batches": 60,
    "voluncity.honor.awards.tasks.keep_calendar": 60 if VOLUNCITY_DEMO else 10 * 60,
    "voluncity.honor.certification.tasks.go_on": 60,
    "voluncity.honor.certification.tasks.keep_up": 60 * 60,
    "voluncity.honor.points.tasks.deliver_gifts": 60,
    "voluncity.honor.points.tasks.expire": 6 * 60 * 60,
    "voluncity.honor.leaderboards.tasks.go_on_building": 60,
    "voluncity.honor.leaderboards.tasks.count_figures": 60 if VOLUNCITY_DEMO else 10 * 60,
    "voluncity.honor.recognition.tasks.go_on": 60,
    "voluncity.honor.insurance.tasks.freeze_rosters": 60,
    "voluncity.honor.insurance.tasks.remind_ending": 24 * 60 * 60,
    "voluncity.honor.recognition.tasks.sweep_prints": 60 * 60,
    "voluncity.doors.portal.tasks.keep_line_figures": 60 if VOLUNCITY_DEMO else 60 * 60,
    "voluncity.city.access.tasks.forget_sessions": 24 * 60 * 60,
    "voluncity.city.tokens.tasks.forget_answers": 60 * 60,
    "voluncity.city.privacy.tasks.close_due": 60 * 60,
    "voluncity.city.claims.tasks.forget_evidence": 24 * 60 * 60,
    "voluncity.city.claims.tasks.find_suspects": 24 * 60 * 60,
    "voluncity.city.registers.tasks.sweep_exports": 60 * 60,
    "voluncity.care.party.tasks.keep_service": 60 if VOLUNCITY_DEMO else 10 * 60,
    "voluncity.honor.rewards.tasks.keep_terms": 60 * 60,
    "voluncity.honor.rewards.tasks.draw_sheets": 24 * 60 * 60,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("VOLUNCITY_LOG_LEVEL", "WARNING")},
    # A refusal is an answer, no mistake: thousands of "full" in a minute fill no log.
    "loggers": {"django.request": {"level": "ERROR"}},
}

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
]

# What keeps an activity from being open: functions of slices above that say it in sentences.
VOLUNCITY_OPENING = [
    "voluncity.honor.insurance.queries.hindrances_to_open",
]

# What follows in slices above when an organization is dissolved, in the same transaction.
VOLUNCITY_DISSOLVED = [
    "voluncity.city.stations.actions.close_stations_of",
    "voluncity.honor.rewards.actions.end_of_organization",
]

# What stands against showing an article of a section, by that section's own rule: functions
# `(article, *, words) -> str`, a sentence or nothing.
VOLUNCITY_ARTICLE_GUARDS: dict[str, str] = {
    "showcase": "voluncity.voice.showcase.queries.hindrance",
}
