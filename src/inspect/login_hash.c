#include "inspect/login_hash.h"

#include "base/compiler.h"
#include "base/limits.h"
#include "inspect/login_md5.h"

/* Nanoseconds of a guess, measured with libxcrypt 4.4.33 and our own MD5 on a 2020 server core. */
#define COST_DES        4200U
#define COST_BSDI       125U /* a round */
#define COST_MD5        30000U
#define COST_BCRYPT     48000U /* a unit of 2^cost */
#define COST_SHA1       620U
#define COST_SHA256     330U
#define COST_SHA512     290U
#define COST_YESCRYPT   95U /* a unit of N × r */
#define COST_SCRYPT     215U
#define COST_SUNMD5     1350U
#define COST_SUNMD5_MIN 4096U /* rounds it always adds */
#define COST_NT         400U
#define COST_DIGEST     1500U
#define COST_PBKDF2     700U

/* Takes PREFIX off the front of *REST. */
static bool skip(struct bytes *rest, const char *prefix)
{
    if (!bytes_starts(*rest, prefix))
        return false;
    *rest = bytes_from_offset(*rest, bytes_of(prefix).size);
    return true;
}

static bool is_encoded(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (login_md5_digit(text.data[i]) > 63)
            return false;
    return true;
}

/* SIZE characters of which the last holds no bits under MASK: those are beyond the digest. */
static bool is_digest(struct bytes text, size_t size, unsigned mask)
{
    return text.size == size && is_encoded(text) &&
           (login_md5_digit(bytes_at(text, size - 1)) & mask) == 0;
}

/* A decimal number of at most nine digits without leading zeros, up to END, which is skipped. */
static bool take_number(struct bytes *rest, uint8_t end, uint64_t *out)
{
    size_t size = bytes_find_byte(*rest, end);
    struct bytes digits = bytes_slice(*rest, 0, size);

    if (size == SIZE_MAX || size == 0 || size > 9 || digits.data[0] == '0')
        return false;
    *out = 0;
    for (size_t i = 0; i < size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        *out = *out * 10 + (digits.data[i] - '0');
    }
    *rest = bytes_from_offset(*rest, size + 1);
    return true;
}

/* A salt of LOW to HIGH printable characters up to '$', which is skipped. */
static bool take_salt(struct bytes *rest, size_t low, size_t high)
{
    size_t size = bytes_find_byte(*rest, '$');

    if (size == SIZE_MAX || size < low || size > high)
        return false;
    for (size_t i = 0; i < size; i++)
        if (rest->data[i] <= ' ' || rest->data[i] > '~' || rest->data[i] == ':')
            return false;
    *rest = bytes_from_offset(*rest, size + 1);
    return true;
}

static bool read_bsdi(struct bytes text, struct login_hash *out)
{
    if (text.size != 20 || bytes_at(text, 0) != '_' || !is_encoded(bytes_slice(text, 1, 8)) ||
        !is_digest(bytes_from_offset(text, 9), 11, 3))
        return false;
    for (size_t i = 0; i < 4; i++)
        out->rounds |= (uint64_t)login_md5_digit(text.data[1 + i]) << (6 * i);
    out->scheme = LOGIN_BSDI;
    out->cost = COST_BSDI * out->rounds;
    return out->rounds > 0;
}

static bool read_des(struct bytes text, struct login_hash *out)
{
    bool is_long = text.size > 13 && text.size <= 178 && (text.size - 2) % 11 == 0;

    if ((text.size != 13 && !is_long) || !is_encoded(text))
        return false;
    for (size_t i = 12; i < text.size; i += 11)
        if ((login_md5_digit(text.data[i]) & 3) != 0)
            return false;
    out->scheme = is_long ? LOGIN_BIGCRYPT : LOGIN_DES;
    out->cost = is_long ? COST_DES * 16 : COST_DES;
    return true;
}

static bool read_md5(struct bytes rest, struct login_hash *out)
{
    out->scheme = bytes_starts(rest, "$1$") ? LOGIN_MD5 : LOGIN_APR1;
    out->cost = COST_MD5;
    return (skip(&rest, "$1$") || skip(&rest, "$apr1$")) && take_salt(&rest, 0, 8) &&
           is_digest(rest, 22, 0x3c);
}

static bool read_bcrypt(struct bytes text, struct login_hash *out)
{
    uint8_t minor = bytes_at(text, 2), tens = bytes_at(text, 4), ones = bytes_at(text, 5);

    if (text.size != 60 || (minor != 'a' && minor != 'b' && minor != 'x' && minor != 'y') ||
        bytes_at(text, 3) != '$' || bytes_at(text, 6) != '$' || tens < '0' || tens > '3' ||
        ones < '0' || ones > '9' || !is_encoded(bytes_from_offset(text, 7)))
        return false;
    unsigned cost = (unsigned)(tens - '0') * 10 + (unsigned)(ones - '0');
    if (cost < 4 || cost > 31)
        return false;
    out->scheme = LOGIN_BCRYPT;
    out->rounds = 1ULL << cost;
    out->cost = COST_BCRYPT * out->rounds;
    return true;
}

static bool read_sha1(struct bytes rest, struct login_hash *out)
{
    if (!skip(&rest, "$sha1$") || !take_number(&rest, '$', &out->rounds) ||
        !take_salt(&rest, 1, 64) || !is_digest(rest, 28, 0))
        return false;
    out->scheme = LOGIN_SHA1;
    out->cost = COST_SHA1 * out->rounds;
    return true;
}

static bool read_sha2(struct bytes rest, struct login_hash *out)
{
    bool is_512 = bytes_starts(rest, "$6$");

    rest = bytes_from_offset(rest, 3);
    out->rounds = 5000;
    if (skip(&rest, "rounds=") &&
        (!take_number(&rest, '$', &out->rounds) || out->rounds < 1000))
        return false;
    if (!take_salt(&rest, 0, 16) || !is_digest(rest, is_512 ? 86 : 43, is_512 ? 0x3c : 0x30))
        return false;
    out->scheme = is_512 ? LOGIN_SHA512 : LOGIN_SHA256;
    out->cost = (is_512 ? COST_SHA512 : COST_SHA256) * out->rounds;
    return true;
}

/* N × r blocks of 128 bytes; more than we are willing to fill cost too much. */
static uint64_t block_cost(uint64_t n_log2, uint64_t r, uint64_t each)
{
    if (n_log2 > 24 || r > 1024 || (r << n_log2) > LIMIT_LOGIN_BLOCKS)
        return LOGIN_COST_UNKNOWN;
    return each * (r << n_log2);
}

static bool read_yescrypt(struct bytes rest, struct login_hash *out)
{
    out->scheme = bytes_starts(rest, "$gy$") ? LOGIN_GOST_YESCRYPT : LOGIN_YESCRYPT;
    if (!skip(&rest, "$y$") && !skip(&rest, "$gy$"))
        return false;
    size_t size = bytes_find_byte(rest, '$');
    struct bytes parameters = bytes_slice(rest, 0, size);
    if (size == SIZE_MAX || size < 3 || size > 24 || !is_encoded(parameters))
        return false;
    rest = bytes_from_offset(rest, size + 1);
    size = bytes_find_byte(rest, '$');
    if (size == SIZE_MAX || size > 86 || !is_encoded(bytes_slice(rest, 0, size)) ||
        !is_digest(bytes_from_offset(rest, size + 1), 43, 0x30))
        return false;
    /* Values over 47 take several characters, and further ones raise the work: rare, not tried. */
    unsigned n_log2 = login_md5_digit(parameters.data[1]) + 1,
             r = login_md5_digit(parameters.data[2]) + 1;
    out->cost = LOGIN_COST_UNKNOWN;
    if (parameters.size == 3 && login_md5_digit(parameters.data[0]) <= 47 && n_log2 <= 24 &&
        r <= 48) {
        out->rounds = 1ULL << n_log2;
        out->cost = block_cost(n_log2, r, COST_YESCRYPT);
    }
    return true;
}

static bool read_scrypt(struct bytes rest, struct login_hash *out)
{
    uint64_t r = 0, p = 0;

    if (!skip(&rest, "$7$") || !is_encoded(bytes_slice(rest, 0, 11)))
        return false;
    unsigned n_log2 = login_md5_digit(bytes_at(rest, 0));
    for (size_t i = 0; i < 5; i++) {
        r |= (uint64_t)login_md5_digit(bytes_at(rest, 1 + i)) << (6 * i);
        p |= (uint64_t)login_md5_digit(bytes_at(rest, 6 + i)) << (6 * i);
    }
    rest = bytes_from_offset(rest, 11);
    if (!take_salt(&rest, 0, 86) || !is_digest(rest, 43, 0x30))
        return false;
    out->scheme = LOGIN_SCRYPT;
    out->rounds = 1ULL << n_log2;
    out->cost = p != 1 ? LOGIN_COST_UNKNOWN : block_cost(n_log2, r, COST_SCRYPT);
    return true;
}

static bool read_sunmd5(struct bytes rest, struct login_hash *out)
{
    if (skip(&rest, "$md5,rounds=")) {
        if (!take_number(&rest, '$', &out->rounds))
            return false;
    } else if (!skip(&rest, "$md5$")) {
        return false;
    }
    if (!take_salt(&rest, 0, 16))
        return false;
    (void)skip(&rest, "$");
    out->scheme = LOGIN_SUNMD5;
    out->cost = COST_SUNMD5 * (out->rounds + COST_SUNMD5_MIN);
    return is_digest(rest, 22, 0x3c);
}

static bool read_nt(struct bytes rest, struct login_hash *out)
{
    if (!skip(&rest, "$3$$") || rest.size != 32)
        return false;
    for (size_t i = 0; i < rest.size; i++)
        if (!(rest.data[i] >= '0' && rest.data[i] <= '9') &&
            !(rest.data[i] >= 'a' && rest.data[i] <= 'f'))
            return false;
    out->scheme = LOGIN_NT;
    out->cost = COST_NT;
    return true;
}

bool login_hash_read(struct bytes text, struct login_hash *out)
{
    static const struct {
        const char *prefix;
        bool (*read)(struct bytes text, struct login_hash *out);
    } readers[] = {
        {"$1$", read_md5},      {"$apr1$", read_md5},    {"$2", read_bcrypt},
        {"$sha1$", read_sha1},  {"$5$", read_sha2},      {"$6$", read_sha2},
        {"$y$", read_yescrypt}, {"$gy$", read_yescrypt}, {"$7$", read_scrypt},
        {"$md5", read_sunmd5},  {"$3$", read_nt},        {"_", read_bsdi},
        {"", read_des},
    };

    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        if (!bytes_starts(text, readers[i].prefix))
            continue;
        *out = (struct login_hash){.text = text};
        if (readers[i].read(text, out))
            return true;
        break;
    }
    *out = (struct login_hash){.text = text, .scheme = LOGIN_NONE, .cost = LOGIN_COST_UNKNOWN};
    return false;
}

/* Base64 (RFC 4648) of exactly SIZE characters, PADDING of them '=' at the end. */
static bool is_base64(struct bytes text, size_t size, size_t padding)
{
    if (text.size != size)
        return false;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = text.data[i];
        bool is_digit = (login_md5_digit(c) < 64 && c != '.') || c == '+';
        if (i < size - padding ? !is_digit : c != '=')
            return false;
    }
    return true;
}

static bool read_mosquitto(struct bytes rest, struct login_hash *out)
{
    if (skip(&rest, "$6$")) {
        out->scheme = LOGIN_MOSQUITTO_SHA512;
        out->cost = COST_DIGEST;
    } else if (skip(&rest, "$7$") && take_number(&rest, '$', &out->rounds)) {
        out->scheme = LOGIN_MOSQUITTO_PBKDF2;
        out->cost = COST_PBKDF2 * out->rounds;
    } else {
        return false;
    }
    size_t size = bytes_find_byte(rest, '$');
    if (size == SIZE_MAX || size < 4 || size > 88 || size % 4 != 0)
        return false;
    size_t padding = rest.data[size - 2] == '=' ? 2 : rest.data[size - 1] == '=' ? 1 : 0;
    return is_base64(bytes_slice(rest, 0, size), size, padding) &&
           is_base64(bytes_from_offset(rest, size + 1), 88, 2);
}

bool login_hash_read_pair(struct bytes text, struct login_hash *out)
{
    struct bytes rest = text;

    *out = (struct login_hash){.text = text};
    if (read_mosquitto(text, out))
        return true;
    *out = (struct login_hash){.text = text};
    if (skip(&rest, "{SHA}") && is_base64(rest, 28, 1)) {
        out->scheme = LOGIN_HTPASSWD_SHA1;
        out->cost = COST_DIGEST;
        return true;
    }
    return login_hash_read(text, out);
}

const char *login_scheme_name(enum login_scheme scheme)
{
    static const char *const names[] = {
        [LOGIN_DES] = "des",
        [LOGIN_BIGCRYPT] = "bigcrypt",
        [LOGIN_BSDI] = "bsdi",
        [LOGIN_MD5] = "md5",
        [LOGIN_APR1] = "apr1",
        [LOGIN_BCRYPT] = "bcrypt",
        [LOGIN_SHA1] = "sha1",
        [LOGIN_SHA256] = "sha256",
        [LOGIN_SHA512] = "sha512",
        [LOGIN_YESCRYPT] = "yescrypt",
        [LOGIN_GOST_YESCRYPT] = "gost-yescrypt",
        [LOGIN_SCRYPT] = "scrypt",
        [LOGIN_SUNMD5] = "sunmd5",
        [LOGIN_NT] = "nt",
        [LOGIN_MOSQUITTO_SHA512] = "mosquitto-sha512",
        [LOGIN_MOSQUITTO_PBKDF2] = "mosquitto-pbkdf2",
        [LOGIN_HTPASSWD_SHA1] = "htpasswd-sha1",
    };

    return names[scheme];
}
