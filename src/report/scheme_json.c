#include "report/scheme.h"

static const char *word(enum scheme_standing standing)
{
    static const char *const words[] = {"none", "met", "open", "fails"};

    return words[standing];
}

static void add_pair(struct text *out, const char *before, const char *key, const char *value)
{
    text_addf(out, "%s\"%s\": ", before, key);
    if (value == NULL)
        text_add(out, "null");
    else
        text_add_json(out, bytes_of(value));
}

static void add_flag(struct text *out, const char *key, bool value)
{
    text_addf(out, ", \"%s\": %s", key, value ? "true" : "false");
}

static void add_conditions(struct text *out, const char *key,
                           const struct scheme_condition *conditions, size_t count)
{
    text_addf(out, ", \"%s\": [", key);
    for (size_t i = 0; i < count; i++) {
        add_pair(out, i == 0 ? "{" : ", {", "id", conditions[i].id);
        add_pair(out, ", ", "text", conditions[i].text);
        add_pair(out, ", ", "standing", word(conditions[i].standing));
        add_pair(out, ", ", "because", conditions[i].because);
        text_add_char(out, '}');
    }
    text_add_char(out, ']');
}

static void add_need(struct text *out, const struct scheme_need *need)
{
    add_pair(out, "", "provision", need->assessed);
    add_pair(out, ", ", "cited", need->cited);
    add_pair(out, ", ", "requirement", need->text);
    add_pair(out, ", ", "base", need->base);
    add_pair(out, ", ", "outcome", need->outcome);
    add_pair(out, ", ", "because", need->because);
    add_pair(out, ", ", "standing", word(need->standing));
    add_pair(out, ", ", "cases", need->cases);
    add_pair(out, ", ", "units_left", need->units);
    add_pair(out, ", ", "evidence", need->evidence);
    add_pair(out, ", ", "mapping_confidence", need->confidence);
    add_pair(out, ", ", "difference", need->difference);
    add_flag(out, "where_relevant", need->if_relevant);
    add_flag(out, "beside", need->beside);
}

static void add_point(struct text *out, const struct scheme_view *view,
                      const struct scheme_point *point)
{
    add_pair(out, "", "id", point->id);
    add_pair(out, ", ", "requirement", point->requirement);
    add_pair(out, ", ", "law", point->law);
    add_pair(out, ", ", "group", point->group);
    add_pair(out, ", ", "text", point->text);
    add_pair(out, ", ", "basis", point->basis);
    add_pair(out, ", ", "confidence",
             point->confidence == NULL ? view->confidence : point->confidence);
    add_pair(out, ", ", "clause", point->clause);
    add_pair(out, ", ", "restriction", point->restriction);
    add_flag(out, "restricted", point->restricted);
    add_pair(out, ", ", "gap", point->gap);
    add_pair(out, ", ", "standing", word(point->standing));
    add_pair(out, ", ", "words", scheme_word(view, point));
    text_add(out, ", \"provisions\": [");
    for (size_t i = 0; i < point->need_count; i++) {
        text_add(out, i == 0 ? "\n    {" : ",\n    {");
        add_need(out, &point->needs[i]);
        text_add_char(out, '}');
    }
    text_add_char(out, ']');
    add_conditions(out, "conditions", point->conditions, point->condition_count);
}

static void add_fields(struct text *out, const struct scheme_view *view)
{
    text_add(out, ", \"fields\": [");
    for (size_t i = 0; i < view->field_count; i++) {
        const struct scheme_field *field = &view->fields[i];
        add_pair(out, i == 0 ? "\n  {" : ",\n  {", "id", field->id);
        add_pair(out, ", ", "label", field->label);
        add_pair(out, ", ", "text", field->text);
        add_pair(out, ", ", "declares", field->declares);
        add_pair(out, ", ", "shows", field->shows);
        text_add(out, ", \"values\": [");
        for (size_t j = 0; j < field->value_count; j++) {
            add_pair(out, j == 0 ? "{" : ", {", "key", field->values[j].key);
            add_pair(out, ", ", "value", field->values[j].value);
            add_flag(out, "needed", field->values[j].needed);
            text_add_char(out, '}');
        }
        text_add(out, "]}");
    }
    text_add_char(out, ']');
}

static void add_document(struct text *out, const struct scheme_view *view)
{
    if (view->title == NULL) {
        text_add(out, ",\n\"document\": null");
        return;
    }
    add_pair(out, ",\n\"document\": {", "title", view->title);
    add_pair(out, ", ", "law", view->law);
    add_pair(out, ", ", "confidence",
             view->document_confidence == NULL ? view->confidence : view->document_confidence);
    add_flag(out, "final", scheme_is_final(view));
    add_fields(out, view);
    text_add(out, ", \"in_the_way\": [");
    for (size_t i = 0; i < view->stop_count; i++) {
        add_pair(out, i == 0 ? "\n  {" : ",\n  {", "about", view->stops[i].about);
        add_pair(out, ", ", "what", view->stops[i].what);
        text_add_char(out, '}');
    }
    text_add(out, "]}");
}

static void add_scheme(struct text *out, const struct scheme_view *view)
{
    add_pair(out, ",\n\"scheme\": {", "id", view->id);
    add_pair(out, ", ", "name", view->name);
    add_pair(out, ", ", "level", view->level);
    add_pair(out, ", ", "jurisdiction", view->jurisdiction);
    add_pair(out, ", ", "kind", view->kind);
    add_pair(out, ", ", "mandatory", view->mandatory);
    add_pair(out, ", ", "status", view->status);
    add_pair(out, ", ", "since", view->since);
    add_pair(out, ", ", "confidence", view->confidence);
    add_pair(out, ", ", "standard", view->standard);
    add_pair(out, ", ", "version", view->version);
    add_pair(out, ", ", "version_date", view->version_date);
    add_pair(out, ", ", "standard_note", view->standard_note);
    add_pair(out, ", ", "view", view->view);
    add_pair(out, ", ", "closed", view->closed);
    add_pair(out, ", ", "as_of", view->as_of);
    text_add(out, ", \"facts\": [");
    for (size_t i = 0; i < view->fact_count; i++) {
        const char *confidence = view->facts[i].confidence;
        add_pair(out, i == 0 ? "\n  {" : ",\n  {", "topic", view->facts[i].topic);
        add_pair(out, ", ", "text", view->facts[i].text);
        add_pair(out, ", ", "confidence", confidence == NULL ? view->confidence : confidence);
        text_add_char(out, '}');
    }
    text_add(out, "]}");
}

void scheme_json(const struct scheme_view *view, struct text *out)
{
    text_add(out, "{\n\"format\": \"proviso-scheme\", \"version\": \"1\",\n");
    add_pair(out, "", "program", view->program);
    add_pair(out, ", ", "date", view->date);
    add_pair(out, ",\n\"assessment\": {", "input", view->input);
    add_pair(out, ", ", "product", view->product);
    add_pair(out, ", ", "sha256", view->sha256);
    add_pair(out, ", ", "edition", view->edition);
    add_flag(out, "dossier", view->dossier);
    add_pair(out, ", ", "overall", view->overall);
    text_add_char(out, '}');
    add_scheme(out, view);
    add_pair(out, ",\n", "applies", view->applies);
    add_pair(out, ",\n", "standing", word(view->standing));
    add_pair(out, ", ", "words", scheme_total(view));
    /* EN 303 645 gives presumption of conformity nowhere: nothing here may be read as one. */
    text_add(out, ", \"presumption_of_conformity\": false");
    text_add(out, ",\n\"points\": [");
    for (size_t i = 0; i < view->point_count; i++) {
        text_add(out, i == 0 ? "\n  {" : ",\n  {");
        add_point(out, view, &view->points[i]);
        text_add_char(out, '}');
    }
    text_add_char(out, ']');
    add_conditions(out, "evidence", view->evidence, view->evidence_count);
    add_document(out, view);
    text_add(out, "\n}\n");
}
