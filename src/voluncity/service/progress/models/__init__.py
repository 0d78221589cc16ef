"""What is kept of a project beside its plan: aims, stages, progress, summary, articles."""

from voluncity.service.progress.models.articles import Article, ArticlePhoto, ArticleVersion
from voluncity.service.progress.models.cooperation import Cooperation, JointActivity
from voluncity.service.progress.models.kept import Progress
from voluncity.service.progress.models.plans import Aim, PlanCall, Stage, YearPlan
from voluncity.service.progress.models.summaries import (
    Summary,
    SummaryFile,
    SummaryMove,
    SummaryPhoto,
)

__all__ = [
    "Aim",
    "Article",
    "ArticlePhoto",
    "ArticleVersion",
    "Cooperation",
    "JointActivity",
    "PlanCall",
    "Progress",
    "Stage",
    "Summary",
    "SummaryFile",
    "SummaryMove",
    "SummaryPhoto",
    "YearPlan",
]
