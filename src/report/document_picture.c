#include "report/document.h"

/* The picture of the result: one square a provision, in a row for each family. */

static void add_square(struct document *document, const struct query *query)
{
    struct bytes id = query_text(query, 2), outcome = query_text(query, 4);
    bool warns = query_integer(query, 5) > 0 && !bytes_is(outcome, "fail");
    const char *target =
        arena_printf(document->arena, "p-%.*s", (int)id.size, (const char *)id.data);
    const char *word =
        arena_printf(document->arena, "%s%s", document_outcome(document, outcome),
                     warns ? " with a counter-example" : "");

    document_open_with(document, BLOCK_SQUARE,
                       &(struct words){.id = target,
                                       .title = id,
                                       .base = query_text(query, 3),
                                       .outcome = warns ? bytes_of("warn") : outcome,
                                       .note = bytes_of(word),
                                       .head = query_text(query, 6)});
    document_close(document, BLOCK_SQUARE);
}

static void open_family(struct document *document, const struct query *query)
{
    struct bytes id = query_text(query, 0);

    document_open_with(document, BLOCK_PICTURE_FAMILY,
                       &(struct words){.id = arena_printf(document->arena, "f-%.*s",
                                                          (int)id.size, (const char *)id.data),
                                       .note = id,
                                       .title = query_text(query, 1)});
}

struct error *document_picture(struct document *document)
{
    owned(text) family = text_new();
    struct query query;
    bool found = false;

    TRY(query_open(
        document->db,
        "SELECT f.id, f.title, p.id, p.base, COALESCE(v.outcome, 'open'),"
        " (SELECT SUM(u.counter_examples) FROM test_case AS c JOIN unit AS t ON"
        "  t.test_case = c.id AND t.edition = c.edition JOIN verdict AS u ON u.unit = t.id"
        "  WHERE c.provision = p.id AND c.edition = p.edition), p.requirement"
        " FROM provision AS p JOIN family AS f ON f.id = p.family"
        " LEFT JOIN provision_verdict AS v ON v.provision = p.id"
        " WHERE p.edition = " SQL_EDITION " ORDER BY f.place, p.place",
        &query));
    document_section(document, "picture", "Every provision at a glance", 0);
    document_open_with(document, BLOCK_PICTURE,
                       &(struct words){.count = document->has_dossier});
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        if (!bytes_equal(text_bytes(family), query_text(&query, 0))) {
            if (family->size > 0)
                document_close(document, BLOCK_PICTURE_FAMILY);
            text_clear(family);
            text_add_bytes(family, query_text(&query, 0));
            open_family(document, &query);
        }
        add_square(document, &query);
        error = query_next(&query, &found);
    }
    query_close(&query);
    if (family->size > 0)
        document_close(document, BLOCK_PICTURE_FAMILY);
    document_close(document, BLOCK_PICTURE);
    document_close(document, BLOCK_SECTION);
    return error;
}
