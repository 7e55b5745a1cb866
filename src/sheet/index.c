#include "sheet/index.h"

#include <string.h>

#include "base/path.h"
#include "model/book.h"
#include "sheet/xml.h"

static struct bytes copy(struct arena *arena, const char *string)
{
    return string == NULL ? bytes_of(NULL) : arena_copy(arena, bytes_of(string));
}

static struct error *no_end(void *context, const char *name)
{
    (void)context;
    (void)name;
    return NULL;
}

struct relating {
    struct package *package;
    struct bytes part;
    struct relations *out;
};

static struct error *on_relation(void *context, const char *name, const char *const *attributes)
{
    struct relating *relating = context;
    struct arena *arena = relating->package->arena;
    const char *mode = xml_attribute(attributes, "TargetMode");
    struct relation relation = {.external = mode != NULL && strcmp(mode, "External") == 0};

    if (strcmp(name, "Relationship") != 0)
        return NULL;
    if (relating->out->count >= LIMIT_PACKAGE_PARTS * 10)
        return error_new(ERROR_LIMIT, "more relationships than a package has parts");
    relation.id = copy(arena, xml_attribute(attributes, "Id"));
    relation.type = path_base(copy(arena, xml_attribute(attributes, "Type")));
    relation.target = copy(arena, xml_attribute(attributes, "Target"));
    if (!relation.external)
        relation.target = package_resolve(arena, relating->part, relation.target);
    relating->out->list = arena_grow(arena, relating->out->list, &relating->out->capacity,
                                     relating->out->count + 1, sizeof *relating->out->list);
    relating->out->list[relating->out->count++] = relation;
    return NULL;
}

struct error *relations_read(struct package *package, struct bytes part, struct relations *out)
{
    static const struct xml_handler handler = {.start = on_relation, .end = no_end};
    struct bytes name = package_relations_of(package->arena, part), content;
    const struct package_part *relations = package_find(package, name);
    struct relating relating = {.package = package, .part = part, .out = out};

    *out = (struct relations){.count = 0};
    if (relations == NULL)
        return NULL;
    TRY(package_read(package, relations, &content));
    return error_wrap(xml_read(content, &handler, &relating), "%.*s is damaged", (int)name.size,
                      (const char *)name.data);
}

const struct relation *relations_of_type(const struct relations *relations, const char *type)
{
    for (size_t i = 0; i < relations->count; i++)
        if (bytes_is(relations->list[i].type, type) && !relations->list[i].external)
            return &relations->list[i];
    return NULL;
}

struct indexing {
    struct package *package;
    const struct relations *relations;
    struct index *out;
};

static const struct relation *relation_called(const struct relations *relations, const char *id)
{
    for (size_t i = 0; id != NULL && i < relations->count; i++)
        if (bytes_is(relations->list[i].id, id))
            return &relations->list[i];
    return NULL;
}

static struct error *add_sheet(struct indexing *indexing, const char *const *attributes)
{
    struct index *index = indexing->out;
    struct arena *arena = indexing->package->arena;
    const char *state = xml_attribute(attributes, "state");
    const struct relation *relation =
        relation_called(indexing->relations, xml_attribute(attributes, "id"));
    struct index_sheet sheet = {.hidden = state != NULL && strcmp(state, "visible") != 0};

    if (index->count >= LIMIT_BOOK_SHEETS)
        return error_new(ERROR_LIMIT, "it has more than %u sheets", LIMIT_BOOK_SHEETS);
    sheet.name = copy(arena, xml_attribute(attributes, "name"));
    if (relation != NULL && !relation->external) {
        sheet.part = relation->target;
        sheet.other = !bytes_is(relation->type, "worksheet");
    }
    index->sheets = arena_grow(arena, index->sheets, &index->capacity, index->count + 1,
                               sizeof *index->sheets);
    index->sheets[index->count++] = sheet;
    return NULL;
}

static struct error *on_workbook(void *context, const char *name, const char *const *attributes)
{
    struct indexing *indexing = context;

    if (strcmp(name, "sheet") == 0)
        return add_sheet(indexing, attributes);
    if (strcmp(name, "workbookPr") == 0)
        indexing->out->since_1904 = xml_is_on(attributes, "date1904", false);
    return NULL;
}

/* Another format of a spreadsheet program, or of a text program, in a zip archive. */
static struct error *refuse(const struct package *package, struct bytes workbook)
{
    const struct package_part *part = package_find(package, bytes_of("mimetype"));

    if (part != NULL && package_find(package, bytes_of("content.xml")) != NULL)
        return error_new(ERROR_UNSUPPORTED, "it is an OpenDocument file: save it as .xlsx");
    if (bytes_ends(workbook, ".bin"))
        return error_new(ERROR_UNSUPPORTED,
                         "it is a binary workbook (.xlsb): save it as .xlsx");
    return error_new(ERROR_INPUT, "it is a zip archive without a workbook in it");
}

static struct error *find_workbook(struct package *package, struct bytes *out)
{
    struct relations top;

    *out = bytes_of("xl/workbook.xml");
    TRY(relations_read(package, bytes_of(""), &top));
    const struct relation *document = relations_of_type(&top, "officeDocument");
    if (document != NULL)
        *out = document->target;
    if (package_find(package, *out) == NULL || !bytes_ends(*out, "xml"))
        return refuse(package, *out);
    return NULL;
}

struct error *index_read(struct package *package, struct index *out)
{
    static const struct xml_handler handler = {.start = on_workbook, .end = no_end};
    struct bytes workbook, content;
    struct relations relations;
    struct indexing indexing = {.package = package, .relations = &relations, .out = out};

    *out = (struct index){.count = 0};
    TRY(find_workbook(package, &workbook));
    TRY(relations_read(package, workbook, &relations));
    TRY(package_read(package, package_find(package, workbook), &content));
    TRY(error_wrap(xml_read(content, &handler, &indexing), "%.*s is damaged",
                   (int)workbook.size, (const char *)workbook.data));
    const struct relation *strings = relations_of_type(&relations, "sharedStrings");
    const struct relation *styles = relations_of_type(&relations, "styles");
    if (strings != NULL)
        out->strings = strings->target;
    if (styles != NULL)
        out->styles = styles->target;
    return out->count > 0 ? NULL : error_new(ERROR_INPUT, "the workbook lists no sheet");
}
