"""Forms of reviews, scores and decisions."""

from voluncity.fund.review.forms.decisions import DecisionForm
from voluncity.fund.review.forms.reviews import AssignForm, EndForm, ReviewForm, WordsForm
from voluncity.fund.review.forms.scores import ScoreForm

__all__ = ["AssignForm", "DecisionForm", "EndForm", "ReviewForm", "ScoreForm", "WordsForm"]
