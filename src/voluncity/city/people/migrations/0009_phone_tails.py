"""Write the index of the last four digits of every phone that is kept already."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from voluncity.city.access import personal

AT_ONCE = 2_000


def write_tails(apps: Any, _editor: Any) -> None:
    """Unseal each phone once, in the order of the ids."""
    volunteers = apps.get_model("people", "Volunteer").objects
    missing = volunteers.filter(phone_tail_index="").exclude(phone_cipher="").order_by("pk")
    last = 0
    while people := list(missing.filter(pk__gt=last).only("number", "phone_cipher")[:AT_ONCE]):
        for one in people:
            phone = personal.unseal(one.phone_cipher, bound_to=f"volunteer:{one.number}")
            one.phone_tail_index = personal.tail_index(phone)
        volunteers.bulk_update(people, ["phone_tail_index"])
        last = people[-1].pk


class Migration(migrations.Migration):
    dependencies = [("people", "0008_lists_and_answers")]
    operations = [migrations.RunPython(write_tails, migrations.RunPython.noop)]
