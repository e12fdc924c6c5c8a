/** Close to GitHub's look, light and dark, without any file from elsewhere. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d1d9e0, #3d444d); --soft: light-dark(#f6f8fa, #151b23);
  --dim: light-dark(#59636e, #9198a1); --good: light-dark(#1a7f37, #3fb950); --bad: light-dark(#d1242f, #f85149);
  --link: light-dark(#0969da, #4493f8); --warn: light-dark(#9a6700, #d29922) }
* { box-sizing: border-box }
body { margin: 0; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #f0f6fc);
  font: 14px/1.5 -apple-system, BlinkMacSystemFont, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif }
main { max-width: 960px; margin: 0 auto; padding: 24px 16px 64px }
h1 { font-weight: 400; font-size: 28px; margin: 0 0 8px }
.number, .where, .title { color: var(--dim) }
.where { margin: 0 }
.open, .merged { background: light-dark(#1f883d, #238636); color: #fff; border-radius: 2em; padding: 4px 12px; font-weight: 500 }
.merged { background: light-dark(#8250df, #8957e5) }
.into { line-height: 2 }
.label, .open, .merged { white-space: nowrap }
.label { border: 1px solid var(--line); border-radius: 2em; padding: 2px 8px; font-size: 12px }
article { border: 1px solid var(--line); border-radius: 6px; margin: 16px 0 }
article > h2 { font-size: inherit; font-weight: inherit; margin: 0; background: var(--soft); border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0;
  padding: 8px 16px; color: var(--dim) }
article > h2 b { color: light-dark(#1f2328, #f0f6fc) }
.bot { border: 1px solid var(--line); border-radius: 2em; padding: 0 7px; font-size: 12px }
.body { padding: 8px 16px; overflow-wrap: break-word }
.body > :first-child { margin-top: 8px }
h2, h3, h4 { line-height: 1.25; margin: 20px 0 12px }
.body h1, .body h2 { border-bottom: 1px solid var(--line); padding-bottom: .3em; font-weight: 600; font-size: 1.4em }
a { color: var(--link) }
code { background: light-dark(#818b981f, #656c7633); border-radius: 6px; padding: .2em .4em; font-size: 85% }
code, pre { font-family: ui-monospace, SFMono-Regular, 'Liberation Mono', Menlo, monospace }
pre { background: var(--soft); border-radius: 6px; padding: 12px 16px; overflow: auto; font-size: 85%; line-height: 1.45 }
pre code { background: none; padding: 0; font-size: 100% }
table { border-collapse: collapse; margin: 0 0 16px; display: block; width: max-content; max-width: 100%; overflow: auto }
th, td { border: 1px solid var(--line); padding: 6px 13px }
tr:nth-child(2n) { background: var(--soft) }
details { margin: 0 0 12px }
summary { cursor: pointer }
blockquote { margin: 0 0 16px; padding: 0 1em; color: var(--dim); border-left: .25em solid var(--line) }
.alert { color: inherit; padding: 8px 16px; border-left-color: var(--kind) }
.alert-title { color: var(--kind); font-weight: 500; margin: 0 0 4px }
.alert > :last-child { margin-bottom: 0 }
.note, .important { --kind: var(--link) } .tip { --kind: var(--good) }
.warning { --kind: var(--warn) } .caution { --kind: var(--bad) }
.push { border-left: 2px solid var(--line); margin: 16px 0 16px 24px; padding-left: 16px }
.push p { margin: 0 0 8px } .push pre { margin: 0 }
.added { color: var(--good) } .removed { color: var(--bad) }
.checks { border: 1px solid var(--line); border-radius: 6px; margin: 16px 0 }
.check { margin: 0; padding: 12px 16px; overflow-wrap: anywhere } .check + .check { border-top: 1px solid var(--line) }
.sign { display: inline-block; width: 20px; height: 20px; line-height: 20px; border-radius: 50%; color: #fff;
  text-align: center; background: var(--warn); margin-right: 6px; font-size: 12px }
.success .sign { background: var(--good) } .failure .sign { background: var(--bad) }
.neutral .sign, .skipped .sign { background: var(--dim) }
`
