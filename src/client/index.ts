// What `snapshot-gateway/client` is.
export { type Client, createClient, type RequestArguments } from './create-client.ts'
export { type AnsweredError, GatewayError, type GatewayErrorDetails } from './gateway-error.ts'
export * from './operations.ts'
export type { RequestOptions } from './request.ts'
export type { ClientOptions } from './send.ts'
export { type TypedDocument, TypedDocumentString } from './typed-document.ts'
export type { Delivery, Watched, WatchOptions, WatchStatus, WatchVariables } from './watch.ts'
