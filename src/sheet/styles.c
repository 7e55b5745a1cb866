#include "sheet/styles.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "sheet/xml.h"

#define LAST_DAY 2958466.0 /* behind 9999-12-31 */

struct code {
    uint64_t id;
    enum style style;
};

struct reading {
    struct package *package;
    struct styles *out;
    struct code *codes;
    size_t code_count, code_capacity;
    bool *struck; /* of each font */
    size_t font_count, font_capacity;
    bool in_fonts;
    bool in_cells; /* inside <cellXfs> */
};

enum style styles_of_code(struct bytes code)
{
    enum style style = STYLE_PLAIN;

    code = bytes_slice(code, 0, LIMIT_CODE);
    for (size_t i = 0; i < code.size; i++) {
        uint8_t byte = bytes_at(code, i), next = bytes_at(code, i + 1) | 0x20;
        if (byte == ';')
            break; /* what follows is for negative numbers */
        if (byte == '\\' || byte == '_' || byte == '*') {
            i++;
        } else if (byte == '"' || byte == '[') {
            if (byte == '[' && (next == 'h' || next == 'm' || next == 's'))
                return STYLE_PLAIN; /* a duration */
            size_t skip =
                bytes_find_byte(bytes_from_offset(code, i + 1), byte == '"' ? '"' : ']');
            i += skip == SIZE_MAX ? code.size : skip + 1;
        } else if (byte == '%') {
            style = STYLE_PERCENT;
        } else if (byte == '0' || byte == '#' || byte == '?') {
            continue;
        } else if (strchr("yYmMdDhHsS", byte) != NULL) {
            return STYLE_DATE;
        } else if (byte == 'G' || byte == 'g' || byte == 'E' || byte == 'e') {
            return style; /* General, or an exponent */
        }
    }
    return style;
}

static uint64_t number_of(const char *value)
{
    uint64_t number = UINT64_MAX;

    return value != NULL && bytes_to_u64(bytes_of(value), &number) ? number : UINT64_MAX;
}

/* Section 18.8.30: the formats that need no definition. */
static enum style style_of(const struct reading *reading, uint64_t id)
{
    for (size_t i = 0; i < reading->code_count; i++)
        if (reading->codes[i].id == id)
            return reading->codes[i].style;
    if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id == 45 || id == 47 ||
        (id >= 50 && id <= 58))
        return STYLE_DATE;
    return id == 9 || id == 10 ? STYLE_PERCENT : STYLE_PLAIN;
}

static void add_code(struct reading *reading, const char *const *attributes)
{
    const char *code = xml_attribute(attributes, "formatCode");

    if (reading->code_count >= LIMIT_FORMATS || code == NULL)
        return;
    reading->codes =
        arena_grow(reading->package->arena, reading->codes, &reading->code_capacity,
                   reading->code_count + 1, sizeof *reading->codes);
    reading->codes[reading->code_count++] = (struct code){
        .id = number_of(xml_attribute(attributes, "numFmtId")),
        .style = styles_of_code(bytes_of(code)),
    };
}

static void add_font(struct reading *reading, const char *name, const char *const *attributes)
{
    if (strcmp(name, "font") == 0 && reading->font_count < LIMIT_STYLES) {
        reading->struck =
            arena_grow(reading->package->arena, reading->struck, &reading->font_capacity,
                       reading->font_count + 1, sizeof *reading->struck);
        reading->struck[reading->font_count++] = false;
    } else if (strcmp(name, "strike") == 0 && reading->font_count > 0) {
        reading->struck[reading->font_count - 1] = xml_is_on(attributes, "val", true);
    }
}

static void add_style(struct reading *reading, const char *const *attributes)
{
    struct styles *out = reading->out;
    uint64_t font = number_of(xml_attribute(attributes, "fontId"));
    bool struck = font < reading->font_count && reading->struck[font];
    enum style style = style_of(reading, number_of(xml_attribute(attributes, "numFmtId")));

    out->list = arena_grow(reading->package->arena, out->list, &out->capacity, out->count + 1,
                           sizeof *out->list);
    out->list[out->count++] = (uint8_t)(style | (struck ? STYLE_STRUCK : 0));
}

static struct error *on_start(void *context, const char *name, const char *const *attributes)
{
    struct reading *reading = context;
    struct styles *out = reading->out;

    if (strcmp(name, "numFmt") == 0)
        add_code(reading, attributes);
    if (strcmp(name, "cellXfs") == 0)
        reading->in_cells = true;
    if (strcmp(name, "fonts") == 0)
        reading->in_fonts = true;
    if (reading->in_fonts)
        add_font(reading, name, attributes);
    if (!reading->in_cells || strcmp(name, "xf") != 0)
        return NULL;
    if (out->count >= LIMIT_STYLES)
        return error_new(ERROR_LIMIT, "more than %u styles", LIMIT_STYLES);
    add_style(reading, attributes);
    return NULL;
}

static struct error *on_end(void *context, const char *name)
{
    struct reading *reading = context;

    if (strcmp(name, "cellXfs") == 0)
        reading->in_cells = false;
    if (strcmp(name, "fonts") == 0)
        reading->in_fonts = false;
    return NULL;
}

struct error *styles_read(struct package *package, struct bytes part, struct styles *out)
{
    static const struct xml_handler handler = {.start = on_start, .end = on_end};
    struct reading reading = {.package = package, .out = out};
    const struct package_part *styles = part.size == 0 ? NULL : package_find(package, part);
    struct bytes content;

    *out = (struct styles){.since_1904 = out->since_1904};
    if (styles == NULL)
        return NULL;
    TRY(package_read(package, styles, &content));
    return error_wrap(xml_read(content, &handler, &reading), "%.*s is damaged", (int)part.size,
                      (const char *)part.data);
}

/* Days since 1970-01-01 as a date of the Gregorian calendar. */
static void add_date(struct text *out, int64_t days)
{
    int64_t shifted = days + 719468; /* since 0000-03-01: the leap day comes last in its year */
    int64_t era = shifted / 146097, day_of_era = shifted % 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * month + 2) / 5 + 1;

    month = month < 10 ? month + 3 : month - 9;
    text_addf(out, "%04" PRId64 "-%02" PRId64 "-%02" PRId64,
              year_of_era + era * 400 + (month <= 2), month, day);
}

static void add_moment(const struct styles *styles, double value, struct text *out)
{
    double whole = floor(value);
    int64_t days = (int64_t)whole, seconds = (int64_t)llround((value - whole) * 86400);

    if (seconds == 86400) {
        days++;
        seconds = 0;
    }
    bool time_alone = days == 0 && !styles->since_1904;
    if (!time_alone) {
        /* Day 60 of the older count is a 29 February 1900 that never was. */
        int64_t epoch = styles->since_1904 ? -24107 : days < 60 ? -25568 : -25569;
        add_date(out, days + epoch);
    }
    if (seconds != 0 || time_alone)
        text_addf(out, "%s%02" PRId64 ":%02" PRId64 ":%02" PRId64, time_alone ? "" : " ",
                  seconds / 3600, seconds / 60 % 60, seconds % 60);
}

bool styles_is_struck(const struct styles *styles, size_t index)
{
    return index < styles->count && (styles->list[index] & STYLE_STRUCK) != 0;
}

bool styles_add_number(const struct styles *styles, size_t index, struct bytes value,
                       struct text *out)
{
    enum style style = index < styles->count
                           ? (enum style)(styles->list[index] & (STYLE_STRUCK - 1))
                           : STYLE_PLAIN;
    char string[64] = "", *end = string;

    if (value.size < sizeof string)
        mem_copy(string, value.data, value.size);
    double number = strtod(string, &end);
    if (end == string || *end != '\0' || !isfinite(number)) {
        text_add_bytes(out, value);
        return false;
    }
    if (style == STYLE_DATE && number >= 0 && number < LAST_DAY) {
        add_moment(styles, number, out);
        return true;
    }
    if (style == STYLE_PERCENT)
        text_addf(out, "%.15g%%", number * 100);
    else
        text_addf(out, "%.15g", number);
    return false;
}
