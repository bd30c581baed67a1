"""When somebody went through the first steps; who was here before them is not asked to."""

from typing import Any

from django.db import migrations, models

from hearthside import clock


def note_those_here(apps: Any, schema_editor: Any) -> None:
    """Everybody who has an account now knows the place already."""
    apps.get_model("accounts", "Person").objects.update(welcomed_at=clock.now())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_parting")]

    operations = [
        migrations.AddField("person", "welcomed_at", models.DateTimeField(null=True)),
        migrations.RunPython(note_those_here, migrations.RunPython.noop),
    ]
