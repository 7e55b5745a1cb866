#include "report/scheme.h"

/* A page of paper first: it is signed, filed and scanned. */
static const char style[] =
    ":root{--ink:#111;--dim:#4a545e;--line:#c9ced3;--soft:#f3f5f6;--fail:#98170f;--pass:#"
    "155a2f;"
    "--open:#525c67;--warn:#6b4700;--warn-soft:#fbf0d9}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:#fff;color:var(--ink);font:11pt/1.45 Charter,\"Bitstream "
    "Charter\",\"Source Serif 4\",Georgia,serif}\n"
    "main{max-width:48rem;margin:0 auto;padding:2.5rem 1.5rem;position:relative}\n"
    "main.wide{max-width:76rem}\n"
    "h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem}\n"
    "h2{font-size:1.25rem;margin:2.2rem 0 .6rem;break-after:avoid}\n"
    "h3{font-size:1.02rem;margin:1.4rem 0 .3rem;break-after:avoid}\n"
    "p{margin:.35rem 0}\n"
    ".law,.dim,footer{color:var(--dim)}\n"
    ".banner{border:2px solid var(--fail);color:var(--fail);padding:.6rem .9rem;margin:0 0 "
    "1.6rem;font-weight:600}\n"
    ".banner p{font-weight:400}\n"
    ".banner.view{border-color:var(--warn);color:var(--warn)}\n"
    ".fields{margin:1.4rem 0;font-size:1em;border-top:1px solid var(--line)}\n"
    ".fields>tbody>tr>th{width:13rem;font-weight:600;padding:.55rem 1.2rem .55rem 0}\n"
    ".fields>tbody>tr>td{padding:.55rem 0}\n"
    ".fields tr.long{break-inside:auto}.fields tr.long>th{border:0;padding-bottom:0}\n"
    "table table{margin:0}\n"
    ".fields p{margin:0}.fields p.again{margin-top:.5rem}\n"
    ".value{display:grid;grid-template-columns:8rem 1fr}.value>span{white-space:pre-line}\n"
    ".value>.key{color:var(--dim);font-size:.86em;padding-top:.1em}\n"
    "h3::first-letter{text-transform:uppercase}\n"
    ".blank{color:var(--fail);border-bottom:1px dotted var(--fail);max-width:24rem}\n"
    ".sign{display:block;border-bottom:1px solid #000;height:2.6rem;width:18rem;margin-bottom:"
    ".2rem}\n"
    "table{border-collapse:collapse;width:100%;font-size:.86rem;line-height:1.4;margin:.5rem "
    "0}\n"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px "
    "solid var(--line);overflow-wrap:anywhere}\n"
    "thead{display:table-header-group}thead "
    "th{color:var(--dim);font-weight:500;white-space:nowrap}\n"
    ".evidence{min-width:9rem}\n"
    "tr{break-inside:avoid}\n"
    ".o{white-space:nowrap;font-weight:600;color:var(--open)}\n"
    ".fail,.contradicted{color:var(--fail)}.pass,.met,.supported{color:var(--pass)}\n"
    ".mark{color:var(--warn);background:var(--warn-soft);border-radius:3px;padding:0 .3rem;"
    "font-size:.82em;white-space:nowrap}\n"
    ".id{white-space:nowrap;font-weight:600}\n"
    ".matrix th,.matrix td{padding:.22rem .5rem}\n"
    ".matrix thead th{vertical-align:bottom;color:var(--ink);font-weight:600;border-bottom:2px "
    "solid var(--line);white-space:normal}\n"
    "main.wide{page:wide}@page wide{size:A4 landscape;margin:12mm}\n"
    ".matrix td.c{text-align:left;white-space:nowrap}\n"
    ".matrix tr.family th{background:var(--soft);padding:.35rem .5rem}\n"
    "ol,ul{padding-left:1.3rem}\n"
    "li{margin:.15rem 0;overflow-wrap:anywhere}\n"
    ".annex{break-before:page}\n"
    "footer{margin-top:2.5rem;font-size:.8rem}\n"
    ".draft{position:fixed;inset:0;display:grid;place-items:center;pointer-events:none;z-index:"
    "1}\n"
    ".draft span{font:700 9rem sans-serif;color:#98170f;opacity:.08;transform:rotate(-30deg)}\n"
    "@page{size:A4;margin:16mm 17mm}\n"
    "@media print{body{font-size:10pt}main,main.wide{padding:0;max-width:none}"
    ".annex{margin-top:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n"
    "@media(max-width:40rem){.fields>tbody>tr>*{display:block;width:auto}}\n";

void scheme_page_head(struct text *out, const char *title, bool draft)
{
    text_add(
        out,
        "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=referrer content=no-referrer>\n"
        "<link rel=icon href=\"data:,\">\n<title>");
    text_add_html(out, bytes_of(title));
    text_add(out, "</title>\n<style>\n");
    text_add(out, style);
    text_add(out, "</style>\n</head>\n<body>\n");
    if (draft)
        text_add(out, "<div class=draft aria-hidden=true><span>DRAFT</span></div>\n");
}
