#include "report/document.h"

/* What has to be looked at, as a person would say it. Names not listed are shown as they are. */
static const struct {
    const char *name, *words;
} coverings[] = {
    {"person", "a person's conclusion"},
    {"unpack.complete", "every byte of the image explained"},
    {"inspect.login", "the account files of the image"},
    {"inspect.key", "the keys in the image"},
    {"inspect.certificate", "the certificates in the image"},
    {"inspect.service", "the services started at boot"},
    {"inspect.setting", "the configuration files in force"},
    {"inspect.binary", "the programs and libraries of the image"},
    {"inspect.component", "the software components of the image"},
    {"inspect.endpoint", "the addresses the firmware can talk to"},
    {"inspect.device", "device files and file permissions"},
    {"inspect.kernel_option", "the options of the kernel"},
    {"probe.tcp-ports", "an observation of the live device (open TCP ports)"},
    {"probe.udp-ports", "an observation of the live device (open UDP ports)"},
    {"probe.tls", "an observation of the live device (TLS)"},
    {"probe.ssh", "an observation of the live device (SSH)"},
    {"probe.http", "an observation of the live device (its web pages)"},
    {"probe.mqtt", "an observation of the live device (MQTT)"},
    {"probe.bluetooth", "an observation of the live device (Bluetooth)"},
    {"capture.traffic", "a capture of the device's traffic"},
    {"evidence.captures", "the captures of web pages in evidence/"},
    {"declared.ICS",
     "the manufacturer's declaration (implementation conformance statement, ICS)"},
    {"declared.1-AuthMech", "authentication mechanisms"},
    {"declared.2-UserInfo", "user information"},
    {"declared.3-VulnTypes", "relevant vulnerabilities"},
    {"declared.4-Conf", "confirmations"},
    {"declared.5-VulnMon", "vulnerability monitoring"},
    {"declared.6-SoftComp", "software components"},
    {"declared.7-UpdMech", "update mechanisms"},
    {"declared.8-UpdProc", "update procedures"},
    {"declared.9-ReplSup", "replacement support"},
    {"declared.10-SecParam", "security parameters"},
    {"declared.11-SecComMech", "secure communication mechanisms"},
    {"declared.12-NetSecImpl", "network and security implementations"},
    {"declared.13-SoftServ", "software services"},
    {"declared.14-SecMgmt", "secure management processes"},
    {"declared.15-PhyIntf", "physical interfaces"},
    {"declared.16-CodeMin", "code minimization"},
    {"declared.17-PrivlCtrl", "privilege control"},
    {"declared.18-AccCtrl", "access control"},
    {"declared.19-SecDev", "secure development processes"},
    {"declared.20-SecBoot", "secure boot mechanisms"},
    {"declared.21-PersData", "personal data"},
    {"declared.22-ExtSens", "external sensors"},
    {"declared.23-ResMech", "resilience mechanisms"},
    {"declared.24-TelData", "telemetry data"},
    {"declared.25-DelFunc", "deletion functionalities"},
    {"declared.26-UserDec", "user decisions"},
    {"declared.27-UserIntf", "user interfaces"},
    {"declared.28-LogIntf", "logical interfaces"},
    {"declared.29-InpVal", "data input validation"},
};

static const char *words_of(struct bytes name)
{
    for (size_t i = 0; i < COUNT_OF(coverings); i++)
        if (bytes_is(name, coverings[i].name))
            return coverings[i].words;
    return NULL;
}

void document_covered(struct text *out, struct bytes name)
{
    const char *words = words_of(name);

    if (bytes_starts(name, "declared.") && !bytes_is(name, "declared.ICS")) {
        text_add(out, "the manufacturer's declaration (IXIT table ");
        text_add_bytes(out, bytes_from_offset(name, sizeof "declared." - 1));
        if (words != NULL)
            text_addf(out, ", %s", words);
        text_add_char(out, ')');
    } else if (words != NULL) {
        text_add(out, words);
    } else if (bytes_starts(name, "probe.")) {
        text_add(out, "an observation of the live device (");
        text_add_bytes(out, bytes_from_offset(name, sizeof "probe." - 1));
        text_add_char(out, ')');
    } else if (bytes_starts(name, "capture.")) {
        text_add(out, "a capture of the device's traffic");
    } else {
        text_add_bytes(out, name);
    }
}

/* How the store calls an outcome, its sign, and what a reader sees. */
static const struct {
    const char *outcome, *symbol, *word;
} outcomes[] = {
    {"pass", "✓", "pass"},
    {"fail", "✕", "fail"},
    {"open", "○", "open"},
    {"inconclusive", "?", "inconclusive"},
    {"not-applicable", "–", "not applicable"},
    {"not-run", "–", "not followed"},
};

const char *document_symbol(struct bytes outcome)
{
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        if (bytes_is(outcome, outcomes[i].outcome))
            return outcomes[i].symbol;
    return bytes_is(outcome, "warn") ? "!" : "○";
}

const char *document_word(struct bytes outcome)
{
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        if (bytes_is(outcome, outcomes[i].outcome))
            return outcomes[i].word;
    return "open";
}

const char *document_overall(struct bytes outcome)
{
    if (bytes_is(outcome, "pass"))
        return "The product meets the standard in every provision that counts.";
    if (bytes_is(outcome, "fail"))
        return "The product does not meet the standard.";
    if (bytes_is(outcome, "inconclusive"))
        return "Whether the product meets the standard cannot be concluded.";
    return "Whether the product meets the standard is not concluded yet.";
}
