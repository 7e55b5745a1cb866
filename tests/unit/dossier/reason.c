/* What is a reason, what is none, and what a person has to judge. */
#include "dossier/reason.h"

#include "base/compiler.h"
#include "test.h"

static void check(const char *text, enum reason wanted)
{
    enum reason got = reason_of(bytes_of(text));

    if (got != wanted)
        printf("# \"%s\":\n", text);
    CHECK_INT(got, wanted);
}

TEST(a_reason_names_something)
{
    static const char *const given[] = {
        "no telemetry",
        "There are no sensors.",
        "no debug interface",
        "The MCU has no MMU",
        "not supported by the SoC",
        "Batteriebetrieb, keine Netzwerkschnittstelle",
        "condition 3 does not hold: every component can be updated by UpdMech-1",
        "no resources: 64 KiB of RAM",
        "the importer handles reports for this product line",
    };

    for (size_t i = 0; i < COUNT_OF(given); i++)
        check(given[i], REASON_GIVEN);
}

TEST(words_that_fit_any_product_are_hollow)
{
    static const char *const hollow[] = {
        "not supported by us",
        "no time, no money",
        "we decided against it",
        "Device does not have",
        "not neccessary",
        "not needed for this product",
        "no resources",
        "does not apply",
        "for technical reasons",
        "Technisch nicht möglich",
        "see 5.7-1",
        "see above",
        "same as 5.3-15A",
        "see IXIT 6-SoftComp",
        "This recommendation is currently not implemented in the device.",
        "telemetry",
        "\"",
        "ditto",
        "5.3.2",
        "N/A, not applicable",
        "asdf qwer",
        "blah blah",
        "as agreed",
        "low risk",
        "see attachment",
        "please refer to annex",
        "lorem ipsum dolor",
        "too expensive for us",
        "planned for firmware 2.0",
        "customers never asked for it",
        "not relevant to our product line",
    };

    for (size_t i = 0; i < COUNT_OF(hollow); i++)
        check(hollow[i], REASON_HOLLOW);
}

TEST(what_stands_in_for_a_reason_is_none)
{
    static const char *const none[] = {"",    "-",    "n/a",           "N/A.",
                                       "TBD", "None", "to be defined", "...",
                                       "???", "No",   "not supported", "Not applicable."};

    for (size_t i = 0; i < COUNT_OF(none); i++)
        check(none[i], REASON_NONE);
}

TEST(what_is_to_be_written_is_unfilled)
{
    static const char *const yes[] = {"TBD",
                                      "?",
                                      "to be defined",
                                      "t.b.d.",
                                      "unknown",
                                      "will be filled in later",
                                      "To be clarified with R&D"};
    static const char *const no[] = {"none",
                                     "-",
                                     "n/a",
                                     "",
                                     "no telemetry",
                                     "secure boot is not yet implemented",
                                     "planned for 2027"};

    for (size_t i = 0; i < COUNT_OF(yes); i++)
        CHECK_TRUE(says_unfilled(bytes_of(yes[i])));
    for (size_t i = 0; i < COUNT_OF(no); i++)
        CHECK_TRUE(!says_unfilled(bytes_of(no[i])));
}

int main(void)
{
    RUN(a_reason_names_something);
    RUN(words_that_fit_any_product_are_hollow);
    RUN(what_stands_in_for_a_reason_is_none);
    RUN(what_is_to_be_written_is_unfilled);
    return test_end();
}
