/** Where a GitHub is: its pages, and its API. */
export interface Addresses {
  serverUrl: string
  apiUrl: string
  /** What the bot takes for granted: github.com. */
  isPublic: boolean
}

/** @param serverUrl pages of a GitHub, without a slash at the end: github.com, one with data residency, or an Enterprise Server */
export function addressesOf(serverUrl: string): Addresses {
  const { protocol, host } = new URL(serverUrl)
  if (host === 'github.com') return { serverUrl, apiUrl: 'https://api.github.com', isPublic: true }
  if (host.endsWith('.ghe.com')) return { serverUrl, apiUrl: `${protocol}//api.${host}`, isPublic: false }
  return { serverUrl, apiUrl: `${serverUrl}/api/v3`, isPublic: false }
}
