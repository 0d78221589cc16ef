"""What is unusual and why it may be harmless; who may decide; how a sample is drawn."""

from voluncity.service.integrity.rules.catalog import CATALOG, PATTERN_RULES, Notice, words_of
from voluncity.service.integrity.rules.finding import Found, facts_of, key_of
from voluncity.service.integrity.rules.sampling import digest_of, drawn

__all__ = [
    "CATALOG",
    "PATTERN_RULES",
    "Found",
    "Notice",
    "digest_of",
    "drawn",
    "facts_of",
    "key_of",
    "words_of",
]
