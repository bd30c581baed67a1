from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_resources"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendartoken",
            name="standing",
            # An address from before opens nothing: nobody can know by which password it was made.
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
    ]
