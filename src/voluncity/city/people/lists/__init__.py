"""Lists of volunteers that come in by file: read, checked row by row, and sealed.

Nothing here asks the database or the clock, so that several processes can do it at once.
"""
