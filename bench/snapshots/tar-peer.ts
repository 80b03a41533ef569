import { spawn } from 'node:child_process'
import { gnuOptions } from '../../src/storage/vfs/tar.ts'

/** Seconds that `tar -cz` takes for a folder, with the options of the driver; its gzip's level is 6 by default. */
export async function packByTar(folder: string, archive: string): Promise<number> {
  return run('tar', [...gnuOptions, '-C', folder, '-czf', archive, '.'])
}

/** Seconds that a loop of the shell takes to do so for folders in turn, `count` times in all. */
export async function packByLoop(
  folders: readonly string[],
  archives: string,
  count: number,
): Promise<number> {
  const options = gnuOptions.map((option) => `'${option}'`).join(' ')
  const loop = `
    count=0
    while :; do
      for folder in "$@"; do
        [ $count -lt ${count} ] || exit 0
        tar ${options} -C "$folder" -czf "$ARCHIVES/$count.tar.gz" .
        count=$((count + 1))
      done
    done`
  return run('sh', ['-ec', loop, 'sh', ...folders], { ARCHIVES: archives })
}

function run(program: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const begin = performance.now()
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => {
      if (status === 0) resolve((performance.now() - begin) / 1000)
      else reject(new Error(`${program} ended with status ${status}`))
    })
  })
}
