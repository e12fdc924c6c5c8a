/** The origin at which a registry answers. Plain http is for registries on this machine only. */
export function registryOrigin(host: string): string {
  return `${isLoopback(host) ? 'http' : 'https'}://${HOSTS[host] ?? host}`
}

/** Whether an address that a registry names may be asked at all: https, or this machine for a registry on this machine. */
export function mayLeadTo(host: string, url: URL | undefined): url is URL {
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(host) && isLoopback(url.host))
}

// --- internal ---

/** Where Docker Hub's registry really is. */
const HOSTS: Record<string, string> = { 'docker.io': 'registry-1.docker.io' }

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '')
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}
