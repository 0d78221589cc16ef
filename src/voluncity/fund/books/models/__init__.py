"""Movements of a fund's money, what is written by hand, and budgets."""

from voluncity.fund.books.models.budgets import Budget, BudgetLine
from voluncity.fund.books.models.entries import Entry
from voluncity.fund.books.models.postings import Posting

__all__ = ["Budget", "BudgetLine", "Entry", "Posting"]
