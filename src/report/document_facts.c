#include "report/document.h"

/* Rows that are grouped in a moment; real images have some thousands. */
#define UNGROUPED 50000

/* A section that shows the rows of one observable. */
struct facts {
    const char *id, *title;
    const char *about;      /* what the rows are, and how to read them */
    const char *observable; /* the table; absent when this build has no check for it */
    const char *check;      /* its name in the table coverage */
    const char *none;       /* when there are no rows */
    struct document_table table;
    /* How its rows are shown and counted when they are too many to be grouped. */
    const char *ungrouped, *ungrouped_count;
};

#define COLUMNS(array) \
    .columns = (array), .column_count = COUNT_OF(array), .limit = DOCUMENT_ROWS

static const struct document_column account_columns[] = {
    {"Account", STYLE_CODE}, {"Password", STYLE_CODE}, {"Kind of hash", STYLE_WORDS},
    {"Store", STYLE_WORDS},  {"In force", STYLE_FLAG}, {"Can log in", STYLE_BAD_FLAG},
    {"Shell", STYLE_CODE},   {"Where", STYLE_PLACE},
};
static const struct document_column key_columns[] = {
    {"Key", STYLE_WORDS},
    {"Bits", STYLE_NUMBER},
    {"Encrypted", STYLE_FLAG},
    {"Used for", STYLE_WORDS},
    {"Publicly known", STYLE_BAD_FLAG},
    {"Known as", STYLE_WORDS},
    {"Fingerprint", STYLE_CODE},
    {"Where", STYLE_PLACE},
};
static const struct document_column public_key_columns[] = {
    {"Key", STYLE_WORDS},      {"Bits", STYLE_NUMBER},  {"Role", STYLE_WORDS},
    {"Account", STYLE_CODE},   {"Comment", STYLE_CODE}, {"Publicly known", STYLE_BAD_FLAG},
    {"Known as", STYLE_WORDS}, {"Where", STYLE_PLACE},
};
static const struct document_column certificate_columns[] = {
    {"Subject", STYLE_CODE},
    {"Issuer", STYLE_CODE},
    {"Valid until", STYLE_NUMBER},
    {"Key", STYLE_WORDS},
    {"Signature", STYLE_WORDS},
    {"Weak", STYLE_BAD_FLAG},
    {"Key in the image", STYLE_BAD_FLAG},
    {"Role", STYLE_WORDS},
    {"Where", STYLE_PLACE},
};
static const struct document_column service_columns[] = {
    {"Service", STYLE_CODE},
    {"Arguments", STYLE_CODE},
    {"Speaks", STYLE_WORDS},
    {"Port", STYLE_NUMBER},
    {"Account", STYLE_CODE},
    {"At every boot", STYLE_WORDS},
    {"Without encryption", STYLE_BAD_FLAG},
    {"Asks who you are", STYLE_WORDS},
    {"Where", STYLE_PLACE},
};
static const struct document_column setting_columns[] = {
    {"Program", STYLE_CODE}, {"Setting", STYLE_CODE}, {"Value", STYLE_CODE},
    {"Scope", STYLE_CODE},   {"From", STYLE_WORDS},   {"Program started", STYLE_FLAG},
    {"Where", STYLE_PLACE},
};
static const struct document_column endpoint_columns[] = {
    {"Address", STYLE_CODE},        {"Without encryption", STYLE_BAD_FLAG},
    {"For updates", STYLE_FLAG},    {"Found", STYLE_NUMBER},
    {"First seen in", STYLE_PLACE},
};
static const struct document_column device_columns[] = {
    {"What", STYLE_WORDS},   {"Mode", STYLE_CODE},   {"Owner", STYLE_NUMBER},
    {"Group", STYLE_NUMBER}, {"Where", STYLE_PLACE},
};

static const struct facts sections[] = {
    {
        .id = "accounts",
        .title = "Accounts",
        .observable = "login",
        .check = "inspect.login",
        .about =
            "Accounts that files of the image define. A password is shown where it could be "
            "recovered from its hash: it is then the same in every unit that carries this "
            "image.",
        .none = "No account was found.",
        .table =
            {
                .caption = "Accounts defined in the image",
                .sql = "SELECT account, CASE WHEN state = 'empty' THEN '(empty)' WHEN "
                       "password_known = 1"
                       " THEN password END, CASE state WHEN 'hash' THEN COALESCE(scheme, "
                       "'unknown')"
                       " ELSE state END, store, active, usable, shell, path, line, \"offset\" "
                       "FROM login"
                       " ORDER BY COALESCE(usable, 0) DESC, COALESCE(active, 0) DESC,"
                       " COALESCE(password_known, 0) DESC, account, path, id",
                .count = "SELECT count(*) FROM login",
                COLUMNS(account_columns),
            },
    },
    {
        .id = "keys",
        .title = "Private keys",
        .observable = "key",
        .check = "inspect.key",
        .about = "A private key inside an image that every unit carries is no secret. Keys in "
                 "documentation and test folders stand last.",
        .none = "No private key was found.",
        .table =
            {
                .caption = "Private keys in the image",
                .sql = "SELECT upper(type) || COALESCE(' ' || curve, ''), bits, encrypted,"
                       " use || CASE example WHEN 1 THEN ' (example)' ELSE '' END, known, "
                       "known_as,"
                       " COALESCE(ssh_fingerprint, substr(spki_sha256, 1, 16) || '…'),"
                       " path, line, \"offset\" FROM key ORDER BY COALESCE(example, 0),"
                       " COALESCE(known, 0) DESC, path, \"offset\", id",
                .count = "SELECT count(*) FROM key",
                COLUMNS(key_columns),
            },
    },
    {
        .id = "public-keys",
        .title = "Public keys",
        .observable = "public_key",
        .check = "inspect.key",
        .about = "Keys that open an account, or against which updates are verified.",
        .none = "No public key stands alone in the image.",
        .table =
            {
                .caption = "Public keys in the image",
                .sql =
                    "SELECT upper(type), bits, role, account, comment, known, known_as,"
                    " path, line, \"offset\" FROM public_key ORDER BY COALESCE(known, 0) DESC,"
                    " role, path, \"offset\", id",
                .count = "SELECT count(*) FROM public_key",
                COLUMNS(public_key_columns),
            },
    },
    {
        .id = "certificates",
        .title = "Certificates",
        .observable = "certificate",
        .check = "inspect.certificate",
        .about =
            "Identities of the device first, then certificates of unknown role; trust anchors, "
            "such as those of a CA bundle, stand last.",
        .none = "No certificate was found.",
        .table =
            {
                .caption = "Certificates in the image",
                .sql = "SELECT subject, issuer, not_after, upper(key_type) || COALESCE(' ' || "
                       "key_bits, ''),"
                       " signature, COALESCE(signature_weak, 0) OR COALESCE(key_weak, 0), "
                       "has_key, role,"
                       " path, line, \"offset\" FROM certificate ORDER BY CASE role WHEN "
                       "'identity' THEN 0"
                       " WHEN 'trust-anchor' THEN 2 ELSE 1 END, COALESCE(has_key, 0) DESC, "
                       "subject,"
                       " path, \"offset\", id",
                .count = "SELECT count(*) FROM certificate",
                COLUMNS(certificate_columns),
            },
    },
    {
        .id = "services",
        .title = "Services",
        .observable = "service",
        .check = "inspect.service",
        .about = "Programs that the image starts when it boots; those that listen to the "
                 "network first.",
        .none = "No service was found.",
        .table =
            {
                .caption = "Services started at boot",
                .sql = "SELECT COALESCE(program, name), arguments, protocol,"
                       " port || COALESCE('/' || transport, ''), account,"
                       " CASE started WHEN 1 THEN 'yes' WHEN 0 THEN 'no' ELSE 'on a condition' "
                       "END,"
                       " plain, CASE authenticated WHEN 1 THEN 'yes' WHEN 0 THEN 'no, access "
                       "is open' END,"
                       " path, line, \"offset\" FROM service ORDER BY CASE started WHEN 1 THEN "
                       "0 WHEN 0"
                       " THEN 2 ELSE 1 END, COALESCE(listens, 0) DESC, COALESCE(plain, 0) "
                       "DESC, program,"
                       " path, id",
                .count = "SELECT count(*) FROM service",
                COLUMNS(service_columns),
            },
    },
    {
        .id = "settings",
        .title = "Settings of note",
        .observable = "setting",
        .check = "inspect.setting",
        .about = "Values in force in the configuration of programs; those of programs that are "
                 "started first.",
        .none = "No setting of a known program was found.",
        .table =
            {
                .caption = "Settings in force",
                .sql = "SELECT program, name, value, scope, origin, started, path, line, "
                       "\"offset\""
                       " FROM setting WHERE COALESCE(effective, 1) = 1 ORDER BY "
                       "COALESCE(started, 0) DESC,"
                       " program, path, line, name, id",
                .count = "SELECT count(*) FROM setting WHERE COALESCE(effective, 1) = 1",
                COLUMNS(setting_columns),
            },
    },
    {
        .id = "endpoints",
        .title = "Addresses it can talk to",
        .observable = "endpoint",
        .check = "inspect.endpoint",
        .about =
            "Addresses named in the firmware, those without encryption first. Private "
            "addresses and those that stand in documentation or licences are left out. A name "
            "in a file does not prove that the device contacts it.",
        .none = "No address outside the local network was found.",
        .table =
            {
                .caption = "Addresses named in the firmware",
                .sql = "SELECT COALESCE(url, host), plain, MAX(\"update\"), count(*), "
                       "MIN(path), line,"
                       " \"offset\" FROM endpoint WHERE COALESCE(private, 0) = 0 AND"
                       " COALESCE(documentation, 0) = 0 GROUP BY COALESCE(url, host), plain"
                       " ORDER BY COALESCE(plain, 0) DESC, MAX(\"update\") DESC, 1",
                .count = "SELECT count(DISTINCT COALESCE(url, host)) FROM endpoint WHERE"
                         " COALESCE(private, 0) = 0 AND COALESCE(documentation, 0) = 0",
                COLUMNS(endpoint_columns),
            },
        .ungrouped = "SELECT COALESCE(url, host), plain, \"update\", 1, path, line, \"offset\" "
                     "FROM endpoint"
                     " WHERE COALESCE(private, 0) = 0 AND COALESCE(documentation, 0) = 0"
                     " ORDER BY COALESCE(plain, 0) DESC, COALESCE(\"update\", 0) DESC,"
                     " COALESCE(url, host), id",
        .ungrouped_count = "SELECT count(*) FROM endpoint WHERE COALESCE(private, 0) = 0 AND"
                           " COALESCE(documentation, 0) = 0",
    },
    {
        .id = "devices",
        .title = "Special files",
        .observable = "device",
        .check = "inspect.device",
        .about = "Files that run with the rights of their owner, that anybody may change, and "
                 "device files.",
        .none = "None was found.",
        .table =
            {
                .caption = "Special files",
                .sql = "SELECT kind, printf('%04o', mode), uid, gid, path, line, \"offset\" "
                       "FROM device"
                       " ORDER BY CASE kind WHEN 'setuid' THEN 0 WHEN 'setgid' THEN 1"
                       " WHEN 'world-writable' THEN 2 ELSE 3 END, path, id",
                .count = "SELECT count(*) FROM device",
                .columns = device_columns,
                .column_count = COUNT_OF(device_columns),
                .limit = 60,
            },
    },
};

static const struct document_column component_columns[] = {
    {"Name", STYLE_WORDS},   {"Version", STYLE_CODE},  {"Grade", STYLE_WORDS},
    {"Source", STYLE_WORDS}, {"Licence", STYLE_WORDS}, {"File", STYLE_PLACE},
};

static const struct facts components = {
    .id = "components",
    .title = "Software components (SBOM)",
    .observable = "component",
    .check = "inspect.component",
    .about =
        "The grade says how strong the proof is: A is a package database, down to F, which is "
        "presence alone. A version that is not proven is left open.",
    .none = "No component was recognised.",
    .table =
        {
            .caption = "Software components of the image",
            .sql = "SELECT name, version, grade, source, licence, path, line, \"offset\" FROM "
                   "component"
                   " ORDER BY name COLLATE NOCASE, name, version, grade, path, id",
            .count = "SELECT count(*) FROM component",
            COLUMNS(component_columns),
        },
};

/* "4,211 places looked at", and why that was not everything. */
static struct error *add_coverage(struct document *document, const char *check)
{
    struct query query;
    bool found = false;

    TRY(query_open(document->db,
                   "SELECT complete, looked_at, detail FROM coverage WHERE name = ?", &query));
    query_bind_string(&query, 1, check);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_NONE});
        document_count(document, query_integer(&query, 1), "place", "places");
        document_add(document, " looked at");
        if (query_integer(&query, 0) == 0) {
            document_add(document, ", not everything: ");
            document_cut(document, MARK_PLAIN, query_text(&query, 2), DOCUMENT_VALUE);
        }
        document_add(document, ".");
        document_close(document, BLOCK_PARAGRAPH);
    }
    query_close(&query);
    return error;
}

static struct error *add_section(struct document *document, const struct facts *facts)
{
    size_t shown = 0;

    if (!document_has_table(document, facts->observable)) {
        document_section(document, facts->id, facts->title, 0);
        document_say(document, ROLE_NONE,
                     "No check of this kind was run: this says nothing about the image.");
        document_close(document, BLOCK_SECTION);
        return NULL;
    }
    struct document_table table = facts->table;
    if (facts->ungrouped != NULL &&
        query_number(document->db, facts->ungrouped_count, 0) > UNGROUPED) {
        table.sql = facts->ungrouped;
        table.count = facts->ungrouped_count;
    }
    table.known = query_number(document->db, table.count, 0);
    document_section(document, facts->id, facts->title, table.known);
    document_say(document, ROLE_PLAIN, facts->about);
    TRY(error_wrap(document_table_write(document, &table, &shown), "the section %s",
                   facts->title));
    if (shown == 0)
        document_say(document, ROLE_NONE, facts->none);
    TRY(add_coverage(document, facts->check));
    document_close(document, BLOCK_SECTION);
    return NULL;
}

struct error *document_facts(struct document *document)
{
    document_chapter(document, "facts", "What the image holds");
    for (size_t i = 0; i < COUNT_OF(sections); i++)
        TRY(add_section(document, &sections[i]));
    TRY(document_binaries(document));
    TRY(add_section(document, &components));
    document_close(document, BLOCK_CHAPTER);
    return NULL;
}
