#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <unistd.h>

#include "report/pdf.h"

/*
 * The fonts of the document: these files and no others, so that the same store gives the same
 * bytes whatever else is installed. The last family fills in for characters that the first lack.
 */

static const struct {
    const char *folders[3]; /* the first that has all of the files counts */
    const char *files[7];
    const char *package;
} families[] = {
    {
        {"/usr/share/fonts/truetype/liberation2", "/usr/share/fonts/truetype/liberation",
         "/usr/share/fonts/liberation"},
        {"LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSerif-Regular.ttf",
         "LiberationSerif-Bold.ttf", "LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf"},
        "fonts-liberation2",
    },
    {
        {"/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu", "/usr/share/fonts/TTF"},
        {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"},
        "fonts-dejavu-core",
    },
};

/* Pango keeps its list of the fonts of a configuration for good: once in a process, 25 KiB. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_SOUGHT
#endif
#endif
#if defined(LEAKS_ARE_SOUGHT) || defined(__SANITIZE_ADDRESS__)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif

static bool add_folder(FcConfig *config, const char *folder, const char *const *files)
{
    owned(text) path = text_new();

    for (size_t i = 0; files[i] != NULL; i++) {
        text_clear(path);
        text_addf(path, "%s/%s", folder, files[i]);
        if (access(text_string(path), R_OK) != 0)
            return false;
    }
    for (size_t i = 0; files[i] != NULL; i++) {
        text_clear(path);
        text_addf(path, "%s/%s", folder, files[i]);
        if (!FcConfigAppFontAddFile(config, (const FcChar8 *)text_string(path)))
            return false;
    }
    return true;
}

static struct error *add_family(FcConfig *config, size_t family)
{
    for (size_t i = 0; i < COUNT_OF(families[family].folders); i++)
        if (add_folder(config, families[family].folders[i], families[family].files))
            return NULL;
    return error_hint(error_new(ERROR_SYSTEM,
                                "the fonts of %s are not installed: %s is not in "
                                "%s",
                                families[family].package, families[family].files[0],
                                families[family].folders[0]),
                      "install the package %s, or ask for the report html",
                      families[family].package);
}

struct error *pdf_fonts(PangoFontMap **out)
{
    FcConfig *config = FcConfigCreate();

    if (config == NULL)
        return error_new(ERROR_SYSTEM, "no memory for fonts");
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        struct error *error = add_family(config, i);
        if (error != NULL) {
            FcConfigDestroy(config);
            return error;
        }
    }
    FcConfigSetCurrent(config); /* or Pango reads that of the machine, for nothing */
    PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    if (map == NULL) {
        FcConfigDestroy(config);
        return error_new(ERROR_SYSTEM, "this machine's pango cannot set FreeType fonts");
    }
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), config);
    FcConfigDestroy(config); /* the map has a reference of its own */
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
    *out = map;
    return NULL;
}
