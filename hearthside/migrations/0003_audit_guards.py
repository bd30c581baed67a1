"""The triggers that let the audit trail only grow."""

from django.db import migrations

from hearthside.audit_guards import install_guards, remove_guards


class Migration(migrations.Migration):

    dependencies = [
        ('hearthside', '0002_audit'),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: install_guards(schema_editor.connection),
            lambda apps, schema_editor: remove_guards(schema_editor.connection),
        ),
    ]
