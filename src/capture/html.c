#include "capture/html.h"

#include "base/limits.h"
#include "base/size.h"
#include "base/utf8.h"

/* A tag with the attributes that matter here. */
struct tag {
    struct bytes name;
    bool closes;
    struct bytes type, id, called, placeholder, label, equiv, content, style;
    bool hidden;
};

/* What stands on every page of a site, or is for programs. */
static const char *const left_out[] = {"nav",    "footer", "aside",    "noscript", "template",
                                       "select", "button", "datalist", "svg",      "object"};

static const char *const inline_names[] = {
    "b",    "i",    "em",  "strong", "span", "u",   "s",   "font", "sup", "sub", "small",
    "code", "mark", "wbr", "abbr",   "a",    "bdi", "bdo", "q",    "ins", "del"};

/* They have no end, so nothing can be inside them. */
static const char *const voids[] = {"input", "br",   "img",   "meta",  "link", "hr",  "source",
                                    "wbr",   "base", "embed", "track", "col",  "area"};

struct reading {
    struct bytes page;
    size_t at, most;
    struct html_page *out;
    struct text *heading;
    unsigned inside[COUNT_OF(left_out)], inside_any;
    bool in_link, in_heading, space;
    struct bytes hider; /* the element that hides, while `hidden` of its name are open */
    unsigned hidden;
};

static size_t place_in(const char *const *names, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_is_nocase(name, names[i]))
            return i;
    return SIZE_MAX;
}

static bool is_seen(const struct reading *r)
{
    return r->inside_any == 0 && !r->in_link && r->hidden == 0;
}

static bool is_blank(uint32_t character)
{
    return character <= 0x20 || character == 0x7f || character == 0xa0;
}

static bool is_letter(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c > 0xbf && c != UTF8_REPLACEMENT);
}

static void add_limited(struct text *text, uint32_t character, size_t most)
{
    if (text->size + 4 <= most)
        utf8_add(text, character);
}

static void add_character(struct reading *r, uint32_t character)
{
    bool seen = is_seen(r);

    if (is_blank(character)) {
        r->space = true;
        return;
    }
    if (r->space && seen && r->out->text->size > 0)
        add_limited(r->out->text, ' ', r->most);
    if (r->space && r->in_heading && r->heading->size > 0)
        add_limited(r->heading, ' ', LIMIT_CAPTURE_WORD);
    r->space = false;
    if (r->in_heading)
        add_limited(r->heading, character, LIMIT_CAPTURE_WORD);
    if (!seen)
        return;
    add_limited(r->out->text, character, r->most);
    if (is_letter(character) && r->out->letters < UINT32_MAX)
        r->out->letters++;
}

/* The characters that are met by name in prose of the languages that pages are read in. */
static const struct {
    const char *name;
    uint32_t character;
} entities[] = {{"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},
                {"apos", '\''},    {"nbsp", ' '},     {"shy", 0},        {"auml", 0xe4},
                {"ouml", 0xf6},    {"uuml", 0xfc},    {"Auml", 0xc4},    {"Ouml", 0xd6},
                {"Uuml", 0xdc},    {"szlig", 0xdf},   {"eacute", 0xe9},  {"egrave", 0xe8},
                {"agrave", 0xe0},  {"ccedil", 0xe7},  {"ecirc", 0xea},   {"ntilde", 0xf1},
                {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019},
                {"ldquo", 0x201c}, {"rdquo", 0x201d}, {"hellip", 0x2026}};

/* "&#x2013;" and its like at the cursor. False: it is an ampersand. */
static bool read_entity(struct cursor *c, uint32_t *out)
{
    struct bytes rest = bytes_slice(c->bytes, cursor_offset(c), 12);
    size_t end = bytes_find_byte(rest, ';');
    struct bytes name = bytes_slice(rest, 1, end == SIZE_MAX ? 0 : end - 1);
    uint64_t number = 0;

    if (end == SIZE_MAX || name.size == 0)
        return false;
    if (bytes_at(name, 0) != '#') {
        for (size_t i = 0; i < COUNT_OF(entities); i++)
            if (bytes_is(name, entities[i].name)) {
                cursor_skip(c, end + 1);
                *out = entities[i].character;
                return true;
            }
        return false;
    }
    for (size_t i = 1; i < name.size; i++) {
        uint8_t digit = bytes_at(name, i), base = (bytes_at(name, 1) | 0x20) == 'x' ? 16 : 10;
        if (i == 1 && base == 16)
            continue;
        uint8_t value = (uint8_t)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        if (value >= base)
            return false;
        number = number * base + value;
    }
    cursor_skip(c, end + 1);
    *out = number > 0x10ffff ? UTF8_REPLACEMENT : (uint32_t)number;
    return true;
}

/* Calls add_character for each character; what is no UTF-8 counts as ISO 8859-1. */
static void add_text(struct reading *r, struct bytes text)
{
    struct cursor c = cursor_over(text);

    while (cursor_left(&c) > 0) {
        uint8_t byte = bytes_at(text, cursor_offset(&c));
        uint32_t character = 0;
        bool bad = false;
        if (byte != '&' || !read_entity(&c, &character)) {
            character = utf8_next(&c, &bad);
            if (bad)
                character = byte;
        }
        if (character != 0)
            add_character(r, character);
    }
}

/* The value of an attribute, with `at` behind its "=". */
static struct bytes read_value(struct reading *r)
{
    uint8_t quote;
    size_t begin, length = 0;

    while (r->at < r->page.size && is_blank(bytes_at(r->page, r->at)))
        r->at++;
    quote = bytes_at(r->page, r->at);
    if (quote == '"' || quote == '\'') {
        begin = ++r->at;
        length = bytes_find_byte(bytes_from_offset(r->page, begin), quote);
        if (length == SIZE_MAX)
            length = r->page.size - size_min(begin, r->page.size);
        r->at = begin + length + 1;
        return bytes_slice(r->page, begin, length);
    }
    for (begin = r->at; r->at < r->page.size; r->at++)
        if (is_blank(bytes_at(r->page, r->at)) || bytes_at(r->page, r->at) == '>')
            break;
    return bytes_slice(r->page, begin, r->at - begin);
}

static void take_attribute(struct tag *tag, struct bytes name, struct bytes value)
{
    const struct {
        const char *name;
        struct bytes *place;
    } known[] = {{"type", &tag->type},        {"id", &tag->id},
                 {"name", &tag->called},      {"placeholder", &tag->placeholder},
                 {"aria-label", &tag->label}, {"http-equiv", &tag->equiv},
                 {"content", &tag->content},  {"style", &tag->style}};

    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (bytes_is_nocase(name, known[i].name) && known[i].place->size == 0)
            *known[i].place = value;
    tag->hidden |= bytes_is_nocase(name, "hidden");
}

/* The tag whose "<" stands at `at`. False when what follows is no name. */
static bool read_tag(struct reading *r, struct tag *tag)
{
    size_t begin = r->at + 1;

    *tag = (struct tag){.closes = bytes_at(r->page, begin) == '/'};
    begin += tag->closes;
    size_t end = begin;
    while (is_letter(bytes_at(r->page, end)) || bytes_at(r->page, end) == '-')
        end++;
    uint8_t first = bytes_at(r->page, begin) | 0x20;
    if (first < 'a' || first > 'z')
        return false;
    tag->name = bytes_slice(r->page, begin, end - begin);
    for (r->at = end; r->at < r->page.size;) {
        uint8_t byte = bytes_at(r->page, r->at);
        if (byte == '>') {
            r->at++;
            return true;
        }
        if (is_blank(byte) || byte == '/' || byte == '=') {
            r->at++;
            continue;
        }
        for (begin = r->at; r->at < r->page.size; r->at++) {
            byte = bytes_at(r->page, r->at);
            if (is_blank(byte) || byte == '=' || byte == '>' || byte == '/')
                break;
        }
        struct bytes name = bytes_slice(r->page, begin, r->at - begin), value = {NULL, 0};
        if (bytes_at(r->page, r->at) == '=') {
            r->at++;
            value = read_value(r);
        }
        take_attribute(tag, name, value);
    }
    return true;
}

static bool same_name(struct bytes a, struct bytes b)
{
    bool same = a.size == b.size;

    for (size_t i = 0; i < a.size && same; i++)
        same = (bytes_at(a, i) | 0x20) == (bytes_at(b, i) | 0x20);
    return same;
}

/* Up to the end tag of NAME, which is left to be read. */
static struct bytes read_raw(struct reading *r, struct bytes name)
{
    size_t begin = r->at, found = 0;

    for (size_t at = begin; found != SIZE_MAX; at = r->at + 2) {
        found = bytes_find_string(bytes_from_offset(r->page, at), "</");
        r->at = found == SIZE_MAX ? r->page.size : at + found;
        if (same_name(bytes_slice(r->page, r->at + 2, name.size), name))
            break;
    }
    return bytes_slice(r->page, begin, r->at - begin);
}

static bool hides(const struct tag *tag)
{
    owned(text) style = text_new();

    if (tag->hidden)
        return true;
    for (size_t i = 0; i < tag->style.size && style->size < LIMIT_CAPTURE_WORD; i++) {
        uint8_t byte = bytes_at(tag->style, i);
        if (!is_blank(byte))
            text_add_char(style, (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte));
    }
    return bytes_contains(text_bytes(style), "display:none") ||
           bytes_contains(text_bytes(style), "visibility:hidden");
}

static void add_field(struct reading *r, const struct tag *tag)
{
    static const char *const others[] = {"hidden", "submit", "button", "search", "checkbox",
                                         "radio",  "image",  "reset",  "range",  "color"};
    const struct bytes words[] = {tag->called, tag->id, tag->placeholder, tag->label};
    struct text *fields = r->out->fields;

    if (bytes_is_nocase(tag->type, "password"))
        r->out->password = true;
    if (place_in(others, COUNT_OF(others), tag->type) != SIZE_MAX)
        return;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (fields->size + words[i].size + 2 <= LIMIT_CAPTURE_FIELDS && words[i].size > 0) {
            text_add_bytes(fields, words[i]);
            text_add_char(fields, ' ');
        }
    if (fields->size < LIMIT_CAPTURE_FIELDS)
        text_add_char(fields, '\n');
}

/* <meta http-equiv=refresh content="0; url=/login"> */
static void add_refresh(struct reading *r, struct bytes content)
{
    size_t at = bytes_find_byte(content, '=');

    if (at == SIZE_MAX || r->out->moves->size > 0)
        return;
    struct bytes target = bytes_trim(bytes_from_offset(content, at + 1));
    uint8_t first = bytes_at(target, 0);
    if (first == '\'' || first == '"')
        target = bytes_from_offset(target, 1);
    size_t end = first == '\'' || first == '"' ? bytes_find_byte(target, first) : target.size;
    text_add_bytes(r->out->moves, bytes_slice(target, 0, size_min(end, LIMIT_CAPTURE_URL)));
}

static void take_title(struct reading *r, struct bytes title)
{
    struct html_page page = {.text = r->out->title};
    struct reading inner = {.out = &page, .most = LIMIT_CAPTURE_WORD, .heading = r->heading};

    if (r->out->title->size == 0)
        add_text(&inner, title);
}

/* What a tag changes about whether text is seen. */
static void take_visibility(struct reading *r, const struct tag *tag)
{
    size_t place = place_in(left_out, COUNT_OF(left_out), tag->name);
    bool is_void = place_in(voids, COUNT_OF(voids), tag->name) != SIZE_MAX;

    if (place != SIZE_MAX && !tag->closes) {
        r->inside[place]++;
        r->inside_any++;
    }
    if (place != SIZE_MAX && tag->closes && r->inside[place] > 0) {
        r->inside[place]--;
        r->inside_any--;
    }
    /* A link that nobody closed ends with the block it stands in. */
    if (bytes_is_nocase(tag->name, "a"))
        r->in_link = !tag->closes;
    else if (place_in(inline_names, COUNT_OF(inline_names), tag->name) == SIZE_MAX &&
             tag->closes)
        r->in_link = false;
    if (is_void)
        return;
    if (r->hidden > 0 && same_name(tag->name, r->hider)) {
        r->hidden = tag->closes ? r->hidden - 1 : r->hidden + 1;
    } else if (r->hidden == 0 && !tag->closes && hides(tag)) {
        r->hider = tag->name;
        r->hidden = 1;
    }
}

static void take_tag(struct reading *r, const struct tag *tag)
{
    bool heading = bytes_is_nocase(tag->name, "h1");

    if (place_in(inline_names, COUNT_OF(inline_names), tag->name) == SIZE_MAX)
        r->space = true;
    take_visibility(r, tag);
    if (heading)
        r->in_heading = !tag->closes && r->heading->size == 0;
    if (tag->closes)
        return;
    if (bytes_is_nocase(tag->name, "script") || bytes_is_nocase(tag->name, "style"))
        (void)read_raw(r, tag->name);
    else if (bytes_is_nocase(tag->name, "title"))
        take_title(r, read_raw(r, tag->name));
    else if (bytes_is_nocase(tag->name, "textarea")) {
        add_field(r, tag);
        (void)read_raw(r, tag->name);
    } else if (bytes_is_nocase(tag->name, "input"))
        add_field(r, tag);
    else if (bytes_is_nocase(tag->name, "meta") && bytes_is_nocase(tag->equiv, "refresh"))
        add_refresh(r, tag->content);
}

/* What begins with the "<" at `at`: a comment, a tag, or a sign in the text. */
static void take_markup(struct reading *r)
{
    struct bytes rest = bytes_from_offset(r->page, r->at);
    uint8_t next = bytes_at(rest, 1);
    struct tag tag;

    if (next == '!' || next == '?') {
        bool comment = bytes_starts(rest, "<!--");
        size_t end = bytes_find_string(rest, comment ? "-->" : ">");
        r->at = end == SIZE_MAX ? r->page.size : r->at + end + (comment ? 3 : 1);
    } else if (read_tag(r, &tag)) {
        take_tag(r, &tag);
    } else {
        add_character(r, '<');
        r->at++;
    }
}

void html_read(struct bytes page, size_t most, struct html_page *out)
{
    owned(text) heading = text_new();
    struct reading r = {.page = page, .most = most, .out = out, .heading = heading};

    while (r.at < page.size) {
        struct bytes rest = bytes_from_offset(page, r.at);
        size_t length = size_min(bytes_find_byte(rest, '<'), rest.size);
        add_text(&r, bytes_slice(rest, 0, length));
        r.at += length;
        if (r.at < page.size)
            take_markup(&r);
    }
    if (out->title->size == 0)
        text_add_bytes(out->title, text_bytes(heading));
}

void html_read_plain(struct bytes page, size_t most, struct html_page *out)
{
    struct reading r = {.page = page, .most = most, .out = out, .heading = out->title};

    add_text(&r, page);
}
