"""The slice as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """The money of a fund: purses, budget of the year, accounts, every fen in the ledger."""

    name = "voluncity.fund.books"
    label = "books"
    verbose_name = "基金账目"
