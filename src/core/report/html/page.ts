import { PAGE_STYLE } from './style.ts'
import { htmlWords } from './text.ts'

/**
 * One page that needs nothing else: it asks for nothing and runs nothing, and its own rules forbid both.
 *
 * @param body HTML, ready to stand
 * @param style rules of this page alone
 */
export function htmlPage(title: string, body: string, style = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${htmlWords(title)}</title>
<style>${PAGE_STYLE}${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}
