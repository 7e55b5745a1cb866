/*
 * The check login: every scheme recognised and its password found again, with hashes that
 * libxcrypt and OpenSSL make here; locked accounts; malformed and hostile files; every entry of
 * knowledge/passwords.
 */
#include <crypt.h>
#include <openssl/evp.h>

#include "base/limits.h"
#include "dry.h"
#include "inspect/login_guess.h"
#include "inspect/login_hash.h"
#include "inspect/login_md5.h"
#include "inspect/login_store.h"
#include "inspect/login_table.h"
#include "test.h"

extern const struct check check_login;

/* A file system of a few files, inspected. */
static struct dry *system_of(const char *const files[][2], size_t count)
{
    struct dry *dry = dry_new();
    struct node root = {
        .parent = NODE_NONE, .kind = NODE_CONTAINER, .format = bytes_of("test")};

    dry->nodes = arena_array(dry->arena, count + 1, sizeof *dry->nodes);
    dry->nodes[0].node = root;
    for (size_t i = 0; i < count; i++) {
        struct dry_node *node = &dry->nodes[i + 1];
        bool is_link = bytes_starts(bytes_of(files[i][1]), "->");
        node->node = (struct node){.id = (uint32_t)i + 1,
                                   .kind = is_link ? NODE_LINK : NODE_FILE,
                                   .path = bytes_of(files[i][0])};
        if (is_link)
            node->node.target = bytes_of(files[i][1] + 2);
        else
            node->content = bytes_of(files[i][1]);
        node->node.size = node->content.size;
    }
    dry->node_count = dry->node_capacity = count + 1;
    dry_inspect(dry, &check_login);
    return dry;
}

static const char *value(struct dry *dry, size_t nth, const char *column)
{
    const struct observation *row = dry_nth(dry, "login", nth);

    return row == NULL ? "no row" : arena_string(dry->arena, dry_value(dry, row, column));
}

static void check_found(struct bytes text, enum login_scheme scheme, const char *password)
{
    struct bytes guesses[4] = {bytes_of("wrong"), bytes_of(""), bytes_of(password),
                               bytes_of("other")};
    struct login_hash hash;

    CHECK_TRUE(login_hash_read_pair(text, &hash));
    CHECK_STRING(login_scheme_name(hash.scheme), login_scheme_name(scheme));
    CHECK_TRUE(hash.cost != LOGIN_COST_UNKNOWN);
    CHECK_INT(login_hash_find(&hash, guesses, 4), password[0] == '\0' ? 1 : 2);
    guesses[2] = bytes_of("almost");
    guesses[1] = bytes_of("nearly");
    CHECK_TRUE(login_hash_find(&hash, guesses, 4) == SIZE_MAX);
    /* Cut or lengthened, it is no hash of this scheme. */
    (void)login_hash_read_pair(bytes_slice(text, 0, text.size - 1), &hash);
    CHECK_TRUE(hash.scheme != scheme);
}

static void check_crypt(const char *setting, enum login_scheme scheme, const char *password)
{
    static struct crypt_data data;
    const char *made = crypt_rn(password, setting, &data, (int)sizeof data);

    CHECK_TRUE(made != NULL);
    if (made != NULL)
        check_found(bytes_of(made), scheme, password);
}

TEST(every_crypt_scheme_is_found_again)
{
    check_crypt("ab", LOGIN_DES, "secret12");
    check_crypt("_/...Salt", LOGIN_BSDI, "secret12 with more");
    check_crypt("$1$saltsalt$", LOGIN_MD5, "secret12");
    check_crypt("$1$$", LOGIN_MD5, "1234");
    check_crypt("$1$s$", LOGIN_MD5, "");
    check_crypt("$2a$04$abcdefghijklmnopqrstuu", LOGIN_BCRYPT, "secret12");
    check_crypt("$2b$04$abcdefghijklmnopqrstuu", LOGIN_BCRYPT, "secret12");
    check_crypt("$2x$04$abcdefghijklmnopqrstuu", LOGIN_BCRYPT, "secret12");
    check_crypt("$2y$04$abcdefghijklmnopqrstuu", LOGIN_BCRYPT, "secret12");
    check_crypt("$sha1$1234$saltsalt$", LOGIN_SHA1, "secret12");
    check_crypt("$5$saltsaltsaltsalt$", LOGIN_SHA256, "secret12");
    check_crypt("$5$rounds=1234$salt$", LOGIN_SHA256, "secret12");
    check_crypt("$6$saltsaltsaltsalt$", LOGIN_SHA512, "secret12");
    check_crypt("$6$rounds=1000$$", LOGIN_SHA512, "secret12");
    check_crypt("$y$j75$saltsaltsaltsalt", LOGIN_YESCRYPT, "secret12");
    check_crypt("$gy$j75$saltsaltsaltsalt", LOGIN_GOST_YESCRYPT, "secret12");
    check_crypt("$7$66..../....saltsalt", LOGIN_SCRYPT, "secret12");
    check_crypt("$md5$saltsalt$", LOGIN_SUNMD5, "secret12");
    check_crypt("$md5,rounds=100$saltsalt$$", LOGIN_SUNMD5, "secret12");
    check_crypt("$3$", LOGIN_NT, "secret12");
}

TEST(schemes_that_gensalt_makes_are_recognised)
{
    static const struct {
        const char *prefix;
        unsigned long work;
        enum login_scheme scheme;
    } wanted[] = {
        {"", 0, LOGIN_DES},
        {"_", 0, LOGIN_BSDI},
        {"$1$", 0, LOGIN_MD5},
        {"$2b$", 4, LOGIN_BCRYPT},
        {"$2y$", 4, LOGIN_BCRYPT},
        {"$sha1$", 4096, LOGIN_SHA1},
        {"$5$", 0, LOGIN_SHA256},
        {"$6$", 0, LOGIN_SHA512},
        {"$5$", 9999, LOGIN_SHA256},
        {"$6$", 9999, LOGIN_SHA512},
        {"$y$", 1, LOGIN_YESCRYPT},
        {"$y$", 5, LOGIN_YESCRYPT},
        {"$gy$", 1, LOGIN_GOST_YESCRYPT},
        {"$7$", 6, LOGIN_SCRYPT},
        {"$md5", 0, LOGIN_SUNMD5},
        {"$3$", 0, LOGIN_NT},
    };
    static struct crypt_data data;
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    struct login_hash hash;

    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        const char *salt = "0123456789abcdefghijklmnopqrstuvwxyz";
        CHECK_TRUE(crypt_gensalt_rn(wanted[i].prefix, wanted[i].work, salt, 32, setting,
                                    (int)sizeof setting) != NULL);
        const char *made = crypt_rn("pass word", setting, &data, (int)sizeof data);
        CHECK_TRUE(made != NULL && login_hash_read(bytes_of(made), &hash));
        CHECK_STRING(login_scheme_name(hash.scheme), login_scheme_name(wanted[i].scheme));
    }
}

TEST(other_schemes_are_found_again)
{
    /* openssl passwd -apr1 -salt saltsalt; htpasswd -s; mosquitto_passwd 2.0 (101 rounds). */
    check_found(bytes_of("$apr1$saltsalt$GPKuzxa7vsYnZ2yysFVga."), LOGIN_APR1, "secret12");
    check_found(bytes_of("{SHA}0DPiKuNIrrVmD8IUCuw1hQxNqZc="), LOGIN_HTPASSWD_SHA1, "admin");
    check_found(
        bytes_of("$6$c2FsdHNhbHRzYWx0$xgLVfJXNlrZM/lhXYFTHBidXaCuYUlJbSCjKTFjqy50g1lEWZhCG/"
                 "dr8qal4yLd3z+xlz6iVMSw3+CrSU0El/Q=="),
        LOGIN_MOSQUITTO_SHA512, "secret12");
    check_found(
        bytes_of("$7$101$c2FsdHNhbHRzYWx0$fgqTv0W260KyFmIuWaEflHVKgveqc1B8KezE7TWPUTWsj8zWK"
                 "fPYMVLAFWQG2T5oxAzHrtFNVbPc5galiorkjg=="),
        LOGIN_MOSQUITTO_PBKDF2, "secret12");
}

TEST(rounds_and_cost_are_read)
{
    struct login_hash hash;
    char sha512[128];

    snprintf(sha512, sizeof sha512, "$6$rounds=65536$salt$%086d", 0);
    CHECK_TRUE(login_hash_read(bytes_of(sha512), &hash));
    sha512[sizeof "$6$rounds=65536$salt$" + 84] = '.';
    CHECK_TRUE(login_hash_read(bytes_of(sha512), &hash));
    CHECK_INT(hash.rounds, 65536);
    CHECK_TRUE(login_hash_read(
        bytes_of("$2b$31$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzABCDE"), &hash));
    CHECK_INT(hash.rounds, 1U << 31);
    CHECK_TRUE(login_budget(LIMIT_LOGIN_SYSTEM_WORK, 1) / hash.cost == 0);
}

TEST(what_is_no_hash_has_no_scheme)
{
    static const char *const wrong[] = {
        "",
        "x",
        "*",
        "!",
        "password",
        "abcdefghijkl",
        "abcdefghijklm:",
        "abcdefghijklz",
        "$1$salt$short",
        "$1$toolongasalt$DlSyKvZKMR9A9Uj9e9wR3/",
        "$1$GTN.gpri$DlSyKvZKMR9A9Uj9e9wR3z",
        "$1$GTN.gpri$DlSyKvZKMR9A9Uj9e9wR3/x",
        "$2b$03$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzABCDE",
        "$2c$08$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzABCDE",
        "$5$rounds=99$salt$",
        "$6$rounds=0000005000$salt$",
        "$3$$770b3c2656257e8a3f2388aee4dc349",
        "$y$j9T$",
        "$7$",
        "$7$CU",
        "$md5",
        "$9$salt$hash",
        "$",
        "_",
    };
    struct login_hash hash;

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        CHECK_TRUE(!login_hash_read(bytes_of(wrong[i]), &hash));
        CHECK_INT(hash.scheme, LOGIN_NONE);
    }
}

TEST(many_guesses_run_side_by_side)
{
    static struct crypt_data data;
    static char words[300][40];
    static struct bytes guesses[300];

    for (size_t i = 0; i < 300; i++) {
        snprintf(words[i], sizeof words[i], "%.*s%zu", (int)(i % 26),
                 "abcdefghijklmnopqrstuvwxyz", i);
        guesses[i] = bytes_of(words[i]);
    }
    guesses[100] = bytes_of("");
    for (size_t i = 0; i < 300; i += 7) {
        struct login_hash hash;
        char setting[16];
        snprintf(setting, sizeof setting, "$1$%.*s$", (int)(i % 9), "saltsalt");
        const char *guess = i == 100 ? "" : words[i];
        const char *made = crypt_rn(guess, setting, &data, (int)sizeof data);
        CHECK_TRUE(made != NULL && login_hash_read(bytes_of(made), &hash));
        CHECK_INT(login_hash_find(&hash, guesses, 300), i);
    }
}

TEST(every_known_hash_has_its_password)
{
    size_t solved = 0;

    for (size_t i = 0; i < login_known_count; i++) {
        const struct login_known *known = &login_known[i];
        struct login_hash hash;
        CHECK_TRUE(login_hash_read(bytes_of(known->hash), &hash));
        CHECK_TRUE(i == 0 || strcmp(login_known[i - 1].hash, known->hash) < 0);
        if (known->password == NULL)
            continue;
        struct bytes password = bytes_of(known->password);
        solved++;
        if (login_hash_find(&hash, &password, 1) != 0) {
            printf("# %s is not the password of %s\n", known->password, known->hash);
            CHECK_TRUE(false);
        }
    }
    CHECK_TRUE(solved >= 59);
}

TEST(every_list_is_in_order_and_printable)
{
    for (size_t i = 0; i < login_defaults_count; i++)
        CHECK_TRUE(i == 0 ||
                   strcmp(login_defaults[i - 1].account, login_defaults[i].account) <= 0);
    for (size_t i = 0; i < login_ranked_count; i++)
        CHECK_TRUE(bytes_is_text(bytes_of(login_ranked[i])));
    CHECK_TRUE(login_ranked_count >= 5000 && login_defaults_count >= 1600);
}

TEST(shadow_line_proves_the_account_of_passwd)
{
    owned(dry) dry = system_of(
        (const char *const[][2]){
            {"etc/passwd", "root:x:0:0:root:/root:/bin/ash\ndaemon:x:1:1::/:\n"},
            {"etc/shadow", "# made by hand\nroot:$1$$iC.dUsGpxNNJGeOm1dFio/:1:0:9:7:::\n"},
        },
        2);

    CHECK_STRING(value(dry, 0, "account"), "daemon");
    CHECK_STRING(value(dry, 0, "state"), "shadowed");
    CHECK_STRING(value(dry, 0, "usable"), "0");
    CHECK_STRING(value(dry, 1, "account"), "root");
    CHECK_STRING(value(dry, 1, "store"), "shadow");
    CHECK_STRING(value(dry, 1, "password"), "1234");
    CHECK_STRING(value(dry, 1, "password_source"), "known-hash");
    CHECK_STRING(value(dry, 1, "usable"), "1");
    CHECK_STRING(value(dry, 1, "active"), "1");
    CHECK_STRING(value(dry, 1, "shell"), "/bin/ash");
    CHECK_INT(dry_nth(dry, "login", 1)->evidence.line, 2);
    CHECK_TRUE(dry_nth(dry, "login", 2) == NULL);
}

TEST(locks_and_shells_keep_people_out)
{
    owned(dry) dry = system_of(
        (const char *const[][2]){
            {"etc/passwd", "a:*:1:1::/:/bin/sh\nb:!!:2:2::/:/bin/sh\n"
                           "c:!$1$$iC.dUsGpxNNJGeOm1dFio/:3:3::/:/bin/sh\n"
                           "d:$1$$iC.dUsGpxNNJGeOm1dFio/:4:4::/:/sbin/nologin\n"
                           "e::5:5::/:/bin/false\nf::6:6::/:\ng:garbage:7:7::/:/bin/sh\n"},
        },
        1);
    static const char *const state[] = {"locked", "locked", "locked", "hash",
                                        "empty",  "empty",  "invalid"};

    for (size_t i = 0; i < COUNT_OF(state); i++) {
        CHECK_STRING(value(dry, i, "state"), state[i]);
        CHECK_STRING(value(dry, i, "usable"), i == 5 ? "1" : "0");
        CHECK_STRING(value(dry, i, "password_known"), i < 2 || i == 6 ? "0" : "1");
    }
    CHECK_STRING(value(dry, 5, "shell"), "/bin/sh");
    CHECK_STRING(value(dry, 2, "hash"), "$1$$iC.dUsGpxNNJGeOm1dFio/");
}

TEST(a_start_script_makes_a_backup_active)
{
    static const char passwd[] = "root:$1$$iC.dUsGpxNNJGeOm1dFio/:0:0::/:/bin/sh\n";
    static const char *const scripts[] = {
        "#!/bin/sh\ncp -p /etc/passwd.bak /var/passwd\n",
        "#!/bin/sh\nif true; then cat \"/etc/passwd.bak\" >/var/passwd; fi\n",
        "#!/bin/sh\n[ -f /var/passwd ] || busybox cp /etc/passwd.bak /var/passwd # first\n",
        "#!/bin/sh\n# cp /etc/passwd.bak /var/passwd\n",
    };

    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        owned(dry) dry = system_of((const char *const[][2]){{"etc/init.d/rcS", scripts[i]},
                                                            {"etc/passwd", "->/var/passwd"},
                                                            {"etc/passwd.bak", passwd}},
                                   3);
        CHECK_STRING(value(dry, 0, "active"), i == 3 ? "0" : "1");
        CHECK_STRING(value(dry, 0, "password"), "1234");
    }
}

TEST(a_folder_copied_over_etc_is_active)
{
    static const char passwd[] = "root::0:0::/:/bin/sh\n";
    static const char *const scripts[] = {
        "#!/bin/sh\ncp -a /etc_ro/* /var/etc/\n",
        "#!/bin/sh\ncp -rf /etc_ro/. /etc\n",
        "#!/bin/sh\ncp /etc_ro/group /etc_ro/passwd /etc/\n",
    };

    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        owned(dry) dry = system_of((const char *const[][2]){{"etc", "->/var/etc"},
                                                            {"etc_ro/passwd", passwd},
                                                            {"etc_ro/rcS", scripts[i]}},
                                   3);
        CHECK_STRING(value(dry, 0, "active"), "1");
        CHECK_STRING(value(dry, 0, "state"), "empty");
    }
}

TEST(words_of_the_image_are_guessed)
{
    static struct crypt_data data;
    char passwd[256];
    static const char *const passwords[] = {"Acme2021", "wr300n123", "s3cr3tpsk", "camuser1"};

    for (size_t i = 0; i < COUNT_OF(passwords); i++) {
        const char *hash = crypt_rn(passwords[i], "$1$aBcD$", &data, (int)sizeof data);
        snprintf(passwd, sizeof passwd, "camuser:%s:0:0::/:/bin/sh\n", hash);
        owned(dry) dry =
            system_of((const char *const[][2]){{"etc/config/wireless",
                                                "option ssid 'ACME'\n"
                                                "option key_passphrase 's3cr3tpsk'\n"},
                                               {"etc/hostname", "WR300N\n"},
                                               {"etc/passwd", passwd}},
                      3);
        CHECK_STRING(value(dry, 0, "password"), passwords[i]);
        CHECK_STRING(value(dry, 0, "password_source"), "image-word");
    }
}

TEST(server_files_are_read)
{
    owned(dry) dry = system_of(
        (const char *const[][2]){
            {"etc/.htpasswd", "admin:$apr1$saltsalt$GPKuzxa7vsYnZ2yysFVga.\n"},
            {"etc/config/rpcd",
             "config rpcd\n\toption socket x\nconfig login\n\toption username "
             "'root'\n\toption password '$p$root'\n\tlist read '*'\n"},
            {"etc/httpd.conf", "A:192.168.\n/cgi-bin:admin:letmein\n/:user:*\n"},
            {"etc/lighttpd.user", "web:plainly\n"},
            {"etc/passwd", "root:$1$$iC.dUsGpxNNJGeOm1dFio/:0:0::/:/bin/sh\n"},
            {"usr/share/doc/x/htpasswd", "admin:$apr1$saltsalt$GPKuzxa7vsYnZ2yysFVga.\n"},
        },
        6);
    static const char *const stores[] = {"htpasswd", "config",   "config",
                                         "config",   "htpasswd", "passwd"};
    static const char *const states[] = {"hash", "hash", "plain", "shadowed", "plain", "hash"};

    for (size_t i = 0; i < COUNT_OF(stores); i++) {
        CHECK_STRING(value(dry, i, "store"), stores[i]);
        CHECK_STRING(value(dry, i, "state"), states[i]);
    }
    CHECK_STRING(value(dry, 1, "password"), "1234");
    CHECK_STRING(value(dry, 2, "password"), "letmein");
    CHECK_STRING(value(dry, 2, "password_source"), "plain");
    CHECK_TRUE(dry_nth(dry, "login", 6) == NULL);
}

TEST(a_hash_beyond_the_budget_is_not_tried)
{
    owned(dry) dry = system_of(
        (const char *const[][2]){
            {"etc/passwd", "root:$2b$31$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzABCDE:"
                           "0:0::/:/bin/sh\n"},
        },
        1);
    const struct observation *attempt = dry_nth(dry, "login_attempt", 0);

    CHECK_TRUE(attempt != NULL);
    CHECK_BYTES(dry_value(dry, attempt, "guesses"), "0");
    CHECK_BYTES(dry_value(dry, attempt, "exhausted"), "0");
    CHECK_STRING(value(dry, 0, "password_known"), "0");
}

TEST(text_that_only_looks_like_accounts_is_left_alone)
{
    static const char *const texts[] = {
        "#%PAM-1.0\npassword include common-password\n",
        "root:x:0:0:root:/root\n",
        "root:x:zero:0:root:/root:/bin/sh\n",
        "root:x:0:0:root:/root:/bin/sh:more\n",
        "ro ot:x:0:0:root:/root:/bin/sh\n",
        "root:x:0:0:root:root:/bin/sh\n",
        ":x:0:0:root:/root:/bin/sh\n",
        "+::::::\n",
        "\n\n\n",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        CHECK_INT(login_kind_of(bytes_of("etc/passwd"), bytes_of(texts[i])), LOGIN_KIND_NONE);
    CHECK_INT(login_kind_of(bytes_of("usr/share/doc/passwd"),
                            bytes_of("root:x:0:0:root:/root:/bin/sh\n")),
              LOGIN_KIND_NONE);
    CHECK_INT(login_kind_of(bytes_of("etc/passwd.c"), bytes_of("int main(void);\n")),
              LOGIN_KIND_NONE);
}

TEST(hostile_files_end_in_time)
{
    static char colons[(1U << 20) + 1], zeros[4096 + 1];
    static char accounts[(1U << 20) + 1];
    size_t at = 0;

    memset(colons, ':', sizeof colons - 1);
    for (size_t i = 0; at + 32 < sizeof accounts; i++)
        at += (size_t)snprintf(accounts + at, sizeof accounts - at,
                               "u%zu:abcdefghij%02zuc:1:1::/:\n", i, i % 100);
    owned(dry) dry = system_of((const char *const[][2]){{"etc/passwd", accounts},
                                                        {"etc/passwd-", colons},
                                                        {"etc/shadow", colons}},
                               3);
    CHECK_TRUE(dry_nth(dry, "login", LIMIT_LOGIN_ACCOUNTS - 1) != NULL);
    CHECK_TRUE(dry_nth(dry, "login", LIMIT_LOGIN_ACCOUNTS) == NULL);
    CHECK_INT(dry->unread_count, 2);
    CHECK_TRUE(dry_nth(dry, "login_attempt", 63) != NULL);
    CHECK_TRUE(dry_nth(dry, "login_attempt", 64) == NULL);
    CHECK_INT(login_kind_of(bytes_of("etc/passwd"), bytes_from(zeros, 4096)), LOGIN_KIND_NONE);
    CHECK_INT(login_kind_of(bytes_of("etc/passwd"), bytes_from("root:\0::::", 10)),
              LOGIN_KIND_NONE);
}

TEST(links_in_circles_end)
{
    owned(dry) dry = system_of((const char *const[][2]){{"etc/passwd", "->passwd"},
                                                        {"etc/shadow", "->../etc/./shadow"}},
                               2);

    CHECK_TRUE(dry_nth(dry, "login", 0) == NULL);
}

int main(void)
{
    RUN(every_crypt_scheme_is_found_again);
    RUN(schemes_that_gensalt_makes_are_recognised);
    RUN(other_schemes_are_found_again);
    RUN(rounds_and_cost_are_read);
    RUN(what_is_no_hash_has_no_scheme);
    RUN(many_guesses_run_side_by_side);
    RUN(every_known_hash_has_its_password);
    RUN(every_list_is_in_order_and_printable);
    RUN(shadow_line_proves_the_account_of_passwd);
    RUN(locks_and_shells_keep_people_out);
    RUN(a_start_script_makes_a_backup_active);
    RUN(a_folder_copied_over_etc_is_active);
    RUN(words_of_the_image_are_guessed);
    RUN(server_files_are_read);
    RUN(a_hash_beyond_the_budget_is_not_tried);
    RUN(text_that_only_looks_like_accounts_is_left_alone);
    RUN(hostile_files_end_in_time);
    RUN(links_in_circles_end);
    return test_end();
}
