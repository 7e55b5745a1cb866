#include <inttypes.h>

#include "report/document.h"
#include "report/doubt.h"

/* The result: the verdict and its reason, what it rests on, and what stands in the way. */

static void add_tile(struct document *document, const char *outcome, int64_t number,
                     const char *label)
{
    document_open_with(document, BLOCK_TILE,
                       &(struct words){.title = bytes_of(label),
                                       .outcome = bytes_of(number == 0 ? "zero" : outcome),
                                       .count = number});
    document_close(document, BLOCK_TILE);
}

static int64_t count_units(struct document *document, const char *outcome)
{
    return query_number(document->db,
                        arena_printf(document->arena,
                                     "SELECT count(*) FROM verdict WHERE outcome = '%s'",
                                     outcome),
                        0);
}

static int64_t count_failed(struct document *document, const char *base)
{
    return query_number(
        document->db,
        arena_printf(document->arena,
                     "SELECT count(*) FROM provision_verdict AS v JOIN provision AS p"
                     " ON p.id = v.provision AND p.edition = " SQL_EDITION
                     " WHERE v.outcome = 'fail' AND p.base %s",
                     base),
        0);
}

static void add_tiles(struct document *document)
{
    bool refuted = !document->has_dossier;
    int64_t unsure = count_units(document, "inconclusive");
    int64_t absent = count_units(document, "not-applicable");
    int64_t unrun = count_units(document, "not-run");

    document_open(document, BLOCK_TILES);
    add_tile(document, "fail", count_failed(document, "= 'M'"),
             refuted ? "mandatory provisions refuted" : "mandatory provisions failed");
    add_tile(document, "fail", count_failed(document, "<> 'M'"),
             refuted ? "recommendations refuted" : "recommendations failed");
    add_tile(document, "fail", count_units(document, "fail"), "test units failed");
    add_tile(document, "pass", count_units(document, "pass"), "test units passed");
    add_tile(document, "open", count_units(document, "open"), "test units open");
    if (unsure > 0)
        add_tile(document, "inconclusive", unsure, "test units inconclusive");
    if (absent > 0)
        add_tile(document, "not-applicable", absent, "test units not applicable");
    if (unrun > 0)
        add_tile(document, "not-run", unrun, "test units of recommendations not followed");
    document_close(document, BLOCK_TILES);
}

static void warn(struct document *document, const char *strong, const char *rest)
{
    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_WARNING});
    document_text(document, MARK_STRONG, bytes_of(strong));
    document_add(document, rest);
}

static void end_warning(struct document *document, const char *target, const char *words)
{
    if (target != NULL) {
        document_add(document, " ");
        document_link(document, target, bytes_of(""), bytes_of(words));
    }
    document_close(document, BLOCK_PARAGRAPH);
}

static void warn_of_losses(struct document *document)
{
    int64_t size = document_meta_number(document, "size");
    int64_t dark = document_meta_number(document, "bytes_unknown") +
                   document_meta_number(document, "bytes_encrypted");
    int64_t lost = query_number(document->db, "SELECT count(*) FROM unread", 0);
    owned(text) text = text_new();

    if (size > 0 && dark > 0) {
        text_add_size(text, (uint64_t)dark);
        warn(document, text_string(text), "");
        document_addf(document,
                      " of the image (%.1f %%) could not be read: they are of no known "
                      "format, encrypted, or packed in an unknown way.",
                      100.0 * (double)dark / (double)size);
        end_warning(document, "map", "What lies where");
    }
    if (lost > 0) {
        text_clear(text);
        text_add_count(text, (uint64_t)lost);
        text_add(text, lost == 1 ? " part" : " parts");
        warn(document, text_string(text), " could not be read.");
        end_warning(document, "unread", "Which, and why");
    }
}

/* What there is of DOUBT, and where each of it stands. */
static void warn_of(struct document *document, const struct doubt *doubt)
{
    int64_t count = doubt_number(document->db, doubt, 0);

    if (count == 0)
        return;
    warn(document, arena_printf(document->arena, "%" PRId64, count),
         count == 1 ? doubt->one : doubt->many);
    document_add(document, ".");
    end_warning(document, doubt->section, doubt->link);
}

static void add_warnings(struct document *document)
{
    if (bytes_is(bytes_of(document_meta(document, "locked")), "0")) {
        warn(document, "The image was read without the sandbox",
             ", as the user asked. A hostile image could have changed this result.");
        end_warning(document, NULL, NULL);
    }
    if (document->has_image) {
        warn_of_losses(document);
    } else {
        warn(document, "No firmware was assessed",
             ": what is declared was not held against the product itself.");
        end_warning(document, NULL, NULL);
    }
    for (size_t i = 0; i < doubt_count && document->has_dossier; i++)
        if (doubts[i].section != NULL)
            warn_of(document, &doubts[i]);
}

/* Without a dossier: what firmware alone can say. */
static void add_sentence(struct document *document)
{
    int64_t failed = count_failed(document, "= 'M'");
    int64_t mandatory =
        query_number(document->db,
                     "SELECT count(*) FROM provision WHERE base = 'M' AND edition"
                     " = " SQL_EDITION,
                     0);
    const char *number =
        failed > 0 ? arena_printf(document->arena, "%" PRId64 " of %" PRId64, failed, mandatory)
                   : arena_printf(document->arena, "None of %" PRId64, mandatory);

    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_VERDICT});
    document_text(document, failed > 0 ? MARK_BAD : MARK_STRONG, bytes_of(number));
    document_add(document, failed == 1  ? " mandatory provisions is refuted."
                           : failed > 1 ? " mandatory provisions are refuted."
                                        : " mandatory provisions is refuted. That is no pass.");
    document_close(document, BLOCK_PARAGRAPH);
    document_say(document, ROLE_LEAD,
                 "Firmware alone refutes; it never proves conformity. A refuted provision "
                 "rests on evidence in the image, shown below byte for byte. An open one is no "
                 "pass: it waits for the manufacturer's declaration, the live device, or a "
                 "person's conclusion.");
}

/* Who concluded what: the program, a person. */
static void add_shares(struct document *document)
{
    int64_t proven =
        query_number(document->db, "SELECT count(*) FROM verdict WHERE automatic = 1", 0);
    int64_t answered = query_number(document->db,
                                    "SELECT count(*) FROM verdict AS v JOIN answer AS n"
                                    " ON n.unit = v.unit WHERE v.automatic = 0"
                                    " AND v.outcome = n.outcome AND n.stale IS NULL",
                                    0);

    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_DIM});
    document_count(document, proven, "test unit is", "test units are");
    document_add(document, " decided by the program, with proof, and ");
    document_count(document, answered, "by a person", "by a person");
    document_add(document, ", with a reason. An open test unit is no pass.");
    document_close(document, BLOCK_PARAGRAPH);
}

static const struct document_column gap_columns[] = {
    {"No.", STYLE_NUMBER},       {"Provision", STYLE_PROVISION},
    {"Test unit", STYLE_UNIT},   {"What is missing", STYLE_PROSE},
    {"What to do", STYLE_PROSE}, {"Owner, due", STYLE_WORDS},
};

static const struct document_table gaps = {
    .caption = "What stands in the way, most urgent first",
    .sql = "SELECT place, provision, unit, what || CASE WHEN file IS NULL OR unit IS NOT NULL "
           "THEN ''"
           "  ELSE ' (' || file || COALESCE(':' || line, '') || ')' END, advice,"
           " COALESCE(owner || COALESCE(', ' || due, ''), due)"
           " || COALESCE(' (' || state || ')', '') FROM gap ORDER BY place",
    .count = "SELECT count(*) FROM gap",
    .columns = gap_columns,
    .column_count = COUNT_OF(gap_columns),
    .limit = DOCUMENT_GAPS,
};

static struct error *add_gaps(struct document *document)
{
    size_t shown;

    if (!document_has_table(document, "gap"))
        return NULL;
    bool passes = query_number(document->db,
                               "SELECT count(*) FROM overall WHERE outcome = 'pass'", 0) == 1;
    document_section(document, "gap", passes ? "What is left to do" : "What stands in the way",
                     query_number(document->db, gaps.count, 0));
    TRY(document_table_write(document, &gaps, &shown));
    if (shown == 0)
        document_say(document, ROLE_NONE, "Nothing.");
    document_close(document, BLOCK_SECTION);
    return NULL;
}

/* Nothing may be left that could turn the pass over: then alone there is a statement. */
static bool is_settled(struct document *document)
{
    static const char unmet[] =
        "SELECT count(*) FROM provision AS p LEFT JOIN provision_verdict AS v"
        " ON v.provision = p.id WHERE p.edition = " SQL_EDITION
        " AND COALESCE(v.outcome, 'open') NOT IN ('pass', 'not-applicable')"
        " AND NOT (p.base = 'R' AND COALESCE(v.outcome, 'open') = 'not-run')";

    /* What cannot be asked counts. */
    for (size_t i = 0; i < doubt_count; i++)
        if (doubt_number(document->db, &doubts[i], 1) != 0)
            return false;
    if (query_number(document->db, unmet, 1) != 0)
        return false;
    return query_number(document->db,
                        "SELECT count(*) FROM provision WHERE edition = " SQL_EDITION, 0) > 0;
}

static void add_statement(struct document *document)
{
    const char *name = document_dut(document, "name"), *model = document_dut(document, "model");
    const char *version = document_dut(document, "firmware.0.version");
    const char *maker = document_dut(document, "manufacturer.name");

    document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_STATEMENT});
    document_text(document, MARK_STRONG, bytes_of("Statement of conformity. "));
    document_add(document, "On the evidence in this report, ");
    document_text(document, MARK_STRONG, bytes_of(*name == '\0' ? "the product" : name));
    if (*model != '\0') {
        document_add(document, ", model ");
        document_text(document, MARK_PLAIN, bytes_of(model));
    }
    if (*version != '\0') {
        document_add(document, ", firmware ");
        document_text(document, MARK_PLAIN, bytes_of(version));
    }
    if (*maker != '\0') {
        document_add(document, ", of ");
        document_text(document, MARK_PLAIN, bytes_of(maker));
    }
    document_addf(
        document,
        ", meets every mandatory provision of ETSI EN 303 645 V%s that applies to it, "
        "and every recommendation that its ICS declares as supported, as tested "
        "under ETSI TS 103 701 V%s. It holds for the versions named on the first "
        "page and for no other.",
        document->is_old ? "2.1.1" : "3.1.3", document->is_old ? "1.1.1" : "2.1.1");
    document_close(document, BLOCK_PARAGRAPH);
}

/* With a dossier: the outcome of the whole, its reason, and the statement or why there is none. */
static struct error *add_overall(struct document *document)
{
    struct query query;
    bool found = false, passes = false;

    TRY(query_open(document->db, "SELECT outcome, because FROM overall", &query));
    struct error *error = query_next(&query, &found);
    if (error == NULL && found) {
        struct bytes outcome = query_text(&query, 0);
        bool fails = bytes_is(outcome, "fail");
        passes = bytes_is(outcome, "pass");
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_VERDICT});
        document_badge(document, outcome);
        document_add(document, " ");
        document_text(document, fails ? MARK_BAD : MARK_STRONG,
                      bytes_of(document_overall(outcome)));
        document_close(document, BLOCK_PARAGRAPH);
        document_open_with(document, BLOCK_PARAGRAPH, &(struct words){.role = ROLE_LEAD});
        document_add(document, "Why: ");
        document_text(document, MARK_PLAIN, query_text(&query, 1));
        document_add(document, ".");
        document_close(document, BLOCK_PARAGRAPH);
    }
    query_close(&query);
    if (error == NULL && passes && is_settled(document))
        add_statement(document);
    else if (error == NULL && passes)
        document_say(document, ROLE_WARNING,
                     "There is no statement of conformity yet: see below what is not settled.");
    return error;
}

struct error *document_result(struct document *document)
{
    document_chapter(document, "summary", "Result");
    if (document->has_dossier)
        TRY(add_overall(document));
    else
        add_sentence(document);
    add_tiles(document);
    if (document->has_dossier)
        add_shares(document);
    add_warnings(document);
    TRY(document_picture(document));
    if (document->has_dossier) {
        TRY(add_gaps(document));
    } else {
        document_open(document, BLOCK_SIGNATURES);
        document_close(document, BLOCK_SIGNATURES);
    }
    document_close(document, BLOCK_CHAPTER);
    return NULL;
}
