#include "report/machine_date.h"

#include <time.h>

/* SIZE digits at OFFSET as a number; false when there is something else. */
static bool digits(struct bytes text, size_t offset, size_t size, int *out)
{
    *out = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = bytes_at(text, offset + i);
        if (c < '0' || c > '9')
            return false;
        *out = *out * 10 + (c - '0');
    }
    return true;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool read_day(struct bytes text, struct tm *out)
{
    int year, month, day;

    if (!digits(text, 0, 4, &year) || bytes_at(text, 4) != '-' || !digits(text, 5, 2, &month) ||
        bytes_at(text, 7) != '-' || !digits(text, 8, 2, &day) || year < 1970 || month < 1 ||
        month > 12 || day < 1 || day > days_of(year, month))
        return false;
    *out = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    return true;
}

/* "Z" or "+hh:mm", in seconds east of UTC. */
static bool read_zone(struct bytes zone, int *out)
{
    uint8_t sign = bytes_at(zone, 0);
    int hours, minutes;

    *out = 0;
    if (bytes_is_nocase(zone, "z"))
        return true;
    if (zone.size != 6 || (sign != '+' && sign != '-') || !digits(zone, 1, 2, &hours) ||
        bytes_at(zone, 3) != ':' || !digits(zone, 4, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *out = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
    return true;
}

/* What stands behind the day: the separator, the time, a fraction that is dropped, the zone. */
static bool read_time(struct bytes text, struct tm *out, int *zone)
{
    uint8_t separator = bytes_at(text, 0);
    size_t at = 9;

    if ((separator != 'T' && separator != 't' && separator != ' ') ||
        !digits(text, 1, 2, &out->tm_hour) || bytes_at(text, 3) != ':' ||
        !digits(text, 4, 2, &out->tm_min) || bytes_at(text, 6) != ':' ||
        !digits(text, 7, 2, &out->tm_sec) || out->tm_hour > 23 || out->tm_min > 59 ||
        out->tm_sec > 59)
        return false;
    if (bytes_at(text, at) == '.') {
        int digit;
        if (!digits(text, ++at, 1, &digit))
            return false;
        while (digits(text, at, 1, &digit))
            at++;
    }
    return read_zone(bytes_from_offset(text, at), zone);
}

const char *machine_date(struct arena *arena, struct bytes text, bool *has_time)
{
    struct tm day, shown;
    int zone = 0;

    text = bytes_trim(text);
    *has_time = false;
    if (!read_day(text, &day))
        return NULL;
    if (text.size > 10 && !read_time(bytes_from_offset(text, 10), &day, &zone))
        return NULL;
    time_t seconds = timegm(&day) - zone;
    if (gmtime_r(&seconds, &shown) == NULL || shown.tm_year > 8099)
        return NULL;
    *has_time = text.size > 10;
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", shown.tm_year + 1900,
                        shown.tm_mon + 1, shown.tm_mday, shown.tm_hour, shown.tm_min,
                        shown.tm_sec);
}
