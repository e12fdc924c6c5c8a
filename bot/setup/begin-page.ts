import { createHash } from 'node:crypto'
import { SITE_STYLE } from '../../src/core/page/style.ts'
import { htmlWords } from '../../src/core/report/html/text.ts'
import type { WebAnswer } from '../../src/services/web/server.ts'
import type { Manifest } from './manifest.ts'

/** The page that is opened first: it shows what the App will be, and sends the manifest to GitHub when its person says so. */
export function beginPage(manifest: Manifest, register: URL): WebAnswer {
  const { name, hook_attributes: hook, default_permissions: permissions, default_events: events } = manifest
  const rows = [
    ['Name', name],
    ['Webhook', hook.url],
    ...Object.entries(permissions).map(([permission, level]) => [`Permission ${permission}`, level]),
    ['Events', events.join(', ')],
  ].map(
    ([what = '', value = '']) =>
      `<tr><th scope="row">${htmlWords(what)}</th><td>${htmlWords(value)}</td></tr>`,
  )
  const content = `<p class="lead">GitHub asks once more before it makes it. Its secrets go into a file on this machine and are shown nowhere.</p>
<table>${rows.join('')}</table>
<form method="post" action="${htmlWords(register.href)}">
<input type="hidden" name="manifest" value="${htmlWords(JSON.stringify(manifest))}">
<p><button type="submit">Make it on ${htmlWords(register.host)}</button></p>
</form>`
  // GitHub answers the form by sending the browser back here, and browsers count that as a target of the form.
  const targets = [register.origin, new URL(manifest.redirect_url).origin]
  return page(200, 'A GitHub App for the bot', content, targets)
}

/** What the browser shows when it came back. */
export function endPage(status: number, heading: string, words: string, install?: string): WebAnswer {
  const link = install === undefined ? '' : `\n<p><a href="${htmlWords(install)}">Install it</a></p>`
  return page(status, heading, `<p>${htmlWords(words)}</p>${link}`, ["'none'"])
}

// --- internal ---

const STYLE_HASH = createHash('sha256').update(SITE_STYLE).digest('base64')

function page(status: number, heading: string, content: string, targets: readonly string[]): WebAnswer {
  return {
    status,
    text: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Assay: ${htmlWords(heading)}</title>
<style>${SITE_STYLE}</style>
</head>
<body>
<main>
<h1>${htmlWords(heading)}</h1>
${content}
</main>
</body>
</html>
`,
    type: 'text/html; charset=utf-8',
    headers: {
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${targets.join(' ')}; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
    },
  }
}
