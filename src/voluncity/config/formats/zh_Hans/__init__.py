"""Simplified Chinese. The folder's name is Django's."""
