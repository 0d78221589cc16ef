"""One settings file; everything that differs between places comes from the environment."""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF

from voluncity.config import environment as env
from voluncity.config.wiring import (  # noqa: F401 -- settings, too
    VOLUNCITY_APPLICATION_GUARDS,
    VOLUNCITY_APPLICATION_STAGES,
    VOLUNCITY_ARTICLE_GUARDS,
    VOLUNCITY_CHECKS,
    VOLUNCITY_COMMENTED,
    VOLUNCITY_DISSOLVED,
    VOLUNCITY_FACETS,
    VOLUNCITY_FUND_ARTICLES,
    VOLUNCITY_FUND_WORK,
    VOLUNCITY_FUNDING_FLOORS,
    VOLUNCITY_FUNDING_SECTIONS,
    VOLUNCITY_FUNDING_TURNS,
    VOLUNCITY_HINDRANCES,
    VOLUNCITY_MERGING,
    VOLUNCITY_OPEN_WORK,
    VOLUNCITY_OPENING,
    VOLUNCITY_OWN_DATA,
    VOLUNCITY_READERS,
    VOLUNCITY_REGISTERS,
)

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

# "wechat": gifts are paid here into the foundation's own merchant account; "fake": played.
VOLUNCITY_PAY = env.text("VOLUNCITY_PAY", "fake" if VOLUNCITY_DEMO else "none")
VOLUNCITY_PAY_MERCHANT = {
    "appid": env.text("VOLUNCITY_PAY_APPID"),
    "mchid": env.text("VOLUNCITY_PAY_MCHID"),
    "serial": env.text("VOLUNCITY_PAY_SERIAL"),  # of the merchant's certificate
    "private_key": env.text("VOLUNCITY_PAY_PRIVATE_KEY"),  # a file
    "api_key": env.text("VOLUNCITY_PAY_API_KEY"),  # 32 characters
    # serial=file, by commas: the service's public key (PUB_KEY_ID_…), its certificates
    "keys": env.text("VOLUNCITY_PAY_KEYS"),
}

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
    "voluncity.fund.governance",
    "voluncity.fund.books",
    "voluncity.fund.donations",
    "voluncity.fund.calls",
    "voluncity.fund.review",
    "voluncity.fund.grants",
    "voluncity.fund.reports",
    "voluncity.fund.payouts",
    "voluncity.fund.closings",
    "voluncity.fund.showing",
    "voluncity.voice.comments",
    "voluncity.voice.news",
    "voluncity.voice.showcase",
    "voluncity.voice.classes",
    "voluncity.doors.help",
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
    "voluncity.fund.calls.tasks.keep_terms": 60 * 60,
    "voluncity.fund.review.tasks.keep_terms": 60 * 60,
    "voluncity.fund.grants.tasks.keep_terms": 60 * 60,
    "voluncity.fund.payouts.tasks.remind": 60 * 60,
    "voluncity.fund.reports.tasks.keep_terms": 60 * 60,
    "voluncity.fund.closings.tasks.go_on": 60,
    "voluncity.fund.closings.tasks.keep_terms": 60 * 60,
    "voluncity.fund.donations.tasks.follow_payments": 60,
    "voluncity.fund.donations.tasks.keep_terms": 60 * 60,
    "voluncity.fund.donations.tasks.reconcile": 60 * 60,
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
