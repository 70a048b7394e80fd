"""The models of the blog."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now


class Tag(models.Model):
    name = models.SlugField(unique=True)


class Post(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    title = models.CharField(max_length=255)
    content = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    likes = models.PositiveIntegerField(db_default=0)
    created_at = models.DateTimeField(db_default=Now())
    tags = models.ManyToManyField(Tag)

    class Meta:
        db_table_comment = "What was written, and by whom"
        indexes = [
            models.Index(fields=["author", "-created_at"], name="post_by_author"),
            models.Index(Lower("title"), name="post_by_title"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "title"],
                condition=models.Q(state="published"),
                name="one_title_an_author",
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="title_is_not_empty"),
        ]
