const e=require("./escape.js"),t=`
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--card:#f6f8fa;--line:#d8dee4;--good:#1a7f37;--bad:#b42318;--open:#8a5a00}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--paper:#0d1117;--card:#161b22;--line:#30363d;--good:#56d364;--bad:#ff7b72;--open:#e3b341}}
`,n=`${t}*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1160px;margin:0 auto;padding:32px 24px 48px;overflow-wrap:anywhere}
.model{margin:0 0 2px;color:var(--soft);font-weight:600;overflow-wrap:anywhere}
h1{font-size:1.75rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 14px;overflow-wrap:anywhere;text-wrap:balance}
h2{font-size:1.2rem;line-height:1.3;margin:40px 0 12px;border-bottom:1px solid var(--line);padding-bottom:6px}
h3{font-size:1rem;margin:0 0 6px}
p{text-wrap:pretty}
.why{margin:0 0 18px;padding:12px 16px;background:var(--card);border-left:4px solid var(--line);border-radius:0 6px 6px 0;overflow-wrap:anywhere}
.why.pass{border-color:var(--good)}.why.fail{border-color:var(--bad)}.why.inconclusive,.why.not_comparable{border-color:var(--open)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0;color:var(--soft);font-size:.9rem}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
ul{margin:8px 0;padding-left:1.4em}li{overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:0 0 12px}
table{border-collapse:collapse;font-size:.92rem;min-width:min(100%,440px)}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding:2px 0 6px}
th,td{padding:7px 20px 7px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--soft);font-size:.85rem;white-space:nowrap}
thead th{overflow-wrap:normal}
tbody th{min-width:7em;max-width:24em}td:not(.number){min-width:4.7em}
.number,tbody th>span{white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
.better,span.pass{color:var(--good)}.worse,span.fail{color:var(--bad);font-weight:600}
span.inconclusive,span.not_comparable{color:var(--open)}
.no_difference_shown,.not_judged,.interval,small{color:var(--soft)}
.heat{border-collapse:separate;border-spacing:2px;min-width:0}
.heat th,.heat td{padding:5px 8px;border:0}
.heat thead th{white-space:normal;vertical-align:bottom;overflow-wrap:anywhere}
.heat tbody th{min-width:0;color:var(--soft)}
.plots{columns:2 460px;column-gap:24px}
figure{margin:0 0 24px;padding:18px;border:1px solid var(--line);border-radius:10px;break-inside:avoid}
.plot svg{display:block;width:100%;height:auto}
.plot text[fill="#808890"]{fill:var(--soft)}
figure th,figure td{padding-right:12px}
figcaption{margin-top:6px;font-size:.85rem;line-height:1.45;color:var(--soft)}
:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
details{margin:6px 0}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
.fold{margin:0}.fold>summary{margin:40px 0 12px;padding-bottom:6px;border-bottom:1px solid var(--line);color:var(--ink)}
.fold>summary h2{display:inline;margin:0;border:0;padding:0}
section:has(>.fold)+section>.fold>summary{margin-top:20px}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:14px;background:var(--card);border:1px solid var(--line);border-radius:6px;font-size:.85rem}
footer{margin-top:48px;color:var(--soft);font-size:.85rem;overflow-wrap:anywhere}
@media(max-width:800px){
th,td{padding-right:14px}thead th,thead .number{white-space:normal}
}
@media(max-width:560px){
body{font-size:15px}main{padding:20px 14px 40px}h1{font-size:1.45rem}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}
figure{padding:12px}th,td,figure th,figure td{padding-right:8px}
.interval{display:block;font-size:.9em;white-space:normal}tbody th{min-width:5.5em;max-width:8em}table{font-size:.8rem}.wraps{white-space:normal}
}
@media(max-width:400px){main{padding-inline:10px}figure{padding:10px}th,td,figure th,figure td{padding-right:5px}table{font-size:.74rem}}
@media screen and (prefers-color-scheme:dark){
.plot path[stroke="#0072b2"]{stroke:#4da3dd}.plot path[fill="#0072b2"]:not([fill-opacity]){fill:#4da3dd}
.plot path[stroke="#d55e00"]{stroke:#ff8f45}.plot path[fill="#d55e00"]{fill:#ff8f45}
}
@media print{.scroll{overflow:visible}details::details-content{content-visibility:visible;block-size:auto}h2,h3,summary{break-after:avoid}tr{break-inside:avoid}}
`;function r(t){return f(e.o(t))}function i(t){return f(e.s(t))}function a(e){return i(e).replace(/&#96;([\w./ :,{}-]{1,60})&#96;/g,`<code>$1</code>`)}function o(e){return e.split(/\r?\n/).map(e=>r(e.replaceAll(`	`,`    `))).join(`
`)}function s(e,t){return t===``?``:`<section>\n<details class="fold"><summary><h2>${e}</h2></summary>\n${t}\n</details>\n</section>`}function c(e,t){return t===``?``:`<section>\n<h2>${e}</h2>\n${t}\n</section>`}function l(e){return`<pre>${e}</pre>`}function u({caption:e,head:t,numbers:n,rows:r,shades:a}){if(r.length===0)return``;let o=e=>n.includes(e)?` class="number"`:``,s=t.map((e,t)=>`<th scope="col"${o(t)}>${e}</th>`).join(``),c=r.map(([e,...t],n)=>{let r=e=>d(a?.[n]?.[e]),i=t.map((e,t)=>`<td${o(t+1)}${r(t)}>${e}</td>`).join(``);return`<tr><th scope="row"${o(0)}>${e}</th>${i}</tr>`}),l=i(e);return`<div class="scroll" tabindex="0" role="region" aria-label="${l}"><table${a?` class="heat"`:``}>
<caption>${l}</caption>
<thead><tr>${s}</tr></thead>
<tbody>
${c.join(`
`)}
</tbody>
</table></div>`}function d(e){return e===void 0?``:` style="background:rgb(0 114 178/${Math.round(100*(.06+.44*e))/100})"`}function f(e){return e.replace(/[&<>"'`]/g,e=>`&#${e.codePointAt(0)};`)}function p(e,t,r=``){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${i(e)}</title>
<style>${n}${r}</style>
</head>
<body>
<main>
${t}
</main>
</body>
</html>
`}Object.defineProperty(exports,"a",{enumerable:!0,get:function(){return c}}),Object.defineProperty(exports,"c",{enumerable:!0,get:function(){return r}}),Object.defineProperty(exports,"i",{enumerable:!0,get:function(){return l}}),Object.defineProperty(exports,"l",{enumerable:!0,get:function(){return i}}),Object.defineProperty(exports,"n",{enumerable:!0,get:function(){return s}}),Object.defineProperty(exports,"o",{enumerable:!0,get:function(){return a}}),Object.defineProperty(exports,"r",{enumerable:!0,get:function(){return o}}),Object.defineProperty(exports,"s",{enumerable:!0,get:function(){return u}}),Object.defineProperty(exports,"t",{enumerable:!0,get:function(){return p}}),Object.defineProperty(exports,"u",{enumerable:!0,get:function(){return t}});