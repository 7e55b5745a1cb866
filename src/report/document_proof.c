#include <inttypes.h>

#include "report/document.h"

struct error *document_evidence(struct document *document, int64_t id)
{
    owned(text) sql = text_new();
    struct query query;
    bool found = false;

    const char *observable = query_value(
        document->db, "SELECT observable FROM observation WHERE id = CAST(? AS INTEGER)",
        arena_printf(document->arena, "%" PRId64, id), document->arena);
    if (observable == NULL)
        return NULL;
    text_addf(sql, "SELECT path, line, \"offset\", excerpt FROM \"%s\" WHERE id = ?",
              observable);
    TRY(query_open(document->db, text_string(sql), &query));
    query_bind_integer(&query, 1, id);
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        document_open(document, BLOCK_EVIDENCE);
        if (bytes_is(bytes_of(observable), "declaration"))
            document_text(document, MARK_DIM, bytes_of("declared in "));
        document_place(document, &query, 0);
        if (query_text(&query, 3).size > 0) {
            document_open(document, BLOCK_EXCERPT);
            document_cut(document, MARK_CODE, query_text(&query, 3), DOCUMENT_EXCERPT);
            document_close(document, BLOCK_EXCERPT);
        }
        document_close(document, BLOCK_EVIDENCE);
    }
    query_close(&query);
    return error;
}
