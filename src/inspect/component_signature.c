#include "inspect/component_signature.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* Compiled on first use, for the life of the process. */
static pcre2_code **compiled;
static pcre2_match_data *match_data;
static pcre2_match_context *match_context;

static pcre2_code *code_of(uint32_t mark)
{
    int failure;
    size_t offset;

    if (compiled == NULL) {
        compiled = mem_alloc(component_mark_count * sizeof *compiled);
        for (size_t i = 0; i < component_mark_count; i++)
            compiled[i] = NULL;
        match_data = pcre2_match_data_create(8, NULL);
        match_context = pcre2_match_context_create(NULL);
        pcre2_set_match_limit(match_context, LIMIT_COMPONENT_STEPS);
        pcre2_set_depth_limit(match_context, LIMIT_COMPONENT_STEPS);
    }
    if (compiled[mark] == NULL)
        compiled[mark] = pcre2_compile((PCRE2_SPTR)component_marks[mark].match,
                                       PCRE2_ZERO_TERMINATED, 0, &failure, &offset, NULL);
    return compiled[mark];
}

/* TEMPLATE with \1 … \9 replaced by what the groups hold. */
static struct bytes fill(const char *template, struct bytes text, int groups,
                         struct arena *arena)
{
    const size_t *ends = pcre2_get_ovector_pointer(match_data);
    owned(text) out = text_new();

    for (; *template != '\0'; template ++) {
        if (*template != '\\' || template[1] < '1' || template[1] > '9') {
            text_add_char(out, *template);
            continue;
        }
        int group = *++template - '0';
        if (group < groups && ends[2 * group] != PCRE2_UNSET)
            text_add_bytes(
                out, bytes_slice(text, ends[2 * group], ends[2 * group + 1] - ends[2 * group]));
    }
    return arena_copy(arena, text_bytes(out));
}

bool signature_matches(uint32_t mark, struct bytes text, struct arena *arena,
                       struct bytes *version, size_t *at, size_t *length)
{
    const struct component_mark *this = &component_marks[mark];
    const pcre2_code *code = code_of(mark);
    uint32_t options =
        this->kind == MARK_STRING ? 0 : (uint32_t)(PCRE2_ANCHORED | PCRE2_ENDANCHORED);

    if (code == NULL || text.size == 0)
        return false;
    int groups = pcre2_match(code, text.data, text.size, 0, options, match_data, match_context);
    if (groups < 1)
        return false;
    const size_t *ends = pcre2_get_ovector_pointer(match_data);
    *at = ends[0];
    *length = ends[1] - ends[0];
    *version = fill(this->version, text, groups, arena);
    return version->size > 0;
}

bool signature_fits(const char *glob, struct bytes name)
{
    size_t i = 0;

    for (; *glob != '\0' && *glob != '*'; i++) {
        uint8_t byte = bytes_at(name, i);
        if (i >= name.size)
            return false;
        if (*glob == '[') { /* [0-9] is the only class we write */
            if (byte < '0' || byte > '9')
                return false;
            glob += strlen("[0-9]");
        } else if (byte != (uint8_t)*glob++) {
            return false;
        }
    }
    if (*glob == '\0')
        return i == name.size;
    for (size_t skip = i; skip <= name.size; skip++)
        if (signature_fits(glob + 1, bytes_from_offset(name, skip)))
            return true;
    return false;
}

const struct component_row *signature_row(uint32_t mark)
{
    size_t low = 0, high = component_row_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (component_rows[middle].first_mark <= mark)
            low = middle;
        else
            high = middle;
    }
    while (low > 0 && mark >= component_rows[low].first_mark + component_rows[low].mark_count)
        low--;
    return &component_rows[low];
}

static bool owns(const struct component_row *row, struct bytes name)
{
    for (const char *const *glob = row->files; *glob != NULL; glob++)
        if (signature_fits(*glob, name))
            return true;
    return false;
}

/* What is known so far of one component in the file at hand. */
struct state {
    bool own;
    char grade;    /* of the versions; 0: none yet */
    uint32_t mark; /* that gave them */
    size_t version_count;
    struct {
        struct bytes version;
        uint64_t offset, length;
    } versions[LIMIT_COMPONENT_VERSIONS];
};

struct search {
    const struct file *file;
    struct arena *arena;
    struct bytes name;
    bool binary, elf;
    struct state *states; /* one a row */
};

/* Compares numbers between points, as far as there are numbers. */
static bool is_lower(struct bytes a, struct bytes b)
{
    struct bytes left, right;
    uint64_t x, y;

    while (bytes_next_field(&a, '.', &left) && bytes_next_field(&b, '.', &right)) {
        if (!bytes_to_u64(left, &x) || !bytes_to_u64(right, &y))
            return false;
        if (x != y)
            return x < y;
    }
    return b.size > 0;
}

/* A version is taken when its grade, then its mark's place in the list, is not worse. */
static void take_version(struct state *state, uint32_t mark, char grade, struct bytes version,
                         uint64_t offset, uint64_t length)
{
    bool better = state->grade == 0 || grade < state->grade ||
                  (grade == state->grade && mark < state->mark);

    if (!better && (grade != state->grade || mark != state->mark))
        return;
    if (better) {
        state->grade = grade;
        state->mark = mark;
        state->version_count = 0;
    }
    for (size_t i = 0; i < state->version_count && i < LIMIT_COMPONENT_VERSIONS; i++)
        if (bytes_equal(state->versions[i].version, version))
            return;
    if (component_marks[mark].highest && state->version_count > 0) {
        if (!is_lower(state->versions[0].version, version))
            return;
        state->version_count = 0;
    }
    if (state->version_count < LIMIT_COMPONENT_VERSIONS) {
        state->versions[state->version_count].version = version;
        state->versions[state->version_count].offset = offset;
        state->versions[state->version_count].length = length;
    }
    state->version_count++;
}

static void try_hit(struct search *search, const struct hit *hit)
{
    if (hit->pattern >= component_pattern_count)
        return;
    uint32_t number = component_pattern_marks[hit->pattern];
    const struct component_mark *mark = &component_marks[number];
    const struct component_row *row = signature_row(number);
    struct state *state = &search->states[row - component_rows];
    char grade = state->own && mark->grade != '-' ? mark->grade : mark->elsewhere;
    uint64_t before = (uint64_t)mark->width + mark->before;
    struct bytes version;
    size_t at, length;

    if (grade == '-' || (!search->binary && !mark->text))
        return;
    if (state->version_count > LIMIT_COMPONENT_VERSIONS && state->mark == number)
        return;
    uint64_t from = hit->end > before ? hit->end - before : 0;
    struct bytes window =
        bytes_slice(search->file->content, from, hit->end - from + LIMIT_COMPONENT_WINDOW);
    if (!signature_matches(number, window, search->arena, &version, &at, &length))
        return;
    if (mark->also != NULL && !bytes_contains(search->file->content, mark->also))
        return;
    if (mark->unless != NULL && bytes_contains(search->file->content, mark->unless))
        return;
    take_version(state, number, grade, version, from + at, length);
}

static void try_name(struct search *search, const struct component_row *row,
                     struct state *state)
{
    struct bytes version;
    size_t at, length;

    for (uint32_t i = row->first_mark; i < row->first_mark + row->mark_count; i++) {
        const struct component_mark *mark = &component_marks[i];
        if (mark->kind == MARK_FILE && (search->elf || mark->text) &&
            signature_matches(i, search->name, search->arena, &version, &at, &length))
            take_version(state, i, mark->grade, version, 0, 0);
    }
}

static void try_bare_string(struct search *search, const struct component_row *row,
                            struct state *state, struct bytes string, uint64_t offset)
{
    struct bytes version;
    size_t at, length;

    for (uint32_t i = row->first_mark; i < row->first_mark + row->mark_count; i++) {
        const struct component_mark *mark = &component_marks[i];
        if (mark->kind == MARK_BARE &&
            signature_matches(i, string, search->arena, &version, &at, &length))
            take_version(state, i, mark->grade, version, offset, string.size);
    }
}

/* Has ROW a bare mark, and does every string such a mark fits hold a point? */
static bool has_bare_mark(const struct component_row *row, bool *dotted)
{
    bool has = false;

    *dotted = true;
    for (uint32_t i = row->first_mark; i < row->first_mark + row->mark_count; i++) {
        if (component_marks[i].kind != MARK_BARE)
            continue;
        has = true;
        *dotted = *dotted && strstr(component_marks[i].match, "\\.") != NULL;
    }
    return has;
}

/* ZLIB_VERSION, which every program that uses zlib carries as a string of its own. */
static bool is_zlib_release(struct bytes string)
{
    return bytes_starts(string, "1.2.") || bytes_is(string, "1.3.1") || bytes_is(string, "1.3");
}

/* The printable bytes at the end of CHUNK, when they are few: what stands before is no text. */
static struct bytes last_string(struct bytes chunk)
{
    size_t size = 0;

    while (size < chunk.size && size < LIMIT_COMPONENT_STRING) {
        uint8_t byte = bytes_at(chunk, chunk.size - size - 1);
        if (byte < 0x20 || byte > 0x7e)
            break;
        size++;
    }
    return bytes_from_offset(chunk, chunk.size - size);
}

/* Offset of the next byte that may lie in a version: a point where all have one. */
static size_t next_place(struct bytes content, size_t from, bool dotted)
{
    struct bytes rest = bytes_from_offset(content, from);
    size_t size = 0;

    if (dotted) {
        size = bytes_find_byte(rest, '.');
        return size == SIZE_MAX ? content.size : from + size;
    }
    while (size < rest.size && bytes_at(rest, size) == 0)
        size++;
    return from + size;
}

/* Strings that end in NUL and begin as a number does. */
static void try_bare(struct search *search, const struct component_row *row,
                     struct state *state)
{
    struct bytes content = search->file->content;
    bool library = bytes_contains(search->name, ".so"), dotted;
    size_t at = 0;

    if (content.size > LIMIT_COMPONENT_BARE || !has_bare_mark(row, &dotted))
        return;
    while ((at = next_place(content, at, dotted)) < content.size) {
        size_t size = bytes_find_byte(bytes_from_offset(content, at), 0);
        if (size == SIZE_MAX)
            return;
        size_t from = at < LIMIT_COMPONENT_STRING ? 0 : at - LIMIT_COMPONENT_STRING;
        struct bytes string = last_string(bytes_slice(content, from, at + size - from));
        uint8_t first = bytes_at(string, bytes_at(string, 0) == 'v' ? 1 : 0);
        if (string.size >= 2 && string.size < LIMIT_COMPONENT_STRING && first >= '0' &&
            first <= '9' && (library || !is_zlib_release(string)))
            try_bare_string(search, row, state, string, at + size - string.size);
        at += size + 1;
    }
}

static const char *source_of(char grade, uint32_t mark)
{
    if (grade == 'F')
        return "file";
    if (component_marks[mark].kind == MARK_FILE)
        return "soname";
    return component_marks[mark].kind == MARK_BARE || grade == 'D' ? "string" : "banner";
}

static size_t report(const struct search *search, const struct component_row *row,
                     const struct state *state, bool void_names, struct component_found *out,
                     size_t count)
{
    bool weak = state->grade == 0 || state->grade == 'E';
    /* Several numbers and no word: one of them is somebody else's. */
    bool table = state->version_count > LIMIT_COMPONENT_VERSIONS ||
                 (state->version_count > 1 && state->grade >= 'D');

    if (state->version_count > 0 && !table && !(weak && void_names)) {
        for (size_t i = 0; i < state->version_count && count < LIMIT_COMPONENTS_FILE; i++)
            out[count++] = (struct component_found){
                .row = row,
                .version = state->versions[i].version,
                .grade = state->grade,
                .source = source_of(state->grade, state->mark),
                .offset = state->versions[i].offset,
                .length = state->versions[i].length,
            };
    } else if (state->own && row->presence && search->elf && !void_names &&
               count < LIMIT_COMPONENTS_FILE) {
        out[count++] = (struct component_found){.row = row, .grade = 'F', .source = "file"};
    }
    return count;
}

size_t signatures_find(const struct file *file, struct arena *arena,
                       struct component_found out[LIMIT_COMPONENTS_FILE])
{
    struct search search = {
        .file = file,
        .arena = arena,
        .name = path_base(file->node->path),
        .binary = !bytes_is_text(bytes_slice(file->content, 0, LIMIT_COMPONENT_HEAD)),
        .elf = bytes_starts(file->content, "\177ELF"),
        .states = arena_array(arena, component_row_count, sizeof *search.states),
    };
    bool exclusive = false;
    size_t count = 0;

    for (size_t i = 0; i < component_row_count; i++)
        search.states[i].own = owns(&component_rows[i], search.name);
    for (size_t i = 0; i < file->hit_count; i++)
        try_hit(&search, &file->hits[i]);
    for (size_t i = 0; i < component_row_count; i++) {
        struct state *state = &search.states[i];
        if (state->own)
            try_name(&search, &component_rows[i], state);
        if (state->own && search.elf && state->grade == 0)
            try_bare(&search, &component_rows[i], state);
        exclusive = exclusive || (component_rows[i].exclusive && state->version_count > 0);
    }
    for (size_t i = 0; i < component_row_count; i++)
        count = report(&search, &component_rows[i], &search.states[i],
                       exclusive && !component_rows[i].exclusive, out, count);
    return count;
}
