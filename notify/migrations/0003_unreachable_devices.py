from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notify", "0002_notice_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="pushdevice",
            name="unreachable",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="pushdevice",
            name="unreachable_at",
            field=models.DateTimeField(null=True),
        ),
    ]
