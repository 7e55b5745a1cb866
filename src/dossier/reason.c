#include "dossier/reason.h"

#include "base/compiler.h"
#include "base/text.h"

/* Whole texts that stand in for a reason, by their letters alone. */
static const char *const stand_ins[] = {
    "",
    "na",
    "no",
    "none",
    "nil",
    "nothing",
    "yes",
    "ok",
    "tbd",
    "tba",
    "tbc",
    "todo",
    "xxx",
    "asdf",
    "loremipsum",
    "unknown",
    "pending",
    "later",
    "notapplicable",
    "notavailable",
    "notsupported",
    "notimplemented",
    "notfulfilled",
    "notmet",
    "tobedone",
    "tobedefined",
    "tobedetermined",
    "tobeprovided",
    "tobefilled",
    "tobefilledin",
    "tobesupplied",
    "tobewritten",
    "nein",
    "keine",
    "entfallt",
    "nichtzutreffend",
};

/* Words that say nothing of a product of their own; each with a blank before and behind it. */
static const char stock[] =
    /* grammar */
    " a an the this that these those it its he she they them their we us our you your i who "
    "which"
    " what one by of in on at to for from with without within into over under out up off about"
    " and or but nor not no none nothing neither only also just even still yet so as such than"
    " then there here because since due if when while until although though however therefore"
    " is are was were be been being am has have had having do does did done will would can "
    "could"
    " cannot may might must shall should isn aren wasn doesn don didn won couldn hasn haven"
    " very much more most many some any all each every other another same both new own"
    " now currently current present presently moment today time times future later already "
    "never"
    /* whoever and whatever is spoken of */
    " product products device devices dut eut unit units system systems manufacturer company "
    "vendor"
    " supplier team management project feature features function functions functionality"
    " functionalities capability capabilities provision provisions requirement requirements"
    " recommendation recommendations item items point points condition conditions standard"
    " standards table row clause section chapter annex ics ixit detail details entry en etsi"
    /* that it is not so */
    " support supports supported supporting unsupported implement implements implemented"
    " implementing implementation implementations available availability unavailable applicable"
    " inapplicable applicability apply applies applied fulfil fulfill fulfils fulfilled met "
    "meet"
    " meets provide provides provided possible impossible feasible require requires required "
    "need"
    " needs needed necessary neccessary necesary unnecessary relevant irrelevant use uses used"
    " using usage foreseen planned plan plans intended considered consider decide decides "
    "decided"
    " decision want wants wanted wish exist exists existing give gives given make makes made "
    "offer"
    " offers offered include includes included contain contains contained realised realized"
    " introduced added known mandatory optional scope yes ok fine good"
    /* reasons that fit anything */
    " reason reasons reasonable business commercial economic economical technical technically"
    " money cost costs costly expensive budget price effort efforts resource resources capacity"
    " priority important importance benefit value sense point against"
    " limitation limitations restriction restrictions constraint constraints too low high risk"
    " risks acceptable accepted agreed policy internal external customer customers asked ask "
    "asks"
    " never ever market line range version release firmware software future"
    /* placeholders and pointers */
    " na tbd tba tbc todo xxx asdf see above below ditto dito idem refer reference pending "
    "determined "
    "defined"
    " filled written supplied unknown cf please attachment attached annexes appendix document"
    " documents documentation page sheet report comment text file lorem ipsum dolor sit amet "
    "blah"
    " bla foo bar qwer qwerty test"
    /* the same in German */
    " der die das den dem ein eine einer eines es wir uns unser ist sind war wird werden wurde"
    " wurden kann kein keine keinen keiner nicht nein ja und oder aber auch nur noch mit ohne "
    "bei"
    " von zu zur zum im auf aus nach da weil vorhanden unterstützt umgesetzt implementiert"
    " verfügbar anwendbar zutreffend möglich moeglich nötig noetig notwendig erforderlich "
    "relevant"
    " vorgesehen geplant siehe oben unten gerät geraet produkt hersteller funktion anforderung"
    " technisch zeit geld kosten aufwand grund gründen gruenden entfällt entfaellt ";

/* "no telemetry" is a reason of two words; "asdf qwer" is none. */
static const char denials[] = " no without only kein keine ohne nur ";

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static char lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
}

/* "6-SoftComp", "AuthMech-1": an id, not a word. */
static bool is_label(struct bytes text, size_t from, size_t to)
{
    return (from >= 2 && text.data[from - 1] == '-' && is_digit(text.data[from - 2])) ||
           (bytes_at(text, to) == '-' && is_digit(bytes_at(text, to + 1)));
}

/* The next run of letters and digits from *AT on, in lower case, between two blanks. */
static bool next_token(struct bytes text, size_t *at, struct text *token, bool *is_word)
{
    while (*at < text.size && !is_letter(text.data[*at]) && !is_digit(text.data[*at]))
        (*at)++;
    if (*at >= text.size)
        return false;
    size_t from = *at;
    text_clear(token);
    text_add_char(token, ' ');
    *is_word = true;
    for (; *at < text.size && (is_letter(text.data[*at]) || is_digit(text.data[*at]));
         (*at)++) {
        *is_word &= !is_digit(text.data[*at]);
        text_add_char(token, lower(text.data[*at]));
    }
    text_add_char(token, ' ');
    *is_word &= *at - from > 1 && !is_label(text, from, *at);
    return true;
}

static bool stands_in(struct bytes text)
{
    for (size_t i = 0; i < COUNT_OF(stand_ins); i++)
        if (bytes_is(text, stand_ins[i]))
            return true;
    return false;
}

enum reason reason_of(struct bytes text)
{
    owned(text) token = text_new();
    owned(text) letters = text_new();
    bool is_word, names = false, denies = false;
    size_t at = 0, count = 0;

    while (next_token(text, &at, token, &is_word)) {
        denies |= count == 0 && bytes_contains(bytes_of(denials), text_string(token));
        text_add_bytes(letters, bytes_trim(text_bytes(token)));
        count++;
        names |= is_word && !bytes_contains(bytes_of(stock), text_string(token));
    }
    /* A mark of repetition points to the row above. */
    if (count == 0 && bytes_is(bytes_trim(text), "\""))
        return REASON_HOLLOW;
    if (stands_in(text_bytes(letters)))
        return REASON_NONE;
    return names && (count > 2 || (count == 2 && denies)) ? REASON_GIVEN : REASON_HOLLOW;
}

bool says_unfilled(struct bytes text)
{
    static const char *const whole[] = {"tbd",     "tba",   "tbc",     "todo",
                                        "xxx",     "asdf",  "unknown", "notknown",
                                        "pending", "later", "open"};
    static const char *const parts[] = {
        "tobedefined",     "tobedetermined", "tobedecided",    "tobefilled",
        "tobeprovided",    "tobesupplied",   "tobecompleted",  "tobeclarified",
        "tobeconfirmed",   "tobeadded",      "tobedone",       "tobewritten",
        "willbefilled",    "willbedefined",  "willbeprovided", "willbesupplied",
        "willbecompleted", "willbeadded",    "notyetknown",    "notyetdefined",
        "notyetfilled",    "notyetclear",    "notyetdecided",  "underclarification"};
    owned(text) token = text_new();
    owned(text) letters = text_new();
    size_t at = 0;
    bool is_word;

    while (next_token(text, &at, token, &is_word))
        text_add_bytes(letters, bytes_trim(text_bytes(token)));
    if (letters->size == 0)
        return bytes_find_byte(text, '?') != SIZE_MAX;
    for (size_t i = 0; i < COUNT_OF(whole); i++)
        if (bytes_is(text_bytes(letters), whole[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (bytes_contains(text_bytes(letters), parts[i]))
            return true;
    return false;
}
