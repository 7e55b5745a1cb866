#include "dry.h"
#include "inspect/component_package.h"
#include "inspect/component_signature.h"
#include "inspect/patterns.h"
#include "test.h"

static size_t component_place(void)
{
    for (size_t i = 0; i < check_count; i++)
        if (strcmp(checks[i]->name, "component") == 0)
            return i;
    return 0;
}

/* Does the pass lead to MARK in TEXT, and the mark to a version? */
static bool pass_finds(uint32_t mark, const char *text, struct arena *arena,
                       struct bytes *version)
{
    struct hit_list *lists = arena_array(arena, check_count, sizeof *lists);
    struct hit_list *own = &lists[component_place()];
    const char *inside = arena_printf(arena, "before%c%s", 1, text);
    struct bytes content = bytes_from(inside, strlen(inside) + 1);
    size_t at, length;

    own->wanted = true;
    CHECK_SUCCESS(patterns_scan(content, arena, lists));
    for (size_t i = 0; i < own->count; i++) {
        const struct component_mark *this = &component_marks[mark];
        uint64_t before = (uint64_t)this->width + this->before;
        if (component_pattern_marks[own->hits[i].pattern] != mark)
            continue;
        uint64_t from = own->hits[i].end > before ? own->hits[i].end - before : 0;
        if (signature_matches(mark, bytes_slice(content, from, 512), arena, version, &at,
                              &length))
            return true;
    }
    return false;
}

TEST(every_mark_matches_its_examples_and_not_its_counters)
{
    owned(arena) arena = arena_new();

    for (size_t i = 0; i < component_example_count; i++) {
        const struct component_example *example = &component_examples[i];
        struct bytes version = {NULL, 0};
        size_t at, length;
        bool string = component_marks[example->mark].kind == MARK_STRING;
        bool found = string ? pass_finds(example->mark, example->text, arena, &version)
                            : signature_matches(example->mark, bytes_of(example->text), arena,
                                                &version, &at, &length);
        bool right =
            example->version == NULL ? !found : found && bytes_is(version, example->version);
        if (!right)
            printf("# %s: \"%s\" gives \"%.*s\", wanted \"%s\"\n",
                   signature_row(example->mark)->name, example->text, (int)version.size,
                   version.size == 0 ? "" : (const char *)version.data,
                   example->version == NULL ? "nothing" : example->version);
        CHECK_TRUE(right);
        arena_reset(arena);
    }
    printf("# %zu components, %zu marks, %zu examples\n", component_row_count,
           component_mark_count, component_example_count);
}

TEST(there_are_many_components_and_each_name_once)
{
    CHECK_TRUE(component_row_count >= 150);
    for (size_t i = 0; i < component_row_count; i++) {
        CHECK_TRUE(bytes_starts(bytes_of(component_rows[i].purl), "pkg:"));
        for (size_t k = i + 1; k < component_row_count; k++)
            CHECK_TRUE(strcmp(component_rows[i].name, component_rows[k].name) != 0);
    }
}

TEST(every_mark_belongs_to_the_row_that_lists_it)
{
    for (size_t i = 0; i < component_row_count; i++)
        for (uint32_t k = 0; k < component_rows[i].mark_count; k++)
            CHECK_TRUE(signature_row(component_rows[i].first_mark + k) == &component_rows[i]);
}

TEST(globs)
{
    CHECK_TRUE(signature_fits("libz.so*", bytes_of("libz.so.1.2.11")));
    CHECK_TRUE(!signature_fits("libz.so*", bytes_of("libz.s")));
    CHECK_TRUE(signature_fits("libc-[0-9]*.so", bytes_of("libc-2.31.so")));
    CHECK_TRUE(!signature_fits("libc-[0-9]*.so", bytes_of("libc-x.so")));
    CHECK_TRUE(signature_fits("a*b*c", bytes_of("aXbYbZc")));
    CHECK_TRUE(!signature_fits("abc", bytes_of("abcd")));
}

TEST(packages_split_their_versions)
{
    struct package_walk walk = package_walk_over(
        bytes_of("Package: dnsmasq\nStatus: install ok installed\nVersion: 1:2.90-4~deb12u1\n\n"
                 "Package: gone\nStatus: deinstall ok config-files\nVersion: 1.0-1\n"),
        PACKAGES_DPKG);
    struct package package;

    CHECK_TRUE(package_next(&walk, &package));
    CHECK_BYTES(package.name, "dnsmasq");
    CHECK_BYTES(package.version, "2.90");
    CHECK_BYTES(package.revision, "4~deb12u1");
    CHECK_INT(package.line, 1);
    CHECK_TRUE(!package_next(&walk, &package));
}

TEST(apk_databases)
{
    owned(arena) arena = arena_new();
    struct package_walk walk = package_walk_over(
        bytes_of("C:Q1x=\nP:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\n\n"), PACKAGES_APK);
    struct package package;

    CHECK_TRUE(package_next(&walk, &package));
    CHECK_BYTES(package.version, "1.2.4");
    CHECK_BYTES(package.revision, "r2");
    CHECK_BYTES(package.licence, "MIT");
    CHECK_INT(package.line, 2);
    CHECK_BYTES(package_url(&package, PACKAGES_APK, arena),
                "pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64");
    CHECK_TRUE(!package_next(&walk, &package));
}

int main(void)
{
    RUN(every_mark_matches_its_examples_and_not_its_counters);
    RUN(there_are_many_components_and_each_name_once);
    RUN(every_mark_belongs_to_the_row_that_lists_it);
    RUN(globs);
    RUN(packages_split_their_versions);
    RUN(apk_databases);
    return test_end();
}
