#include "report/document.h"

/* What was to be assessed: the facts of the product, and which conditions of table B.1 hold. */

static const struct document_column fact_columns[] = {
    {"Fact of product.yaml", STYLE_CODE},
    {"Value", STYLE_PROSE},
};

static const struct document_table facts = {
    .caption = "Facts that the dossier states of the product",
    .sql = "SELECT field, value FROM dut ORDER BY line, field",
    .count = "SELECT count(*) FROM dut",
    .columns = fact_columns,
    .column_count = COUNT_OF(fact_columns),
    .limit = DOCUMENT_ROWS,
};

static const struct document_column condition_columns[] = {
    {"Ref.", STYLE_WORDS},
    {"Condition or feature of table B.1", STYLE_PROSE},
    {"Holds", STYLE_WORDS},
    {"Because", STYLE_PROSE},
};

static const struct document_table conditions = {
    .caption = "Conditions and features of table B.1",
    .sql = "SELECT c.id, c.meaning, CASE s.holds WHEN 1 THEN 'yes' WHEN 0 THEN 'no'"
           " ELSE 'not known' END, s.because FROM condition AS c"
           " LEFT JOIN condition_state AS s ON s.id = c.id"
           " WHERE c.edition = " SQL_EDITION " ORDER BY c.kind, c.place",
    .columns = condition_columns,
    .column_count = COUNT_OF(condition_columns),
    .limit = DOCUMENT_ROWS,
};

struct error *document_scope(struct document *document)
{
    size_t shown;

    document_chapter(document, "scope", "Scope");
    document_say(document, ROLE_PLAIN,
                 document->is_old
                     ? "Assessed is the device under test of the first page against every "
                       "provision of EN 303 645 V2.1.1, by the test groups of TS 103 701 "
                       "V1.1.1. Facts come from the firmware image, from what the manufacturer "
                       "declares in ICS and IXIT, and from what assessors concluded."
                     : "Assessed is the device under test of the first page against every "
                       "provision of EN 303 645 V3.1.3, by the test groups of TS 103 701 "
                       "V2.1.1. Facts come from the firmware image, from what the manufacturer "
                       "declares in ICS and IXIT, and from what assessors concluded.");
    document_section(document, "conditions", "Conditions and features", 0);
    document_say(
        document, ROLE_PLAIN,
        "Whether a condition or feature holds is derived from the IXIT. What is not "
        "known keeps the provisions that hang on it from being called not applicable.");
    TRY(document_table_write(document, &conditions, &shown));
    document_close(document, BLOCK_SECTION);
    document_section(document, "product", "The product", 0);
    TRY(document_table_write(document, &facts, &shown));
    if (shown == 0)
        document_say(document, ROLE_NONE, "The dossier states no facts of the product.");
    document_close(document, BLOCK_SECTION);
    document_close(document, BLOCK_CHAPTER);
    return NULL;
}
