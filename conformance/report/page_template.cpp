#include "conformance/report/page_template.hpp"

namespace mr::report {

const std::string page_template = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{word}}: {{scenario}}</title>
<style>
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#5b6878;--line:#dfe4ea;--code:#eef1f5;
--pass:#1a7f4b;--fail:#c0322b;--warn:#9a6700;--info:#2866b1;--skip:#6b7684;--blocked:#7a4fa3;--trouble:#b3470f}
@media (prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2029;--ink:#e4e9f0;--soft:#9aa7b6;--line:#2d3642;--code:#222a35;
--pass:#4cc38a;--fail:#f2766f;--warn:#e3b341;--info:#79b0f2;--skip:#98a4b3;--blocked:#c09be8;--trouble:#f0935a}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:70rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2rem 0 .6rem}
code,pre,.mono{font-family:ui-monospace,"DejaVu Sans Mono",Consolas,monospace;font-size:.88em}
pre{background:var(--code);border-radius:6px;padding:.6rem .8rem;margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.2rem}
.banner{border-left:8px solid var(--c);display:flex;gap:1.2rem;align-items:center;flex-wrap:wrap}
.big{font-size:1.5rem;font-weight:700;letter-spacing:.04em;text-transform:uppercase;color:var(--c)}
.sub{color:var(--soft)}
.chips{display:flex;gap:.5rem;flex-wrap:wrap;margin-left:auto}
.v{display:inline-block;min-width:5.4em;text-align:center;border:1px solid var(--c);color:var(--c);border-radius:99px;
padding:0 .6em;font-size:.82rem;font-weight:600}
.pass{--c:var(--pass)}.fail{--c:var(--fail)}.warn{--c:var(--warn)}.info{--c:var(--info)}.skip,.nothing{--c:var(--skip)}
.blocked{--c:var(--blocked)}.trouble,.invalid{--c:var(--trouble)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th{text-align:left;color:var(--soft);font-weight:600;font-size:.85rem}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child>td{border-bottom:0}
td{overflow-wrap:anywhere}.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.nowrap{white-space:nowrap}
.case{border-bottom:1px solid var(--line)}.case:last-child{border-bottom:0}
summary{display:flex;gap:.8rem;padding:.5rem .2rem;cursor:pointer;align-items:baseline}
summary::-webkit-details-marker{display:none}
summary::before{content:"\25B8";color:var(--soft)}details[open]>summary::before{content:"\25BE"}
summary .t{flex:1;overflow-wrap:anywhere}summary .num{color:var(--soft);font-size:.85rem}
.body{padding:.1rem .2rem 1rem 1.9rem}
.id{color:var(--soft);overflow-wrap:anywhere}
.label{font-weight:600;font-size:.85rem;margin-top:.5rem}
.tag{display:inline-block;background:var(--code);border-radius:5px;padding:0 .4em;margin:0 .25em .2em 0}
a{color:var(--info)}a:focus-visible,summary:focus-visible{outline:2px solid var(--info);outline-offset:2px}
:target{scroll-margin-top:1rem;background:color-mix(in srgb,var(--info) 14%,transparent);border-radius:6px}
nav{display:flex;gap:.3rem 1.2rem;flex-wrap:wrap;margin:1rem 0 0}
.chain>ol{list-style:none;margin:.4rem 0 .8rem;padding:0 0 0 1.9rem}
.chain li{border-left:3px solid var(--line);padding:.1rem 0 .7rem 1.1rem;position:relative}
.chain li::before{content:"";position:absolute;left:-.45rem;top:.45rem;width:.7rem;height:.7rem;border-radius:50%;background:var(--info)}
.role{font-weight:600;margin-right:.5em}
.values{font-size:.85rem;gap:.05rem .8rem;margin:.15rem 0;grid-template-columns:fit-content(14rem) 1fr}.values dt{overflow-wrap:anywhere}
.links{font-size:.9rem}.links a{margin-right:.9em}
@media (max-width:40rem){main{padding:.8rem}.chips{margin-left:0}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{:root{--bg:#fff}body{font-size:11px}main{max-width:none;padding:0}.card{border:0;padding:.2rem 0}
.banner{border-left:8px solid var(--c);padding-left:1rem}.case,tr{break-inside:avoid}h2{break-after:avoid}}
</style>
</head>
<body><main>
<header class="card banner {{word}}">
<div><div class="big">{{word}}</div></div>
<div><h1><bdi>{{scenario}}</bdi></h1><div class="sub">{{count}}, {{duration}} of {{clock}} time</div></div>
<div class="chips">{{#counts}}<span class="v {{word}}">{{n}} {{word}}</span>{{/counts}}</div>
</header>
{{#invalid}}<p class="card trouble"><b>The figures of this run may not be used:</b> {{invalid}}</p>{{/invalid}}
<nav aria-label="Parts of the page"><a href="#run">Run</a><a href="#cases">Cases</a>{{#groups}}<a href="#{{slug}}">{{title}}</a>{{/groups}}{{#has_figures}}<a href="#figures">Figures</a>{{/has_figures}}{{#has_requirements}}<a href="#requirements">Requirements and clauses</a>{{/has_requirements}}{{#has_timeline}}<a href="#timeline">Timeline</a>{{/has_timeline}}</nav>
<h2 id="run">Run</h2>
<section class="card"><dl>
<dt>Seed</dt><dd><code>{{seed}}</code></dd>
{{#reproduce}}<dt>Repeat it with</dt><dd><code>{{reproduce}}</code></dd>{{/reproduce}}
{{#rows}}<dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd>
{{/rows}}</dl></section>
<h2 id="cases">Cases</h2>
<section class="card">
{{^cases}}<p class="sub">No case ran.</p>{{/cases}}
{{#cases}}<details class="case" id="{{anchor}}"{{#open}} open{{/open}}><summary><span class="v {{word}}">{{word}}</span><span class="t"><bdi>{{title}}</bdi>{{#message}}<br><span class="sub"><bdi>{{message}}</bdi></span>{{/message}}</span><span class="num">{{duration}}</span></summary>
<div class="body"><div class="id mono">{{id}}</div>
{{#ids}}<span class="tag mono" title="{{text}}">{{id}}</span>{{/ids}}
{{#expected}}<div class="label">Expected</div><pre>{{expected}}</pre>{{/expected}}
{{#actual}}<div class="label">Actual</div><pre>{{actual}}</pre>{{/actual}}
{{#has_evidence}}<div class="label">Evidence</div><pre>{{#evidence}}{{#event}}<a href="#{{event}}">{{label}}</a>{{/event}}{{rest}}
{{/evidence}}</pre>{{/has_evidence}}
</div></details>
{{/cases}}</section>
{{#groups}}<h2 id="{{slug}}">{{title}}</h2>
<section class="card">{{#left_out}}<p class="sub">The first {{shown}} of {{total}}; events.ndjson has all of them.</p>{{/left_out}}
{{#chains}}<details class="case chain" id="{{anchor}}"{{#open}} open{{/open}}><summary><span class="t"><bdi>{{title}}</bdi></span><span class="num">{{count}}</span></summary>
<ol>
{{#steps}}<li id="{{anchor}}"><span class="role">{{role}}</span><span class="mono sub">{{time}} {{host}}</span>
<div><bdi>{{text}}</bdi></div>
<dl class="values mono">{{#event}}<dt>event</dt><dd>{{event}}{{#id}} {{id}}{{/id}}</dd>{{/event}}{{#values}}<dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd>{{/values}}</dl>
<div class="links">{{#file}}<a href="{{file}}">{{file}}</a>{{/file}}{{#causes}}<a class="because" href="#{{anchor}}">because of: {{role}}</a>{{/causes}}{{#effects}}<a class="led" href="#{{anchor}}">led to: {{role}}</a>{{/effects}}{{#moment}}<a href="#{{moment}}">in the timeline</a>{{/moment}}</div></li>
{{/steps}}</ol></details>
{{/chains}}</section>
{{/groups}}{{#has_figures}}<h2 id="figures">Figures</h2>
<section class="card"><table><thead><tr><th>Figure</th><th class="num">Value</th><th>Unit</th><th>Limit</th><th></th></tr></thead><tbody>
{{#figures}}<tr><td class="mono">{{name}}</td><td class="num">{{value}}</td><td>{{unit}}</td><td>{{limit}}</td><td>{{#judged}}<span class="v {{judged}}">{{judged}}</span>{{/judged}}</td></tr>
{{/figures}}</tbody></table></section>{{/has_figures}}
{{#has_requirements}}<h2 id="requirements">Requirements and clauses</h2>
<section class="card"><table><thead><tr><th>Id</th><th>Verdict</th><th>Judged by</th></tr></thead><tbody>
{{#requirements}}<tr><td><span class="mono nowrap">{{id}}</span>{{#text}}<div class="sub">{{text}}</div>{{/text}}</td><td><span class="v {{word}}">{{word}}</span></td><td class="mono">{{#by}}<div>{{id}}</div>{{/by}}</td></tr>
{{/requirements}}</tbody></table></section>{{/has_requirements}}
{{#has_timeline}}<h2 id="timeline">Timeline</h2>
<section class="card">{{#left_out}}<p class="sub">The first {{shown}} of {{total}} lines; events.ndjson has all of them.</p>{{/left_out}}
<table><thead><tr><th class="num">Time</th><th>Host</th><th>Event</th><th></th></tr></thead><tbody>
{{#timeline}}<tr{{#anchor}} id="{{anchor}}"{{/anchor}}><td class="num mono">{{time}}</td><td>{{host}}</td><td class="mono">{{kind}}</td><td><bdi>{{text}}</bdi>{{#id}} <span class="id mono">{{id}}</span>{{/id}}</td></tr>
{{/timeline}}</tbody></table></section>{{/has_timeline}}
<p class="sub">{{tool}} {{version}}</p>
</main></body>
</html>
)html";

}  // namespace mr::report
