import { isIP, isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

// How the text of a variable becomes a value; what is wrong is said for people.

export const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((number) => number >= minimum && number <= maximum, `must be from ${minimum} to ${maximum}`)

const secondsOf = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const
/** In the largest unit that it has a whole number of. */
const spelled = (seconds: number) => {
  const [unit, length] = Object.entries(secondsOf).findLast(([, length]) =>
    Number.isInteger(seconds / length),
  ) ?? ['s', 1]
  return `${seconds / length}${unit}`
}
/** In seconds. */
export const duration = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}(ms|s|m|h|d)$/, 'must be a duration such as 500ms, 30s, 5m or 6h')
    .transform((text) => {
      const [, number = '', unit = 's'] = /^(\d+)(.+)$/.exec(text) ?? []
      return Number(number) * secondsOf[unit as keyof typeof secondsOf]
    })
    .refine(
      (seconds) => seconds >= minimum && seconds <= maximum,
      `must be from ${spelled(minimum)} to ${spelled(maximum)}`,
    )

const bytesOf = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const
/** In bytes. */
export const size = z
  .string()
  .regex(/^\d{1,6}(B|KiB|MiB|GiB|TiB)$/, 'must be a size such as 500MiB or 1GiB')
  .transform((text) => {
    const [, number = '', unit = 'B'] = /^(\d+)(.+)$/.exec(text) ?? []
    return Number(number) * bytesOf[unit as keyof typeof bytesOf]
  })

/** The same, within limits that are spelled like it. */
export const sizeBetween = (minimum: string, maximum: string) =>
  size.refine(
    (bytes) => bytes >= size.parse(minimum) && bytes <= size.parse(maximum),
    `must be from ${minimum} to ${maximum}`,
  )

export const path = z.string().refine((text) => !text.includes('\0'), 'must not contain U+0000')

export const postgresUrl = z
  .string()
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null
    return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== ''
  }, 'must be a URL such as postgres://user:password@host:5432/database')
  // postgres://user:12/34@host: the password would be taken for host, port and path, and be told with them.
  .refine((text) => {
    const { pathname, search, hash } = URL.canParse(text)
      ? new URL(text)
      : { pathname: '', search: '', hash: '' }
    return !`${pathname}${search}${hash}`.includes('@')
  }, 'has an @ after the host: write what is special in a password as %2F for /, %3F for ?, %23 for #, %40 for @')

/** As an absolute path, in one spelling: a root is known by it. */
export const fileUrl = z.string().transform((text, context) => {
  try {
    const { search, hash } = new URL(text)
    const path = resolve(fileURLToPath(text)) // throws for what is no file, or has a host or an encoded slash
    if (/^file:\/\/\//.test(text) && search === '' && hash === '' && !path.includes('\0')) return path
  } catch {} // told with the rest
  context.addIssue({
    code: 'custom',
    message: 'must be file:///absolute/path; other targets are not available',
  })
  return z.NEVER
})

/** A list that commas separate; `read` has null for what is no part of it, which `form` then describes. */
const listOf = (form: string, read: (part: string) => string | null) =>
  z.string().transform((text, context) =>
    text.split(',').map((part) => {
      const entry = part.trim()
      const value = read(entry)
      if (value === null)
        context.addIssue({
          code: 'custom',
          message: `must be ${form}, separated by commas; ${entry || 'an empty one'} is none`,
        })
      return value ?? ''
    }),
  )

export const origins = listOf('origins such as https://console.example.org', (origin) =>
  URL.canParse(origin) && new URL(origin).origin === origin ? origin : null,
)

/** As URL.hostname spells them; .example.org is example.org and all below it. */
export const hosts = listOf(
  'hosts without scheme and port, such as gateway.example.org, 10.0.0.5 or .example.org',
  (entry) => {
    const [, dot = '', rest = ''] = /^(\.?)(.*)$/.exec(entry) ?? []
    const host = isIPv6(rest) ? `[${rest}]` : rest
    if (!/^([^\s/:@?#\\%*]+|\[[\da-f:.]+\])$/i.test(host) || !URL.canParse(`http://${host}`)) return null
    return dot + new URL(`http://${host}`).hostname.replace(/\.$/, '')
  },
)

/** Of all addresses, /0, none is: whoever is believed could be anybody. */
export const networks = listOf('addresses or networks such as 10.0.0.5 or 10.0.0.0/8', (entry) => {
  const [, address = '', , length] = /^([^/]*)(\/(\d{1,3}))?$/.exec(entry) ?? []
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  return Number(length ?? bits) > 0 && Number(length ?? bits) <= bits ? entry : null
})

/** A URL of http or https, or a file by its path or its URL. */
export const keySet = z.string().transform((text, context): { url: string } | { file: string } => {
  const url = URL.canParse(text) ? new URL(text) : null
  try {
    if (url === null) return { file: path.parse(text) }
    if (url.protocol === 'file:') return { file: fileURLToPath(url) }
    if (/^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return { url: url.href }
  } catch {} // told with the rest
  context.addIssue({
    code: 'custom',
    message: 'must be a URL such as https://id.example.org/jwks.json, without a user, or the path of a file',
  })
  return z.NEVER
})
