"""Settings of the site. With DATABASE set it works on that PostgreSQL database."""

import os
from pathlib import Path

SECRET_KEY = "only for this example"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "blog"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if "DATABASE" in os.environ:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["DATABASE"],
            "HOST": os.environ.get("PGHOST", ""),
            "USER": os.environ.get("PGUSER", ""),
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(__file__).resolve().parent.parent / "blog.db",
        }
    }
