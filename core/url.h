/* Database URLs: taking apart and showing without the password. */
#ifndef MIG_URL_H
#define MIG_URL_H

#include <glib.h>

/* The kinds of database that a URL's scheme or a script's `dialect=` can name, with or without a
 * driver in this build; NULL-terminated. */
extern const char *const mig_database_kinds[];

typedef struct {
    char *scheme;   /* "sqlite", "postgresql"; lower case, driver suffix (+psycopg2) removed */
    char *raw;      /* as given, without the suffix; may hold a password: never shown */
    char *display;  /* for people: any password shown as ***; also inside ?password= and service files' dsn */
    char *path;     /* sqlite: absolute file path, or ":memory:"; else NULL */
    GHashTable *query; /* of char* to char*: decoded options behind `?`; sqlite only, else NULL */
    GPtrArray *secrets; /* of char*: its passwords, as written and decoded, longest first */
} MigUrl;

/* Parses text. relative_to: folder that relative SQLite paths start from (migrate.ini's folder).
 * A path is taken as it stands, without percent-decoding, up to a `?`; options behind that are
 * decoded. Error: MIG_E_URL, which never repeats a password. An unknown scheme gets a "did you
 * mean". A server URL that libpq would take apart in another way than its author (an unescaped
 * '@' or '/' in a password) is an error too: libpq would show half the password in its own. */
MigUrl *mig_url_parse(const char *text, const char *relative_to, GError **error);
void mig_url_free(MigUrl *url);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigUrl, mig_url_free)

/* Text (any message, such as the engine's) with every password of the url blotted out. New string. */
char *mig_url_redact(const MigUrl *url, const char *text);

/* The same for an error's message and what the engine said. */
void mig_url_redact_error(const MigUrl *url, GError *error);

#endif
