#include <string.h>

#include "report/column.h"
#include "report/scheme.h"

/* Cells of a line on a terminal. */
#define WIDTH 96

const char *scheme_edition(const char *edition)
{
    return strcmp(edition, "2.1.1") == 0   ? "EN 303 645 V2.1.1 (2020-06)"
           : strcmp(edition, "3.1.3") == 0 ? "EN 303 645 V3.1.3 (2024-09)"
                                           : "an edition of EN 303 645 that is not known";
}

const char *scheme_other_edition(const char *edition)
{
    return strcmp(edition, "2.1.1") == 0 ? "V3.1.3" : "V2.1.1";
}

const char *scheme_method(const char *edition)
{
    return strcmp(edition, "2.1.1") == 0   ? "TS 103 701 V1.1.1 (2021-08)"
           : strcmp(edition, "3.1.3") == 0 ? "TS 103 701 V2.1.1 (2025-05)"
                                           : "TS 103 701";
}

static bool has_outcome(const struct scheme_point *point, const char *outcome)
{
    for (size_t i = 0; i < point->need_count; i++)
        if (strcmp(point->needs[i].outcome, outcome) == 0)
            return true;
    return false;
}

const char *scheme_word(const struct scheme_view *view, const struct scheme_point *point)
{
    static const char *const met[] = {"nothing assessed", "met", "open", "not met"};
    static const char *const near[] = {"nothing assessed", "supported", "open", "contradicted"};

    if (view->view == NULL && strcmp(point->basis, "near") != 0)
        return met[point->standing];
    if (point->standing == SCHEME_OPEN && has_outcome(point, "not-run"))
        return "not followed"; /* a recommendation that the maker leaves out: nothing will come */
    return point->gap != NULL && point->standing == SCHEME_MET ? "supported in part"
                                                               : near[point->standing];
}

const char *scheme_total(const struct scheme_view *view)
{
    static const char *const words[] = {"nothing assessed", "met", "open", "not met"};
    static const char *const near[] = {"nothing assessed", "supported", "open", "contradicted"};
    bool is_near = view->point_count > 0;

    if (view->view != NULL)
        return "a view";
    for (size_t i = 0; i < view->point_count; i++)
        is_near = is_near && strcmp(view->points[i].basis, "near") == 0;
    return is_near ? near[view->standing] : words[view->standing];
}

void scheme_tally(const struct scheme_view *view, struct text *out)
{
    static const char *const order[] = {"contradicted", "not followed",
                                        "open",         "supported in part",
                                        "supported",    "nothing assessed"};
    const char *separator = "";

    if (view->view == NULL) {
        text_add(out, scheme_total(view));
        return;
    }
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        size_t count = 0;
        for (size_t j = 0; j < view->point_count; j++)
            count += strcmp(scheme_word(view, &view->points[j]), order[i]) == 0;
        if (count == 0)
            continue;
        text_addf(out, "%s%zu %s", separator, count, order[i]);
        separator = ", ";
    }
}

static const char *symbol(enum scheme_standing standing)
{
    static const char *const symbols[] = {"·", "✓", "○", "✕"};

    return symbols[standing];
}

/* --- lines --------------------------------------------------------------------------------- */

/* WORDS, wrapped; the first line hangs FIRST cells to the left of INDENT, behind LABEL. */
static void add_block(struct text *out, size_t indent, const char *label, const char *words)
{
    owned(text) safe = text_new();
    size_t width = column_width(bytes_of(label));
    struct bytes line;
    bool begun = false;

    text_add_terminal(safe, bytes_of(words));
    for (struct bytes rest = text_bytes(safe);
         column_next_line(&rest, WIDTH - indent, &line);) {
        if (begun)
            text_addf(out, "%*s", (int)indent, "");
        else
            text_addf(out, "%s%*s", label, width < indent ? (int)(indent - width) : indent > 0,
                      "");
        begun = true;
        text_add_bytes(out, line);
        text_add_char(out, '\n');
    }
}

static void add_marked(struct text *out, size_t indent, const char *label, const char *words,
                       const char *confidence)
{
    owned(text) all = text_new();

    text_add(all, words);
    if (confidence != NULL && strcmp(confidence, "high") != 0)
        text_addf(all, " [confidence %s]", confidence);
    add_block(out, indent, label, text_string(all));
}

static void add_need(struct text *out, const struct scheme_view *view,
                     const struct scheme_need *need)
{
    owned(text) label = text_new();
    owned(text) words = text_new();

    text_addf(label, "      %s %s", symbol(need->standing),
              need->assessed == NULL ? need->cited : need->assessed);
    text_addf(words, "%s  ", need->outcome);
    if (need->text != NULL)
        text_add(words, need->text);
    if (need->assessed != NULL && strcmp(need->assessed, need->cited) != 0)
        text_addf(words, " (%s in %s)", need->cited, scheme_other_edition(view->edition));
    if (need->if_relevant)
        text_add(words, " (where relevant)");
    if (need->beside)
        text_add(words, " (shown beside; it stands in no way)");
    if (need->confidence != NULL && strcmp(need->confidence, "high") != 0)
        text_addf(words, " [mapping: confidence %s]", need->confidence);
    add_block(out, 16, text_string(label), text_string(words));
    if (view->view == NULL && need->standing != SCHEME_MET && need->units != NULL)
        add_block(out, 16, "", need->units);
    if (strcmp(need->outcome, "pass") != 0 && need->because != NULL && *need->because != '\0')
        add_block(out, 16, "", need->because);
    if (need->difference != NULL)
        add_block(out, 16, "", need->difference);
}

static void add_conditions(struct text *out, const struct scheme_condition *conditions,
                           size_t count, const char *before)
{
    static const char *const words[] = {"", "confirmed", "not confirmed", "does not hold"};

    for (size_t i = 0; i < count; i++) {
        const struct scheme_condition *condition = &conditions[i];
        owned(text) label = text_new();
        owned(text) line = text_new();
        text_addf(label, "%s%s", before, symbol(condition->standing));
        text_addf(line, "%s: %s (confirmed.%s)", words[condition->standing], condition->text,
                  condition->id);
        add_block(out, 8, text_string(label), text_string(line));
        if (condition->because != NULL)
            add_block(out, 8, "", condition->because);
    }
}

static void add_point(struct text *out, const struct scheme_view *view,
                      const struct scheme_point *point)
{
    owned(text) head = text_new();
    owned(text) label = text_new();

    text_addf(label, "  %s", symbol(point->standing));
    text_addf(head, "%s: %s", scheme_word(view, point), point->text);
    if (strcmp(point->id, point->requirement) != 0)
        text_addf(head, " (%s%s%s)", point->id, point->clause == NULL ? "" : ", clause ",
                  point->clause == NULL ? "" : point->clause);
    if (point->law != NULL && point->group == NULL)
        text_addf(head, " (%s)", point->law);
    add_marked(out, 4, text_string(label), text_string(head), point->confidence);
    if (point->restriction != NULL)
        add_block(out, 6, "",
                  point->restricted ? "EN 18031 gives no presumption of this one for a product "
                                      "as described: a notified body is needed"
                                    : "presumption of this one is restricted: see below");
    if (point->gap != NULL)
        add_block(out, 6, "", point->gap);
    for (size_t i = 0; i < point->need_count; i++)
        add_need(out, view, &point->needs[i]);
    add_conditions(out, point->conditions, point->condition_count, "      ");
}

/* --- parts --------------------------------------------------------------------------------- */

static void add_head(struct text *out, const struct scheme_view *view)
{
    owned(text) line = text_new();

    text_addf(line, "%s: %s", view->id, view->name);
    add_block(out, 0, "", text_string(line));
    text_clear(line);
    text_addf(line, "%s, %s, %s", view->jurisdiction, view->kind, view->status);
    for (size_t i = 0; i < line->size; i++)
        if (line->data[i] == '_')
            line->data[i] = ' ';
    if (view->since != NULL)
        text_addf(line, ", since %s", view->since);
    add_marked(out, 2, "", text_string(line), view->confidence);
    if (view->adds != NULL)
        add_block(out, 2, "", view->adds);
    text_clear(line);
    text_addf(line, "%s, assessed against %s with %s",
              view->product != NULL ? view->product
              : view->input != NULL ? view->input
                                    : "a product without a name",
              scheme_edition(view->edition), scheme_method(view->edition));
    add_block(out, 2, "", text_string(line));
    if (view->standard != NULL) {
        text_clear(line);
        text_addf(line, "the scheme cites %s%s%s", view->standard,
                  view->version == NULL ? "" : " ",
                  view->version == NULL                    ? ""
                  : strcmp(view->version, "assessed") == 0 ? "in the edition assessed"
                                                           : view->version);
        if (view->standard_note != NULL)
            text_addf(line, ": %s", view->standard_note);
        add_block(out, 2, "", text_string(line));
    } else if (view->standard_note != NULL) {
        add_block(out, 2, "", view->standard_note);
    }
    if (view->applies != NULL)
        add_block(out, 2, "", view->applies);
    if (view->closed != NULL)
        add_block(out, 2, "", view->closed);
    if (view->view != NULL) {
        text_add(out,
                 "\nA gap view, no claim of conformity. EN 303 645 gives no presumption.\n");
        add_block(out, 0, "", view->view);
    }
}

static void add_stops(struct text *out, const struct scheme_view *view)
{
    if (view->title == NULL)
        return;
    if (view->closed == NULL && view->stop_count == 0) {
        text_addf(out,
                  "\n%s: nothing stands in the way. -o FILE writes it; it is signed by hand.\n",
                  view->title);
        return;
    }
    text_addf(out, "\n%s: a draft. In its way:\n", view->title);
    for (size_t i = 0; i < view->stop_count; i++) {
        owned(text) label = text_new();
        text_add(label, "  ");
        text_add_terminal(label, bytes_of(view->stops[i].about));
        add_block(out, 32, text_string(label), view->stops[i].what);
    }
}

void scheme_text(const struct scheme_view *view, struct text *out)
{
    add_head(out, view);
    if (view->point_count > 0) {
        text_add(out, view->view == NULL ? "\nWhat it takes from the assessment: "
                                         : "\nWhat the assessment says about it: ");
        scheme_tally(view, out);
        text_add_char(out, '\n');
    }
    for (size_t i = 0; i < view->point_count; i++)
        add_point(out, view, &view->points[i]);
    if (view->evidence_count > 0)
        text_add(out, "\nWhat it wants besides\n");
    add_conditions(out, view->evidence, view->evidence_count, "  ");
    add_stops(out, view);
    if (view->fact_count > 0)
        text_add(out, "\nAbout the scheme\n");
    for (size_t i = 0; i < view->fact_count; i++) {
        const struct scheme_fact *fact = &view->facts[i];
        bool again = i > 0 && strcmp(fact->topic, view->facts[i - 1].topic) == 0;
        owned(text) label = text_new();
        text_addf(label, "  %s", again ? "" : fact->topic);
        add_marked(out, 16, text_string(label), fact->text,
                   fact->confidence == NULL ? view->confidence : fact->confidence);
    }
    text_addf(out, "\nState of knowledge: %s. Nothing here is legal advice.\n", view->as_of);
}
