#include "capture/html.h"

#include "test.h"

static void reads(const char *page, const char *wanted)
{
    owned(text) title = text_new();
    owned(text) text = text_new();
    owned(text) fields = text_new();
    owned(text) moves = text_new();
    owned(text) got = text_new();
    struct html_page out = {.title = title, .text = text, .fields = fields, .moves = moves};

    html_read(bytes_of(page), 200, &out);
    text_addf(got, "%s|%s|%s%s", text_string(title), text_string(text), text_string(fields),
              out.password ? "|password" : "");
    if (moves->size > 0)
        text_addf(got, "|to %s", text_string(moves));
    CHECK_STRING(text_string(got), wanted);
}

TEST(text_and_title)
{
    reads("<!doctype html><title>A &amp; B</title><body><h1>Head</h1>one<br>two <b>th</b>ree",
          "A & B|Head one two three|");
    reads("<h1>Only <i>a</i> heading</h1><p>x</p><h1>another</h1>",
          "Only a heading|Only a heading x another|");
    reads("a < b &lt; c &#x41;&#66; &unknown; &#x110000; &",
          "|a < b < c AB &unknown; \uFFFD &|");
    reads("Sicherheitsl&uuml;cke, L\xfc"
          "cke",
          "|Sicherheitslücke, Lücke|");
}

TEST(what_is_not_seen)
{
    reads("<nav>menu <nav>in</nav> menu</nav>text<footer>below</footer>", "|text|");
    reads("<p>see <a href=x>our policy</a> now<li><a>open link</li>text", "|see now text|");
    reads("<script>var a = '<p>no</p>';</script><style>p{}</style>yes<!-- no -->", "|yes|");
    reads("<div hidden>no <div>no</div> no</div>yes<p style='Display : None'>no</p>", "|yes|");
    reads("<noscript>turn scripts on</noscript><template>t</template><button>b</button>x",
          "|x|");
    reads("<input hidden>seen", "|seen|\n");
}

TEST(forms)
{
    reads("<form><input name=user placeholder='Your e-mail'><input type=Password name=p>"
          "<input type=hidden name=csrf><input type=search name=q></form>",
          "||user Your e-mail \np \n|password");
    reads("<textarea name=serial aria-label='Serial number'>typed</textarea>after",
          "|after|serial Serial number \n");
}

TEST(refresh)
{
    reads("<meta http-equiv=Refresh content='0; URL=/login'>x", "|x||to /login");
    reads("<meta http-equiv=refresh content=\"0;url='/a b'\">", "|||to /a b");
    reads("<meta http-equiv=refresh content=30>x", "|x|");
}

/* Whatever it is, it ends, and nothing is read behind the end. */
TEST(unfinished)
{
    reads("<", "|<|");
    reads("</", "|</|");
    reads("text<!-- no end", "|text|");
    reads("text<p class='no end", "|text|");
    reads("text<script>no end", "|text|");
    reads("<title>no end", "no end||");
    reads("<a", "||");
    reads("</p></p></nav>text", "|text|");
    reads("<p =x / = y=>text", "|text|");
}

TEST(letters_are_counted_beyond_the_text)
{
    owned(text) title = text_new();
    owned(text) text = text_new();
    owned(text) fields = text_new();
    owned(text) moves = text_new();
    owned(text) page = text_new();
    struct html_page out = {.title = title, .text = text, .fields = fields, .moves = moves};

    for (int i = 0; i < 1000; i++)
        text_add(page, "a, ");
    html_read(text_bytes(page), 100, &out);
    CHECK_INT(out.letters, 1000);
    CHECK_TRUE(text->size <= 100);
}

int main(void)
{
    RUN(text_and_title);
    RUN(what_is_not_seen);
    RUN(forms);
    RUN(refresh);
    RUN(unfinished);
    RUN(letters_are_counted_beyond_the_text);
    return test_end();
}
