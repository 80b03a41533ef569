import { connect, type Socket } from 'node:net'
import { type Answer, readAnswer } from './read-answer.ts'

/** A connection that is kept alive, with one request at a time on it. */
export class Connection {
  readonly #socket: Socket
  readonly #onAnswer: (answer: Answer, milliseconds: number) => void
  #received: Buffer | null = null
  #sent = 0

  constructor(
    port: number,
    onAnswer: (answer: Answer, milliseconds: number) => void,
    onFailure: (error: Error) => void,
  ) {
    this.#onAnswer = onAnswer
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk) => this.#receive(chunk))
    this.#socket.on('error', onFailure)
    this.#socket.on('close', () => onFailure(new Error('the server has closed a connection')))
  }

  send(request: Buffer): void {
    this.#sent = performance.now()
    this.#socket.write(request)
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    const received = this.#received === null ? chunk : Buffer.concat([this.#received, chunk])
    const answer = readAnswer(received)
    this.#received = answer === null ? received : null
    if (answer !== null) this.#onAnswer(answer, performance.now() - this.#sent)
  }
}
