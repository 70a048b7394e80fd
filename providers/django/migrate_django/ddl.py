"""Models as statements, as Django's own migrations make the tables."""

from migrate_provider import ProviderError


def _compose_offline(editor):
    """Puts values into a statement without asking a server how to quote them."""

    def compose(sql, params):
        return sql % tuple(map(editor.quote_value, params))

    return compose


def _create(editor, model):
    try:
        editor.create_model(model)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ProviderError(f"Django cannot write the table of '{model._meta.label}': {what}") from error


def statements(connection, models):
    """What makes the tables: all tables first, then what refers to others."""
    # No transaction: there is nothing to roll back, and beginning one would connect.
    editor = connection.schema_editor(collect_sql=True, atomic=False)
    connection.ops.compose_sql = _compose_offline(editor)
    with editor:
        for model in models:
            _create(editor, model)
    return [statement.strip().rstrip(";") for statement in editor.collected_sql]
