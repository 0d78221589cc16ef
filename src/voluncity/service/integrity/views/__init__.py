"""Pages about the integrity of hours: the board, the accused's own, absences, the public's."""
