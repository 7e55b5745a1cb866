#include "dossier/plain.h"

#include <string.h>

#include "dossier/load.h"

/* Sentences that a field may hold, several of them separated by semicolons or lines. */
static const struct {
    const char *field, *sentence;
} sentences[] = {
    {"Authentication Factor", "password"},
    {"Authentication Factor", "user-defined password"},
    {"Authentication Factor", "cryptographic key"},
    {"Authentication Factor", "client certificate"},
    {"Authentication Factor", "token"},
    {"Authentication Factor", "biometrics"},
    {"Security Guarantees", "confidentiality"},
    {"Security Guarantees", "integrity"},
    {"Security Guarantees", "authenticity"},
    {"Security Guarantees", "availability"},
    {"Security Guarantees", "tamper resistance"},
    {"Security Guarantees", "replay protection"},
    {"Security Guarantees", "integrity verified by the DUT"},
    {"Security Guarantees", "authenticity verified by the DUT"},
    {"Security Guarantees", "integrity of the device software"},
    {"Security Guarantees", "authenticity of the device software"},
    {"Initiation and Interaction", "no user interaction is needed"},
    {"Initiation and Interaction", "the user starts the update"},
    {"Initiation and Interaction", "the user has to confirm the installation"},
    {"Configuration", "updates can be automated"},
    {"Configuration", "the user can enable automatic updates"},
    {"Configuration", "the user can disable automatic updates"},
    {"Configuration", "the user can postpone automatic updates"},
    {"Configuration", "the user can enable, disable and postpone automatic updates"},
    {"Configuration", "the user can enable update notifications"},
    {"Configuration", "the user can disable update notifications"},
    {"Configuration", "the user can enable and disable update notifications"},
    {"Update Checking", "the DUT checks after initialization"},
    {"Update Checking", "the DUT checks periodically"},
    {"Update Checking", "the DUT checks after initialization and periodically"},
    {"User Notification", "the user is notified of available updates"},
    {"User Notification", "the user is warned of a disruption of basic functions"},
    {"User Notification", "the user is not notified"},
    {"Cryptographic Usage", "yes"},
    {"Cryptographic Usage", "no"},
    {"Cryptographic Usage", "side effects of replacing it were considered"},
    {"Review/Evaluation Method", "source code review"},
    {"Review/Evaluation Method", "penetration test"},
    {"Review/Evaluation Method", "fuzz testing"},
    {"Review/Evaluation Method", "static analysis"},
    {"Review/Evaluation Method", "certification"},
    {"Security Examination", "telemetry is examined for security anomalies"},
    {"Status", "disabled permanently"},
    {"Status", "permanently disabled"},
    {"Status", "disabled by default"},
};

const char *plain_sentence(const struct form_field *field, size_t n)
{
    for (size_t i = 0; i < COUNT_OF(sentences); i++)
        if (strcmp(field->name, sentences[i].field) == 0 && n-- == 0)
            return sentences[i].sentence;
    return NULL;
}

static bool is_sentence(const struct form_field *field, struct bytes part)
{
    const char *sentence;

    for (size_t i = 0; (sentence = plain_sentence(field, i)) != NULL; i++)
        if (name_same(part, sentence))
            return true;
    return false;
}

static bool is_choice(const struct form_field *field, struct bytes part)
{
    for (size_t i = 0; i < field->choice_count; i++)
        if (name_same(part, field->choices[i]))
            return true;
    return false;
}

static bool is_yes_or_no(struct bytes text)
{
    static const char *const words[] = {"yes", "no", "true", "false", "y", "n"};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (name_same(text, words[i]))
            return true;
    return false;
}

/* A label: one word that ends in a digit. Whether it exists is for load_reference.c. */
static bool is_label(struct bytes part)
{
    struct bytes rest = part, word;

    if (!bytes_next_word(&rest, &word) || rest.size > 0)
        return false;
    uint8_t last = bytes_at(word, word.size - 1);
    return last >= '0' && last <= '9';
}

static bool is_closed_part(const struct form_field *field, struct bytes part)
{
    switch (field->kind) {
    case FIELD_ENUM:
    case FIELD_ENUM_LIST:
        return is_choice(field, part) || is_sentence(field, part);
    case FIELD_REF:
    case FIELD_REF_LIST:
        return is_label(part);
    case FIELD_ID:
    case FIELD_BOOL:
        return true;
    case FIELD_TEXT:
    case FIELD_LIST:
        return is_sentence(field, part);
    }
    return false;
}

/* Marks that turn a value into something else: a question, a remark, an alternative. */
static bool has_marks(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr("?!()[]{}<>~*\"/|&", (char)bytes_at(text, i)) != NULL)
            return true;
    return false;
}

bool plain_is_closed(const struct form_field *field, struct bytes text)
{
    bool commas = field->kind == FIELD_REF || field->kind == FIELD_REF_LIST ||
                  field->kind == FIELD_ENUM_LIST || field->kind == FIELD_LIST;
    struct bytes line, piece, part;

    if (field->kind == FIELD_ID)
        return true;
    if (has_marks(text))
        return false;
    if (field->kind == FIELD_BOOL)
        return is_yes_or_no(text);
    bool yes = false, no = false;
    while (bytes_next_line(&text, &line))
        while (bytes_next_field(&line, ';', &piece))
            while (bytes_next_field(&piece, commas ? ',' : ';', &part)) {
                part = bytes_trim(part);
                if (part.size > 0 && bytes_at(part, part.size - 1) == '.')
                    part = bytes_slice(part, 0, part.size - 1);
                if (part.size > 0 && !is_closed_part(field, part))
                    return false;
                yes |= name_same(part, "yes");
                no |= name_same(part, "no");
            }
    return !(yes && no);
}
