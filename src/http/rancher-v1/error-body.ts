import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'

/** What is wrong, in the form of Rancher v1. Its client raises what it is sent, and knows `status` from the body. */
export interface RancherError {
  status: number
  /** Of a fault of the input such as MaxLengthExceeded; left out: the standard text of the status, as Rancher has it. */
  code?: string
  /** Left out: the code. */
  message?: string | undefined
  /** More of it, for people. */
  detail?: string | null
  /** The field of the input that is at fault, or `action`. */
  fieldName?: string | undefined
  /** Of a 405: the methods that there are, for the header Allow. */
  allow?: string
}

/** An error as a resource. Its id is a UUID: that of the request where it is one, else another, which the log has too. */
export function errorBody(error: RancherError, request: { id: string; errorId?: string | null }) {
  const code = errorCode(error)
  if (!uuid.test(request.id)) request.errorId = randomUUID()
  return {
    id: request.errorId ?? request.id,
    type: 'error',
    links: {},
    actions: {},
    status: error.status,
    code,
    message: error.message ?? code,
    detail: error.detail ?? null,
    ...(error.fieldName !== undefined && { fieldName: error.fieldName }),
  }
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Rancher's spelling, which clients compare with, where it is another than that of HTTP. */
const texts: Record<number, string> = { 405: 'Method not allowed' }

/** Its own, or the standard text of its status. */
export function errorCode({ code, status }: RancherError): string {
  return code ?? texts[status] ?? STATUS_CODES[status] ?? String(status)
}
