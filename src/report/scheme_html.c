#include <string.h>

#include "report/document.h"
#include "report/scheme.h"

/*
 * One page for paper: the document with its annex, or the view of a scheme that has none. Words
 * that come from the dossier go through text_add_html.
 */

static void add(struct text *out, const char *words)
{
    text_add_html(out, bytes_of(words));
}

static void add_mark(struct text *out, const char *confidence)
{
    if (confidence == NULL || strcmp(confidence, "high") == 0)
        return;
    text_add(out, " <span class=mark>confidence ");
    add(out, confidence);
    text_add(out, "</span>");
}

static void add_outcome(struct text *out, const char *outcome)
{
    text_add(out, "<span class=\"o ");
    add(out, outcome);
    text_addf(out, "\">%s ", document_symbol(bytes_of(outcome)));
    add(out, outcome);
    text_add(out, "</span>");
}

/* --- banners ------------------------------------------------------------------------------- */

static void add_banner(struct text *out, const struct scheme_view *view)
{
    if (view->closed != NULL) {
        text_add(out, "<div class=\"banner view\" role=note>Closed to new labels<p>");
        add(out, view->closed);
        text_add(out, "</p></div>\n");
    } else if (view->view != NULL) {
        text_add(out, "<div class=\"banner view\" role=note>Gap view. This is no claim of "
                      "conformity, and EN 303 645 gives no presumption of it.<p>");
        add(out, view->view);
        text_add(out, "</p></div>\n");
    } else if (view->title != NULL && !scheme_is_final(view)) {
        text_add(out, "<div class=banner role=note>DRAFT. It is not valid and must not be "
                      "issued.<p>");
        text_add_count(out, view->stop_count);
        text_add(out, view->stop_count == 1 ? " thing stands" : " things stand");
        text_add(out, " in its way: see the list below.</p></div>\n");
    } else if (view->title == NULL) {
        text_add(out, "<div class=\"banner view\" role=note>A view of the scheme, no claim of "
                      "conformity. No document is made for it here.</div>\n");
    }
}

/* --- fields of the document ---------------------------------------------------------------- */

static void add_value(struct text *out, const struct scheme_value *value, bool again)
{
    const char *dot = strrchr(value->key, '.');
    const char *name = dot == NULL ? value->key : dot + 1;

    text_addf(out, "<p class=\"value%s\"><span class=key>", again ? " again" : "");
    for (struct bytes rest = bytes_of(name), word; bytes_next_field(&rest, '_', &word);) {
        text_add_html(out, word);
        text_add(out, rest.size > 0 ? " " : "");
    }
    text_add(out, value->value != NULL ? "</span><span>" : "</span><span class=blank>[");
    add(out, value->value != NULL ? value->value : value->key);
    text_add(out, value->value != NULL ? "</span></p>" : "]</span></p>");
}

static void add_standard(struct text *out, const struct scheme_view *view)
{
    const char *separator = "";

    text_add(out, "<p>");
    add(out, view->standard == NULL ? "" : view->standard);
    if (view->version != NULL) {
        text_add_char(out, ' ');
        add(out, view->version);
    }
    if (view->version_date != NULL) {
        text_add(out, " (");
        add(out, view->version_date);
        text_add_char(out, ')');
    }
    for (size_t i = 0; i < view->point_count; i++)
        for (size_t j = 0; j < view->points[i].need_count && view->point_count > 1; j++) {
            if (strcmp(view->points[i].needs[j].outcome, "not-applicable") == 0)
                continue;
            text_add(out, *separator == '\0' ? ", provisions " : separator);
            add(out, view->points[i].needs[j].cited);
            separator = ", ";
        }
    text_add(out, "</p>");
}

static void add_needs(struct text *out, const struct scheme_view *view)
{
    text_add(out, "<table><thead><tr><th>Provision<th>Requirement, in short<th>Outcome"
                  "<th class=evidence>Evidence</thead><tbody>\n");
    for (size_t i = 0; i < view->point_count; i++)
        for (size_t j = 0; j < view->points[i].need_count; j++) {
            const struct scheme_need *need = &view->points[i].needs[j];
            text_add(out, "<tr><td class=id>");
            add(out, need->assessed == NULL ? need->cited : need->assessed);
            text_add(out, "<td>");
            add(out, need->text == NULL ? "" : need->text);
            text_add(out, "<td>");
            add_outcome(out, need->outcome);
            text_add(out, "<td>");
            add(out, need->evidence == NULL ? "" : need->evidence);
            text_add_char(out, '\n');
        }
    text_add(out, "</tbody></table>");
}

static void add_shown(struct text *out, const struct scheme_view *view,
                      const struct scheme_field *field)
{
    if (strcmp(field->shows, "standard") == 0) {
        add_standard(out, view);
    } else if (strcmp(field->shows, "assessed") == 0) {
        text_add(out, "<p>ETSI ");
        add(out, scheme_edition(view->edition));
        text_add(out, ", evaluated along ETSI ");
        add(out, scheme_method(view->edition));
        text_add(out, "</p>");
    } else if (strcmp(field->shows, "level") == 0) {
        text_add(out, "<p>");
        add(out, view->level == NULL ? "" : view->level);
        text_add(out, "</p>");
    } else if (strcmp(field->shows, "signature") == 0) {
        text_add(out, "<span class=sign></span><p class=dim>signature</p>");
    } else {
        add_needs(out, view);
    }
}

static void add_field(struct text *out, const struct scheme_view *view,
                      const struct scheme_field *field)
{
    bool is_long = field->shows != NULL && strstr(field->shows, "provisions") != NULL;

    text_add(out, is_long ? "<tr class=long><th colspan=2>" : "<tr><th scope=row>");
    add(out, field->label);
    text_add(out, is_long ? "</th></tr>\n<tr class=long><td colspan=2>" : "</th><td>");
    if (field->declares != NULL) {
        text_add(out, "<p>");
        add(out, field->declares);
        text_add(out, "</p>");
    }
    if (field->shows != NULL)
        add_shown(out, view, field);
    for (size_t i = 0; i < field->value_count; i++)
        add_value(out, &field->values[i], field->values[i].first && i > 0);
    if (field->if_any && field->value_count == 0)
        text_add(out, "<p>none is named in the dossier</p>");
    text_add(out, "</td></tr>\n");
}

static void add_stops(struct text *out, const struct scheme_view *view)
{
    if (view->title == NULL || view->stop_count == 0 || view->closed != NULL)
        return;
    text_add(out, "<h2>What stands in the way</h2>\n<ol>\n");
    for (size_t i = 0; i < view->stop_count; i++) {
        text_add(out, "<li><b>");
        add(out, view->stops[i].about);
        text_add(out, "</b>: ");
        add(out, view->stops[i].what);
        text_add_char(out, '\n');
    }
    text_add(out, "</ol>\n");
}

static void add_document(struct text *out, const struct scheme_view *view)
{
    text_add(out, scheme_is_final(view) ? "<h1>" : "<h1>DRAFT: ");
    add(out, view->title);
    text_add(out, "</h1>\n");
    if (view->law != NULL) {
        text_add(out, "<p class=law>");
        add(out, view->law);
        add_mark(out, view->document_confidence);
        text_add(out, "</p>\n");
    }
    if (view->opening != NULL) {
        text_add(out, "<p>");
        add(out, view->opening);
        text_add(out, "</p>\n");
    }
    text_add(out, "<table class=fields>\n");
    for (size_t i = 0; i < view->field_count; i++)
        add_field(out, view, &view->fields[i]);
    text_add(out, "</table>\n");
    add_stops(out, view);
}

/* --- what it rests on ---------------------------------------------------------------------- */

static void add_condition_rows(struct text *out, const struct scheme_condition *conditions,
                               size_t count)
{
    static const char *const words[] = {"open", "pass", "open", "fail"};
    static const char *const said[] = {"", "confirmed", "not confirmed", "does not hold"};

    for (size_t i = 0; i < count; i++) {
        enum scheme_standing standing = conditions[i].standing;
        text_add(out, "<tr><td><td>");
        add(out, conditions[i].text);
        text_add(out, " <span class=dim>confirmed.");
        add(out, conditions[i].id);
        text_add(out, "</span>");
        if (conditions[i].because != NULL) {
            text_add(out, "<br>");
            add(out, conditions[i].because);
        }
        text_addf(out, "<td><span class=\"o %s\">%s %s</span>\n", words[standing],
                  document_symbol(bytes_of(words[standing])), said[standing]);
    }
}

static void add_need_row(struct text *out, const struct scheme_view *view,
                         const struct scheme_need *need)
{
    text_add(out, "<tr><td class=id>");
    add(out, need->assessed == NULL ? need->cited : need->assessed);
    text_add(out, "<td>");
    add(out, need->text == NULL ? "" : need->text);
    if (need->assessed != NULL && strcmp(need->assessed, need->cited) != 0) {
        text_add(out, " <span class=dim>(");
        add(out, need->cited);
        text_addf(out, " in %s)</span>", scheme_other_edition(view->edition));
    }
    text_add(out, need->if_relevant ? " <span class=dim>where relevant</span>" : "");
    text_add(out, need->beside ? " <span class=dim>beside: stands in no way</span>" : "");
    add_mark(out, need->confidence);
    if (strcmp(need->outcome, "pass") != 0 && need->because != NULL && *need->because != '\0') {
        text_add(out, "<br>");
        add(out, need->because);
    }
    if (need->difference != NULL) {
        text_add(out, "<br><span class=dim>");
        add(out, need->difference);
        text_add(out, "</span>");
    }
    text_add(out, "<td>");
    add_outcome(out, need->outcome);
    text_add_char(out, '\n');
}

static void add_point(struct text *out, const struct scheme_view *view,
                      const struct scheme_point *point)
{
    const char *word = scheme_word(view, point);

    text_add(out, "<h3>");
    if (point->group != NULL) {
        add(out, point->id);
        text_add(out, point->clause == NULL ? "" : " (clause ");
        add(out, point->clause == NULL ? "" : point->clause);
        text_add(out, point->clause == NULL ? ": " : "): ");
    }
    add(out, point->text);
    text_addf(out, " <span class=\"o %s\">%s</span>",
              strcmp(word, "not met") == 0 ? "fail" : word, word);
    add_mark(out, point->confidence);
    text_add(out, "</h3>\n");
    if (point->law != NULL && point->group == NULL) {
        text_add(out, "<p class=law>");
        add(out, point->law);
        text_add(out, "</p>\n");
    }
    if (point->gap != NULL) {
        text_add(out, "<p>");
        add(out, point->gap);
        text_add(out, "</p>\n");
    }
    if (point->restriction != NULL)
        text_add(out, point->restricted
                          ? "<p><b>EN 18031 gives no presumption of this one for a product as "
                            "described: a notified body is needed.</b></p>\n"
                          : "<p>Presumption of this one is restricted: see About the "
                            "scheme.</p>\n");
    if (point->need_count + point->condition_count == 0)
        return;
    text_add(out, "<table><tbody>\n");
    for (size_t i = 0; i < point->need_count; i++)
        add_need_row(out, view, &point->needs[i]);
    add_condition_rows(out, point->conditions, point->condition_count);
    text_add(out, "</tbody></table>\n");
}

static void add_assessed(struct text *out, const struct scheme_view *view)
{
    text_add(out, "<p>");
    if (view->product != NULL) {
        add(out, view->product);
        text_add(out, ", ");
    }
    text_add(out, view->product != NULL ? "assessed against ETSI " : "Assessed against ETSI ");
    add(out, scheme_edition(view->edition));
    text_add(out, " along ETSI ");
    add(out, scheme_method(view->edition));
    if (view->date != NULL) {
        text_add(out, ", ");
        add(out, view->date);
    }
    text_add(out, ".</p>\n<p class=dim>");
    add(out, view->input == NULL ? "" : view->input);
    if (view->sha256 != NULL) {
        text_add(out, ", SHA-256 ");
        add(out, view->sha256);
    }
    text_add(out, "</p>\n");
    if (view->version != NULL && strcmp(view->version, "assessed") != 0) {
        text_add(out, "<p>The scheme cites ");
        add(out, view->standard == NULL ? "" : view->standard);
        text_add_char(out, ' ');
        add(out, view->version);
        text_add(out, ". Verdicts are those of the edition assessed; ids that changed between "
                      "the editions are shown with both.</p>\n");
    }
    if (view->standard_note != NULL) {
        text_add(out, "<p>Note: ");
        add(out, view->standard_note);
        text_add(out, "</p>\n");
    }
    if (view->applies != NULL) {
        text_add(out, "<p>");
        add(out, view->applies);
        text_add(out, "</p>\n");
    }
}

static void add_facts(struct text *out, const struct scheme_view *view)
{
    text_add(out, "<h2>About the scheme</h2>\n<table><tbody>\n");
    for (size_t i = 0; i < view->fact_count; i++) {
        const struct scheme_fact *fact = &view->facts[i];
        text_add(out, "<tr><td class=id>");
        if (i == 0 || strcmp(fact->topic, view->facts[i - 1].topic) != 0)
            add(out, fact->topic);
        text_add(out, "<td>");
        add(out, fact->text);
        add_mark(out, fact->confidence == NULL ? view->confidence : fact->confidence);
        text_add_char(out, '\n');
    }
    text_add(out, "</tbody></table>\n");
}

static void add_basis(struct text *out, const struct scheme_view *view)
{
    const char *group = "";

    add_assessed(out, view);
    if (view->point_count > 0) {
        text_add(out, view->view == NULL ? "<h2>What the scheme takes from the assessment: "
                                         : "<h2>What the assessment says about it: ");
        scheme_tally(view, out);
        text_add(out, "</h2>\n");
    }
    for (size_t i = 0; i < view->point_count; i++) {
        const struct scheme_point *point = &view->points[i];
        if (point->group != NULL && strcmp(point->group, group) != 0) {
            group = point->group;
            text_add(out, "<h2>");
            add(out, point->law == NULL ? "" : point->law);
            text_add(out, point->law == NULL ? "" : ": ");
            add(out, group);
            text_add(out, "</h2>\n");
        }
        add_point(out, view, point);
    }
    if (view->evidence_count > 0) {
        text_add(out, "<h3>What it wants besides</h3>\n<table><tbody>\n");
        add_condition_rows(out, view->evidence, view->evidence_count);
        text_add(out, "</tbody></table>\n");
    }
    add_facts(out, view);
}

void scheme_html(const struct scheme_view *view, struct text *out)
{
    bool has_document = view->title != NULL && view->closed == NULL;
    bool draft = has_document && !scheme_is_final(view);
    owned(text) title = text_new();

    text_addf(title, "%s%s · %s", draft ? "DRAFT: " : "",
              has_document ? view->title : view->name,
              view->product == NULL ? (view->input == NULL ? "" : view->input) : view->product);
    scheme_page_head(out, text_string(title), draft);
    text_add(out, "<main>\n");
    add_banner(out, view);
    if (has_document) {
        add_document(out, view);
        text_add(out, "<section class=annex>\n<h2>Annex: what it rests on</h2>\n<p class=dim>");
        add(out, view->name);
        text_add(out, "</p>\n");
    } else {
        text_add(out, "<section>\n<h1>");
        add(out, view->name);
        text_add(out, "</h1>\n");
    }
    text_add(out, "<p class=dim>");
    add(out, view->kind);
    text_add(out, "; ");
    for (struct bytes rest = bytes_of(view->status), word;
         bytes_next_field(&rest, '_', &word);) {
        text_add_html(out, word);
        text_add(out, rest.size > 0 ? " " : "");
    }
    if (view->since != NULL) {
        text_add(out, "; since ");
        add(out, view->since);
    }
    add_mark(out, view->confidence);
    text_add(out, "</p>\n");
    add_basis(out, view);
    text_add(out, "</section>\n<footer><p>Written by ");
    add(out, view->program == NULL ? "Proviso" : view->program);
    text_add(out, ". State of knowledge about the scheme: ");
    add(out, view->as_of);
    text_add(out, ". Nothing here is legal advice; the law and the scheme's own documents "
                  "prevail.</p></footer>\n</main>\n</body>\n</html>\n");
}
