import { isIPv4 } from 'node:net'

/** Whether a host, by its name alone, is one of this gateway's. */
export type HostFilter = (host: string) => boolean

/**
 * Tells which hosts are this gateway's: the names of the loopback, which no DNS server can point elsewhere, and what
 * is listed: names, addresses, and `.example.org` for a domain with all below it.
 */
export function createHostFilter(listed: readonly string[]): HostFilter {
  const hosts = new Set(listed.map((entry) => entry.replace(/^\./, '')))
  const domains = listed.filter((entry) => entry.startsWith('.'))
  return (host) => hosts.has(host) || isLoopback(host) || domains.some((domain) => host.endsWith(domain))
}

/**
 * The host of a Host header or of a URL's authority, without its port, spelled as URL.hostname has it; a name without
 * the dot that may end it. Null where there is none, or something else beside it.
 */
export function hostOf(authority: string): string | null {
  if (authority.length > 300) return null // names have 253 characters
  const { name, address } = form.exec(authority)?.groups ?? {}
  if (name !== undefined) return name.toLowerCase()
  const url = `http://${address}`
  return address !== undefined && URL.canParse(url) ? new URL(url).hostname : null
}

const form = /^(?:(?<name>[\w-]+(?:\.[\w-]+)*)\.?|(?<address>\[[\da-f:.]+\]))(?::\d*)?$/i

function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.')
  // The last is an IPv4 address as IPv6 has it.
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^\[::ffff:7f..:/.test(host)
  )
}
