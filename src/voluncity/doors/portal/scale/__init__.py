"""The reference city: as many people and hours as the city of a factor has, made in minutes.

The small demo city lives through its months by the very actions that people use. Three million
records do not: here rows are generated, loaded in bulk, and proven by `voluncity check-books`.
"""
