from voluncity.city.journal.models import Entry
def follow_publicity(entries: list[Entry]) -> None: pass
def tell_people(entries: list[Entry]) -> None: pass
