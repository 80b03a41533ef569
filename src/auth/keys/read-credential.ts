/** What a request says that it is: an access key and its secret. */
export interface Credential {
  accessKey: string
  secret: string
}

/**
 * Reads an Authorization header, `Basic` with both in base64, or `Bearer` with both as they are, with a colon between.
 * Null for anything else.
 */
export function readCredential(authorization: string): Credential | null {
  const [, scheme = '', value = ''] = /^(basic|bearer) +(\S+)$/i.exec(authorization) ?? []
  const text = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString() : value
  const colon = text.indexOf(':')
  return colon === -1 ? null : { accessKey: text.slice(0, colon), secret: text.slice(colon + 1) }
}
