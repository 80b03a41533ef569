import { AsyncLocalStorage } from 'node:async_hooks'
import type * as promises from 'node:fs/promises'

/** Somebody who decides when each change of a file goes on. */
export interface Gate {
  arrive(call: string, path: string): Promise<void>
}

const gates = new AsyncLocalStorage<Gate>()

/** Runs something whose changes of files wait at the gate. */
export function throughGate<R>(gate: Gate, work: () => Promise<R>): Promise<R> {
  return gates.run(gate, work)
}

/** node:fs/promises whose calls that change names, or look for them, wait where they are made through a gate. */
export function gated(real: typeof promises): typeof promises {
  const waits =
    (name: 'link' | 'unlink' | 'rmdir' | 'readdir' | 'open') =>
    async (...args: unknown[]) => {
      // A folder that is synced, and a file that is read, hurt nobody.
      if (name !== 'open' || args[1] === 'wx') await gates.getStore()?.arrive(name, String(args[0]))
      return (real[name] as (...args: unknown[]) => unknown)(...args)
    }
  const { link, unlink, rmdir, readdir, open } = Object.fromEntries(
    (['link', 'unlink', 'rmdir', 'readdir', 'open'] as const).map((name) => [name, waits(name)]),
  ) as unknown as typeof promises
  return { ...real, link, unlink, rmdir, readdir, open }
}
