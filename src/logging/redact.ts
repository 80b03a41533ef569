const censor = '[redacted]'

/** Fields whose values are secrets, wherever they are in a line. */
const fields = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'password',
  'pass',
  'secret',
  'secretKey',
  'token',
  'apiKey',
  'DATABASE_URL',
]
const text = String.raw`"(?:[^"\\]|\\.)*"`

/** What a secret looks like in a text, and what of it is faster to look for. Each leaves what says what it was. */
const patterns: [pattern: RegExp, replacement: string, part?: string][] = [
  [new RegExp(String.raw`("(?:${fields.join('|')})":)(?:${text}|\[(?:${text},?)*\])`, 'gi'), `$1"${censor}"`],
  // The password of a URL; one that is not escaped may hold anything but a space.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*:)[^\s"]+@/gi, `$1${censor}@`, '://'],
  [/\b((?:Basic|Bearer) )[\w.~+/=-]{4,}/g, `$1${censor}`],
  // What a GET of GraphQL carries.
  [/([?&](?:query|variables|extensions|token)=)(?:[^\s"&\\]|\\.)+/g, `$1${censor}`],
  // A JSON Web Token.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, censor, 'eyJ'],
]

/** Shorter texts, such as a password `postgres`, are also words of the log. */
const shortestSecret = 12

/**
 * Makes the function that takes the secrets out of a line of the log, as JSON: those that have the form of one, and
 * those given. It is the last thing before a line is written, so that it does not matter who logged what, and how.
 */
export function createRedaction(secrets: readonly string[] = []): (line: string) => string {
  const given = secrets
    .filter((secret) => secret.length >= shortestSecret)
    // As a text in JSON has it.
    .map((secret) => JSON.stringify(secret).slice(1, -1))
  return (line) => {
    let result = line
    for (const [pattern, replacement, part] of patterns)
      if (part === undefined || result.includes(part)) result = result.replace(pattern, replacement)
    for (const secret of given) result = result.replaceAll(secret, censor)
    return result
  }
}
