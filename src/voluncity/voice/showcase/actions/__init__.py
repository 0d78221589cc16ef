"""What is done with stories; their life is that of their articles (`news.actions`)."""

from voluncity.voice.showcase.actions.answering import agree_to_story, refuse_story
from voluncity.voice.showcase.actions.writing import add_photos, remove_photo, start_story

__all__ = ["add_photos", "agree_to_story", "refuse_story", "remove_photo", "start_story"]
