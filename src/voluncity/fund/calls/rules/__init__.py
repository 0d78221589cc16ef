"""What is asked, how answers are read, who may apply, and when."""

from voluncity.fund.calls.spec import Mark, Question, Section

__all__ = ["Mark", "Question", "Section"]
