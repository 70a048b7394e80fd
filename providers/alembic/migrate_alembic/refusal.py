"""SQL for a revision that cannot be rendered: it fails with a message, wherever it is run."""

_MESSAGE = (
    "this revision could not be imported from Alembic: write its SQL, or stamp the database past it"
)

REFUSAL = {
    "sqlite": (
        "CREATE TEMP TABLE not_imported (refused);\n"
        "CREATE TEMP TRIGGER not_imported_refuses BEFORE INSERT ON not_imported BEGIN\n"
        f"    SELECT RAISE(ABORT, '{_MESSAGE}');\n"
        "END;\n"
        "INSERT INTO not_imported VALUES (1);"
    ),
    "postgresql": (
        "DO $refuse$\n"
        "BEGIN\n"
        f"    RAISE EXCEPTION '{_MESSAGE}';\n"
        "END\n"
        "$refuse$;"
    ),
}
