#include "dossier/page_find.h"

#include "base/limits.h"
#include "base/text.h"

static bool is_redirect(const struct capture_record *record)
{
    return record->location.size > 0 && (record->flags & CAPTURE_MOVES) == 0 &&
           (record->status == 301 || record->status == 302 || record->status == 303 ||
            record->status == 307 || record->status == 308);
}

static const struct capture_record *record_at(const struct page_visit *visit, size_t i)
{
    return &visit->captured->capture->records[i];
}

/* What counts first: the very address, then the later date. */
static bool is_better(const struct page_visit *than, bool exact,
                      const struct capture_record *record)
{
    if (than->captured == NULL || exact != than->exact)
        return than->captured == NULL || exact;
    return bytes_compare(record->date, record_at(than, than->first)->date) >= 0;
}

/*
 * Did the exchange before lead to this one? Then nobody asked for it by its address, and cookies
 * of the exchange before are no cookies from before.
 */
static bool is_led_to(const struct capture *capture, size_t i, const struct address *asked,
                      struct arena *arena)
{
    struct address before, target;

    while (i > 0 && capture->records[i - 1].kind != CAPTURE_EXCHANGE)
        i--;
    return i > 0 && is_redirect(&capture->records[i - 1]) &&
           address_read(capture->records[i - 1].url, arena, &before) &&
           address_resolve(&before, capture->records[i - 1].location, arena, &target) &&
           address_match(&target, asked) == ADDRESS_SAME;
}

static void look_in(const struct address *declared, const struct captured *captured,
                    struct arena *arena, struct page_visit *out)
{
    for (size_t i = 0; i < captured->capture->count; i++) {
        const struct capture_record *record = &captured->capture->records[i];
        struct address asked;
        if (record->kind != CAPTURE_EXCHANGE || !address_read(record->url, arena, &asked))
            continue;
        enum address_match match = address_match(declared, &asked);
        if (match == ADDRESS_OTHER || !is_better(out, match == ADDRESS_SAME, record) ||
            is_led_to(captured->capture, i, &asked, arena))
            continue;
        *out = (struct page_visit){.captured = captured,
                                   .first = i,
                                   .last = i,
                                   .exact = match == ADDRESS_SAME,
                                   .final = asked,
                                   .known = true};
    }
}

/*
 * Counts in the request of an exchange. A cookie that a server on the way has given says nothing
 * of who asks; one that was there before does.
 */
static void take_request(struct page_visit *visit, const struct capture_record *record,
                         bool *given)
{
    uint32_t wanted = CAPTURE_ASKED | CAPTURE_GET;

    visit->known &= (record->flags & wanted) == wanted;
    visit->flags |= record->flags & CAPTURE_IDENTITY;
    if (!*given)
        visit->flags |= record->flags & CAPTURE_COOKIE;
    *given |= (record->flags & CAPTURE_GIVES) != 0;
}

/* The exchange behind AFTER that asks for TARGET; SIZE_MAX: none does. */
static size_t find_next(const struct capture *capture, size_t after,
                        const struct address *target, struct arena *arena)
{
    struct address asked;

    for (size_t i = after + 1; i < capture->count; i++)
        if (capture->records[i].kind == CAPTURE_EXCHANGE &&
            address_read(capture->records[i].url, arena, &asked) &&
            address_match(target, &asked) == ADDRESS_SAME)
            return i;
    return SIZE_MAX;
}

static void follow(struct page_visit *visit, struct arena *arena)
{
    bool given = false;

    for (;;) {
        const struct capture_record *record = record_at(visit, visit->last);
        struct address target;
        take_request(visit, record, &given);
        if (!is_redirect(record))
            return;
        if (++visit->hops > LIMIT_CAPTURE_HOPS) {
            visit->broken = "it redirects again and again";
            return;
        }
        size_t next = SIZE_MAX;
        if (address_resolve(&visit->final, record->location, arena, &target))
            next = find_next(visit->captured->capture, visit->last, &target, arena);
        if (next == SIZE_MAX) {
            visit->broken =
                arena_printf(arena, "it redirects to %.*s, which the capture does not hold",
                             (int)bytes_slice(record->location, 0, LIMIT_CAPTURE_WORD).size,
                             (const char *)record->location.data);
            return;
        }
        visit->last = next;
        visit->final = target;
    }
}

void page_find(const struct address *declared, const struct captured *list, size_t count,
               struct arena *arena, struct page_visit *out)
{
    *out = (struct page_visit){.captured = NULL};
    for (size_t i = 0; i < count; i++)
        if (list[i].capture != NULL)
            look_in(declared, &list[i], arena, out);
    if (out->captured != NULL)
        follow(out, arena);
}
