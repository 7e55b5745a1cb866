#include "report/sbom.h"

struct gathering {
    struct arena *arena; /* of the component at hand */
    struct sbom_component component;
    struct sbom_occurrence *occurrences;
    size_t capacity;
    bool several_files;
};

static const char components_sql[] =
    "SELECT c.name, COALESCE(c.version, ''), COALESCE(c.grade, 'F'), c.source, c.kind, c.purl,"
    " c.cpe, c.licence, c.architecture, c.revision, COALESCE(n.path, c.path), c.line,"
    " c.\"offset\", c.excerpt, n.sha256, n.kind = 'file', lower(c.name)"
    " FROM component AS c"
    " LEFT JOIN node AS n ON n.id = c.node WHERE c.name <> '' ORDER BY c.name,"
    " COALESCE(c.version, ''), COALESCE(c.grade, 'F'), COALESCE(n.path, c.path), c.\"offset\","
    " c.id";

enum { NAME, VERSION, GRADE, SOURCE, KIND, PURL, CPE, LICENCE, ARCHITECTURE, REVISION, PATH };
enum { LINE = PATH + 1, OFFSET, EXCERPT, SHA256, IS_FILE, KEY };

/* Is the file itself the component, not a data base or another file that speaks of it? */
static bool is_the_component(const struct query *row)
{
    static const char *const sources[] = {"banner", "soname", "note", "file"};
    struct bytes source = query_text(row, SOURCE), grade = query_text(row, GRADE);

    if (bytes_is(grade, "A") || bytes_is(grade, "D") || query_integer(row, IS_FILE) == 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(sources); i++)
        if (bytes_is(source, sources[i]))
            return true;
    return false;
}

static void take_first(struct gathering *gathering, const struct query *row, int column,
                       struct bytes *value)
{
    if (value->size == 0)
        *value = arena_copy(gathering->arena, query_text(row, column));
}

static void note_file(struct gathering *gathering, const struct sbom_occurrence *occurrence)
{
    struct sbom_component *component = &gathering->component;

    if (component->file.size == 0 && !gathering->several_files) {
        component->file = occurrence->path;
        component->sha256 = occurrence->sha256;
    } else if (!bytes_equal(component->file, occurrence->path)) {
        gathering->several_files = true;
        component->file = component->sha256 = bytes_of("");
    }
}

static void add_row(struct gathering *gathering, const struct query *row)
{
    struct sbom_component *component = &gathering->component;
    struct arena *arena = gathering->arena;
    uint8_t grade = bytes_at(query_text(row, GRADE), 0);
    struct sbom_occurrence occurrence = {
        .path = arena_copy(arena, query_text(row, PATH)),
        .line = query_integer(row, LINE) > 0 ? query_integer(row, LINE) : 0,
        .offset = query_integer(row, OFFSET),
        .has_offset = query_integer(row, OFFSET) > 0,
        .excerpt = arena_copy(arena, query_text(row, EXCERPT)),
        .grade = grade >= 'A' && grade <= 'F' ? (char)grade : 'F',
        .source = arena_copy(arena, query_text(row, SOURCE)),
        .sha256 = arena_copy(arena, query_text(row, SHA256)),
    };

    take_first(gathering, row, KIND, &component->kind);
    take_first(gathering, row, PURL, &component->purl);
    take_first(gathering, row, CPE, &component->cpe);
    take_first(gathering, row, LICENCE, &component->licence);
    take_first(gathering, row, ARCHITECTURE, &component->architecture);
    take_first(gathering, row, REVISION, &component->revision);
    if (is_the_component(row))
        note_file(gathering, &occurrence);
    component->occurrences_all++;
    if (component->occurrence_count == SBOM_OCCURRENCES)
        return;
    gathering->occurrences =
        arena_grow(arena, gathering->occurrences, &gathering->capacity,
                   component->occurrence_count + 1, sizeof *gathering->occurrences);
    gathering->occurrences[component->occurrence_count++] = occurrence;
    component->occurrences = gathering->occurrences;
}

static void begin_component(struct gathering *gathering, const struct query *row)
{
    struct arena *arena = gathering->arena;

    arena_reset(arena);
    *gathering = (struct gathering){.arena = arena};
    gathering->component.name = arena_copy(arena, query_text(row, NAME));
    gathering->component.version = arena_copy(arena, query_text(row, VERSION));
}

/* What 6-SoftComp declares, sorted by name in lower case. */
struct declared {
    struct bytes key, version, entry;
    bool updatable_known, updatable;
};

struct declarations {
    struct declared *rows;
    size_t count, capacity;
};

static struct error *read_declared(struct machine *machine, struct declarations *out)
{
    struct query query;
    bool found = false;

    TRY(machine_query(machine,
                      "SELECT lower(name), version, entry, updatable FROM declared_component"
                      " WHERE name <> '' ORDER BY lower(name), version IS NOT NULL, version,"
                      " entry",
                      &query));
    struct error *error = query_next(&query, &found);
    while (error == NULL && found) {
        out->rows = arena_grow(machine->arena, out->rows, &out->capacity, out->count + 1,
                               sizeof *out->rows);
        out->rows[out->count++] = (struct declared){
            .key = arena_copy(machine->arena, query_text(&query, 0)),
            .version = arena_copy(machine->arena, query_text(&query, 1)),
            .entry = arena_copy(machine->arena, query_text(&query, 2)),
            .updatable_known = !query_is_null(&query, 3),
            .updatable = query_integer(&query, 3) != 0,
        };
        error = query_next(&query, &found);
    }
    query_close(&query);
    return error;
}

/* The declared component of that name: of the same version, else of none, else the first. */
static const struct declared *find_declared(const struct declarations *declarations,
                                            struct bytes key, struct bytes version)
{
    const struct declared *rows = declarations->rows;
    size_t low = 0, high = declarations->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bytes_compare(rows[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == declarations->count || !bytes_equal(rows[low].key, key))
        return NULL;
    for (size_t i = low; i < declarations->count && bytes_equal(rows[i].key, key); i++)
        if (bytes_equal(rows[i].version, version))
            return &rows[i];
    return &rows[low];
}

static void note_declared(struct gathering *gathering, const struct declarations *declarations,
                          struct bytes key)
{
    struct sbom_component *component = &gathering->component;
    const struct declared *row = find_declared(declarations, key, component->version);

    if (row == NULL)
        return;
    component->declared = true;
    component->declared_entry = row->entry;
    component->declared_version = row->version;
    component->declared_updatable_known = row->updatable_known;
    component->declared_updatable = row->updatable;
}

struct error *sbom_each(struct machine *machine,
                        struct error *(*each)(void *context,
                                              const struct sbom_component *component),
                        void *context)
{
    owned(arena) arena = arena_new();
    struct gathering gathering = {.arena = arena};
    struct sbom_component *component = &gathering.component;
    struct declarations declarations = {.count = 0};
    struct query rows;
    bool found = false;

    if (query_number(machine->db,
                     "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND"
                     " name = 'component'",
                     0) == 0)
        return NULL; /* assessed without the check for components */
    TRY(read_declared(machine, &declarations));
    TRY(query_open(machine->db, components_sql, &rows));
    struct error *error = query_next(&rows, &found);
    while (error == NULL && found) {
        begin_component(&gathering, &rows);
        note_declared(&gathering, &declarations, query_text(&rows, KEY));
        while (error == NULL && found &&
               bytes_equal(query_text(&rows, NAME), component->name) &&
               bytes_equal(query_text(&rows, VERSION), component->version)) {
            add_row(&gathering, &rows);
            error = query_next(&rows, &found);
        }
        if (error == NULL)
            error = each(context, component);
    }
    query_close(&rows);
    return error;
}

void sbom_add_id(struct text *out, const struct machine *machine, const char *kind)
{
    owned(text) about = text_new();

    text_addf(about, "%s\n%s\n%s\n%s\n%s", machine->version, machine->input, machine->product,
              machine->product_version, machine->date == NULL ? "" : machine->date);
    machine_add_uuid(out, kind, bytes_of(machine->sha256), text_bytes(about));
}

struct bytes sbom_purl(const struct sbom_component *component)
{
    struct bytes purl = component->purl, rest = bytes_from_offset(purl, sizeof "pkg:" - 1);
    struct bytes type, nothing = bytes_of("");

    if (!bytes_starts(purl, "pkg:") || !bytes_next_field(&rest, '/', &type) || type.size == 0)
        return nothing;
    for (size_t i = 0; i < type.size; i++)
        if (type.data[i] < 'a' || type.data[i] > 'z')
            return nothing; /* every type that a check gives is a word: deb, generic, rpm … */
    uint8_t first = bytes_at(rest, 0);
    if (rest.size == 0 || first == '/' || first == '@' || first == '?' || first == '#')
        return nothing;
    for (size_t i = 0; i < rest.size; i++) {
        uint8_t c = rest.data[i];
        if (c <= 0x20 || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\')
            return nothing;
    }
    return purl;
}

/* One part as a formatted string binds it (NIST IR 7695, 6.2); false when it cannot be. */
static bool add_part(struct text *out, struct bytes part, bool quoted)
{
    if (part.size == 0)
        return false;
    for (size_t i = 0; i < part.size; i++) {
        uint8_t c = part.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (c <= 0x20 || c >= 0x7f || (!plain && c == '"'))
            return false;
        if (!plain && !(quoted && c == '\\') && !(quoted && i > 0 && part.data[i - 1] == '\\'))
            text_add_char(out, '\\');
        text_add_char(out, (char)c);
    }
    return !quoted || bytes_at(part, part.size - 1) != '\\';
}

void sbom_add_cpe(struct text *out, const struct sbom_component *component)
{
    owned(text) cpe = text_new();
    struct bytes rest = component->cpe, part;
    unsigned parts = 0;
    bool sound = true;

    if (!bytes_starts(rest, "cpe:2.3:"))
        return;
    text_add(cpe, "cpe:2.3");
    rest = bytes_from_offset(rest, sizeof "cpe:2.3:" - 1);
    while (parts < 3 && sound && bytes_next_field(&rest, ':', &part)) {
        text_add_char(cpe, ':');
        sound = add_part(cpe, part, true);
        parts++;
    }
    if (parts < 3 || !sound)
        return;
    owned(text) version = text_new();
    text_add(cpe, ":");
    text_add(cpe, add_part(version, component->version, false) ? text_string(version) : "*");
    text_add(cpe, ":*:*:*:*:*:*:*");
    struct bytes kind = bytes_slice(text_bytes(cpe), sizeof "cpe:2.3:" - 1, 2);
    if (bytes_is(kind, "a:") || bytes_is(kind, "o:") || bytes_is(kind, "h:"))
        text_add_bytes(out, text_bytes(cpe));
}

int sbom_confidence(char grade)
{
    static const int confidences[] = {100, 90, 80, 60, 50, 30};

    return grade >= 'A' && grade <= 'F' ? confidences[grade - 'A'] : 10;
}
