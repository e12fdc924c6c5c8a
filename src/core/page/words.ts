import { htmlWords } from '../report/html/text.ts'

/** Plain words as a link where there is an address of the web, else strong. */
export function linkOut(url: string | undefined, words: string): string {
  const shown = htmlWords(words)
  return url !== undefined && /^https?:\/\//.test(url)
    ? `<a href="${htmlWords(url)}">${shown}</a>`
    : `<strong>${shown}</strong>`
}

/** Plain words as a link to a page of ours. */
export function linkIn(path: string, words: string): string {
  return `<a href="${htmlWords(path)}">${htmlWords(words)}</a>`
}

/** What is said after the word of a state, plain: the word is not said twice where that begins with it, as a hold does. */
export function afterWord(word: string, more: string | undefined): string {
  if (more === undefined) return ''
  return more.startsWith(`${word} `) ? more.slice(word.length) : `: ${more}`
}

/** Address of the page of a model; the repository is named where there are several. */
export function modelPath(model: string, repository: string | undefined): string {
  const query = repository === undefined ? '' : `?in=${encodeURIComponent(repository)}`
  return `/models/${encodeURIComponent(model)}${query}`
}
