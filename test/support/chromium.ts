import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './storage.ts'

/** Where Chromium is on this machine; undefined where it has none. */
export const chromium = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })

export interface Page {
  /** What a JavaScript expression has in it. */
  // biome-ignore lint/suspicious/noExplicitAny: it is what the expression says
  evaluate(expression: string): Promise<any>
  /** Presses a key, such as `a` or ` `, with Control where asked, and a command of editing that goes with it. */
  press(key: string, options?: { control?: boolean; command?: string }): Promise<void>
  type(text: string): Promise<void>
  /** What was reported so far: errors and warnings of the page and its workers, policies that were violated too. */
  problems: string[]
  /** What was asked for so far, by URL. */
  requests: string[]
}

interface Event {
  method: string
  sessionId: string
  // biome-ignore lint/suspicious/noExplicitAny: by method
  params: any
}

/** Opens a page in a Chromium of its own, which it talks to by the DevTools protocol, over pipes. */
export async function openPage(url: string): Promise<Page> {
  const child = spawn(
    chromium ?? '',
    [
      '--headless=new',
      '--remote-debugging-pipe',
      '--no-sandbox', // root has none; it opens our own page only
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--window-size=1280,800',
      `--user-data-dir=${temporaryDirectory()}`,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  )
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  const { send, listen } = connectPipes(child.stdio[3] as Writable, child.stdio[4] as Readable)

  const problems: string[] = []
  const requests: string[] = []
  listen(({ method, sessionId, params }) => {
    if (method === 'Target.attachedToTarget') watch(params.sessionId).catch(() => {}) // it may be gone
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url)
    if (method === 'Runtime.exceptionThrown') problems.push(JSON.stringify(params.exceptionDetails))
    if (method === 'Runtime.consoleAPICalled' && ['error', 'warning', 'assert'].includes(params.type))
      problems.push(JSON.stringify(params.args))
    if (method === 'Log.entryAdded' && ['error', 'warning'].includes(params.entry.level))
      problems.push(`${sessionId}: ${params.entry.text} ${params.entry.url ?? ''}`)
  })
  /** Of the page, then of each of its workers. */
  const watch = (session: string) =>
    Promise.all([
      send('Runtime.enable', {}, session),
      send('Log.enable', {}, session).catch(() => {}), // workers have none: the page's tells
      send('Network.enable', {}, session),
    ])

  const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  await watch(sessionId)
  const attaching = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }
  await send('Target.setAutoAttach', attaching, sessionId)
  await send('Page.navigate', { url }, sessionId)

  const press: Page['press'] = async (key, { control = false, command } = {}) => {
    const code = key === ' ' ? 'Space' : key.length === 1 ? `Key${key.toUpperCase()}` : key
    const windowsVirtualKeyCode = key.length === 1 ? key.toUpperCase().charCodeAt(0) : 0
    const common = { key, code, windowsVirtualKeyCode, modifiers: control ? 2 : 0 }
    await send(
      'Input.dispatchKeyEvent',
      { ...common, type: 'rawKeyDown', ...(command && { commands: [command] }) },
      sessionId,
    )
    await send('Input.dispatchKeyEvent', { ...common, type: 'keyUp' }, sessionId)
  }
  return {
    problems,
    requests,
    press,
    type: async (text) => void (await send('Input.insertText', { text }, sessionId)),
    evaluate: async (expression) => {
      const options = { expression, returnByValue: true, awaitPromise: true }
      const { result, exceptionDetails } = await send('Runtime.evaluate', options, sessionId)
      if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`)
      return result.value
    },
  }
}

/** Calls, each with its answer, and events: JSON with a U+0000 after each. */
function connectPipes(out: Writable, from: Readable) {
  // biome-ignore lint/suspicious/noExplicitAny: by method
  const calls = new Map<number, { resolve(result: any): void; reject(error: Error): void }>()
  const listeners: ((event: Event) => void)[] = []
  let last = 0
  let buffered = ''
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (buffered + text).split('\0')
    buffered = messages.pop() ?? ''
    for (const message of messages.map((line) => JSON.parse(line))) {
      const call = calls.get(message.id)
      if (message.id === undefined) for (const listener of listeners) listener(message)
      else if (message.error) call?.reject(new Error(message.error.message))
      else call?.resolve(message.result)
      calls.delete(message.id)
    }
  })
  from.on('close', () => {
    for (const { reject } of calls.values()) reject(new Error('Chromium has ended'))
  })
  return {
    listen: (listener: (event: Event) => void) => void listeners.push(listener),
    // biome-ignore lint/suspicious/noExplicitAny: by method
    send: (method: string, params: object, sessionId?: string): Promise<any> =>
      new Promise((resolve, reject) => {
        const id = ++last
        calls.set(id, { resolve, reject })
        out.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`)
      }),
  }
}
