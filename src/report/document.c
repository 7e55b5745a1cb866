#include "report/document.h"

#include <stdarg.h>
#include <stdio.h>

static const struct words no_words;

void document_open(struct document *document, enum block block)
{
    document->writer->open(document->state, block, &no_words);
}

void document_open_with(struct document *document, enum block block, const struct words *words)
{
    document->writer->open(document->state, block, words);
}

void document_close(struct document *document, enum block block)
{
    document->writer->close(document->state, block);
}

void document_text(struct document *document, enum mark mark, struct bytes text)
{
    if (text.size > 0)
        document->writer->text(document->state, mark, text);
}

void document_add(struct document *document, const char *text)
{
    document_text(document, MARK_PLAIN, bytes_of(text));
}

void document_addf(struct document *document, const char *format, ...)
{
    char line[400]; /* our own words and numbers: none is longer */
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    document_add(document, line);
}

void document_cut(struct document *document, enum mark mark, struct bytes text, size_t limit)
{
    size_t end = text.size;

    if (end > limit)
        for (end = limit; end > 0 && (bytes_at(text, end) & 0xc0) == 0x80 && limit - end < 4;)
            end--;
    document_text(document, mark, bytes_slice(text, 0, end));
    if (end == text.size)
        return;
    owned(text) rest = text_new();
    text_add(rest, " … ");
    text_add_count(rest, text.size - end);
    text_add(rest, " more bytes");
    document_text(document, MARK_CUT, text_bytes(rest));
}

void document_link(struct document *document, const char *prefix, struct bytes id,
                   struct bytes text)
{
    owned(text) target = text_new();

    text_add(target, prefix);
    text_add_bytes(target, id);
    document->writer->link(document->state, text_string(target), text);
}

void document_badge(struct document *document, struct bytes outcome)
{
    document->writer->badge(document->state, outcome, document_word(outcome));
}

const char *document_outcome(const struct document *document, struct bytes outcome)
{
    if (!document->has_dossier && bytes_is(outcome, "fail"))
        return "refuted";
    return document_word(outcome);
}

void document_say(struct document *document, enum role role, const char *text)
{
    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = role});
    document_add(document, text);
    document_close(document, BLOCK_PARAGRAPH);
}

void document_count(struct document *document, int64_t count, const char *one, const char *many)
{
    owned(text) text = text_new();

    text_add_count(text, (uint64_t)count);
    text_addf(text, " %s", count == 1 ? one : many);
    document_text(document, MARK_PLAIN, text_bytes(text));
}

void document_size(struct document *document, uint64_t size)
{
    owned(text) text = text_new();

    text_add_size(text, size);
    document_text(document, MARK_PLAIN, text_bytes(text));
}

void document_place(struct document *document, const struct query *query, int column)
{
    struct bytes path = query_text(query, column);
    int64_t line = query_integer(query, column + 1);
    int64_t offset = query_integer(query, column + 2);
    owned(text) place = text_new();

    if (path.size == 0 && query_is_null(query, column + 1) && query_is_null(query, column + 2))
        return;
    if (path.size > DOCUMENT_VALUE) {
        document_cut(document, MARK_PLACE, path, DOCUMENT_VALUE);
        path = bytes_of(" ");
    }
    text_add_bytes(place, path.size == 0 ? bytes_of("the image") : path);
    if (line > 0)
        text_addf(place, ":%lld", (long long)line);
    else if (offset > 0)
        text_addf(place, " at 0x%llx", (unsigned long long)offset);
    document_text(document, MARK_PLACE, text_bytes(place));
}

void document_chapter(struct document *document, const char *id, const char *title)
{
    document_open_with(document, BLOCK_CHAPTER,
                       &(struct words){.id = id, .title = bytes_of(title)});
}

void document_section(struct document *document, const char *id, const char *title,
                      int64_t count)
{
    document_open_with(document, BLOCK_SECTION,
                       &(struct words){.id = id, .title = bytes_of(title), .count = count});
}

void document_term(struct document *document, const char *term, struct bytes text)
{
    if (text.size == 0)
        return;
    document_open_with(document, BLOCK_TERM, &(struct words){.title = bytes_of(term)});
    document_text(document, MARK_PROSE, text);
    document_close(document, BLOCK_TERM);
}

/* The first value of SQL, whose one placeholder is KEY; "" when there is none. */
static const char *value_of(struct document *document, const char *sql, const char *key)
{
    const char *value = query_value(document->db, sql, key, document->arena);

    return value == NULL ? "" : value;
}

const char *document_meta(struct document *document, const char *key)
{
    return value_of(document, "SELECT value FROM meta WHERE key = ?", key);
}

int64_t document_meta_number(struct document *document, const char *key)
{
    uint64_t number = 0;

    if (!bytes_to_u64(bytes_of(document_meta(document, key)), &number) || number > INT64_MAX)
        return 0;
    return (int64_t)number;
}

const char *document_dut(struct document *document, const char *field)
{
    if (!document->has_dossier)
        return "";
    return value_of(document, "SELECT value FROM dut WHERE field = ?", field);
}

bool document_has_table(struct document *document, const char *name)
{
    return *value_of(document,
                     "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?",
                     name) != '\0';
}

void document_begin(struct document *document, sqlite3 *db, struct arena *arena)
{
    document->db = db;
    document->arena = arena;
    document->has_dossier = bytes_is(bytes_of(document_meta(document, "dossier")), "1");
    document->has_image = *document_meta(document, "input") != '\0';
    document->is_old = bytes_is(bytes_of(document_meta(document, "edition")), "2.1.1");
}

struct error *document_write(struct document *document)
{
    TRY(document_title(document));
    TRY(document_result(document));
    if (document->has_dossier) {
        TRY(document_scope(document));
        TRY(document_provisions(document));
    }
    TRY(document_failures(document));
    if (document->has_dossier)
        TRY(document_state(document));
    if (document->has_image) {
        TRY(document_map(document));
        TRY(document_facts(document));
    }
    TRY(document_units(document));
    if (!document->has_dossier)
        return NULL;
    TRY(document_work(document));
    return document_annexes(document);
}
