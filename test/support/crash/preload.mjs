import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { nameOf } from './file-names.mjs'

// Loaded into the program by NODE_OPTIONS. In its storage processes it sees each call that changes a file, reads an
// archive or starts tar, while they do what the plan names, and kills both them and the gateway at one of these steps.

/** @typedef {{ step: string, when: 'before' | 'in the middle' | 'after' }} Point */
/** @typedef {{ method: string, trace?: string, crash?: Point, alsoKill?: number[], hold?: { step: string, until: string, anyway?: boolean } }} Plan */

const planFile = process.env.CRASH_PLAN ?? ''
/** @type {Plan | null} */
let plan = null
/** How often each step came so far. */
let seen = new Map()
let aborted = withResolvers()

function withResolvers() {
  const made = {}
  made.promise = new Promise((resolve) => {
    made.resolve = resolve
  })
  return made
}

function readPlan(method) {
  seen = new Map()
  plan = fs.existsSync(planFile) ? JSON.parse(fs.readFileSync(planFile, 'utf8')) : null
  if (plan?.method !== method) plan = null
}

function hear(message) {
  if (message.type === 'call') {
    readPlan(message.method)
    aborted = withResolvers()
  }
  if (message.type === 'abort') aborted.resolve()
}

/** Begins a step of the plan's method; null where it is none. */
function begin(verb, path) {
  const name = nameOf(path)
  return plan && name ? beginStep(`${verb} ${name}`) : null
}

function beginStep(action) {
  const count = (seen.get(action) ?? 0) + 1
  seen.set(action, count)
  const step = count > 1 ? `${action} (${count})` : action
  if (plan.trace) fs.appendFileSync(plan.trace, `${step}\n`)
  const { crash, hold } = plan
  return {
    at: (when) => {
      if (crash?.step === step && crash.when === when) die()
    },
    /** Holds the step until the work is aborted, and the test lets it go; from then on by the plan that there is then. */
    hold: async () => {
      if (hold?.step !== step) return
      fs.writeFileSync(`${hold.until}.held`, '')
      if (!hold.anyway) await aborted.promise
      while (!fs.existsSync(hold.until)) await new Promise((resolve) => setTimeout(resolve, 5))
      readPlan(plan.method)
    },
  }
}

function die() {
  process.kill(process.ppid, 'SIGKILL')
  for (const pid of plan.alsoKill ?? []) process.kill(pid, 'SIGKILL')
  process.kill(process.pid, 'SIGKILL')
}

async function around(step, call) {
  step?.at('before')
  try {
    return await call()
  } finally {
    step?.at('after') // also where it found nothing to do
  }
}

async function patch() {
  const { promises } = fs
  const paths = new WeakMap()
  const real = { ...promises }

  for (const [name, verb] of [
    ['mkdir', 'make'],
    ['rmdir', 'delete'],
    ['unlink', 'delete'],
  ])
    promises[name] = (path, ...more) => around(begin(verb, path), () => real[name](path, ...more))
  promises.link = (from, to) => around(begin('publish', to), () => real.link(from, to))
  promises.open = async (path, flags, ...more) => {
    const open = () => real.open(path, flags, ...more)
    const handle = await (flags === 'wx' ? around(begin('make', path), open) : open())
    paths.set(handle, path)
    return handle
  }
  promises.writeFile = (target, data, ...more) => {
    const step = begin('write', typeof target === 'string' ? target : paths.get(target))
    if (!step) return real.writeFile(target, data, ...more)
    return around(step, () => real.writeFile(target, inPieces(data, step), ...more))
  }
  const probe = await real.open(process.execPath, 'r')
  const handles = Object.getPrototypeOf(probe)
  await probe.close()
  const { sync } = handles
  handles.sync = function () {
    return around(begin('sync', paths.get(this)), () => sync.call(this))
  }

  const { createReadStream } = fs
  fs.createReadStream = (path, ...more) => {
    const step = fs.existsSync(path) ? begin('read', path) : null
    step?.at('before')
    const stream = createReadStream(path, ...more)
    if (step) watchReading(stream, step, 0)
    return stream
  }
  const { spawn } = childProcess
  childProcess.spawn = (command, ...more) => {
    const step = plan && command === 'tar' ? beginStep('pack the volume') : null
    step?.at('before')
    const child = spawn(command, ...more)
    // More than pipes and streams hold: whoever reads from it has begun to write.
    if (step) watchReading(child.stdout, step, 512 * 1024)
    return child
  }
  syncBuiltinESMExports()
}

/** Whole chunks but for the first, of which a half is written before the middle of the step. */
async function* inPieces(data, step) {
  let first = true
  for await (const chunk of typeof data === 'string' ? [Buffer.from(data)] : data) {
    if (!first) {
      yield chunk
      continue
    }
    first = false
    const half = Math.ceil(chunk.length / 2)
    yield chunk.subarray(0, half)
    step.at('in the middle')
    await step.hold()
    yield chunk.subarray(half)
  }
}

function watchReading(stream, step, middle) {
  const push = stream.push
  let passed = 0
  stream.push = function (chunk, ...more) {
    if (chunk === null) step.at('after')
    else {
      passed += chunk.length
      if (passed > middle) step.at('in the middle')
    }
    return push.call(this, chunk, ...more)
  }
}

if (process.argv[1]?.endsWith('/storage/child.js') && planFile !== '') {
  await patch()
  // Before the program hears a message, we do. A listener of our own would be given those that it is not yet there for.
  const on = process.on
  process.on = function (event, listener) {
    if (event !== 'message') return on.call(this, event, listener)
    return on.call(this, event, (message, ...more) => {
      hear(message)
      listener(message, ...more)
    })
  }
}
