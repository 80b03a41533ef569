import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const files: Record<string, string> = {
  'hello.txt': 'This directory is here to be tried out: make it a volume, and take a snapshot of it.\n',
  'numbers/squares.csv': Array.from({ length: 100 }, (_, n) => `${n},${n * n}\n`).join(''),
}

/** Makes the folder for volumes with example/ in it; does nothing where the folder is there already. */
export async function makeExampleVolume(volumesDir: string): Promise<void> {
  if (await stat(volumesDir).catch(() => null)) return
  for (const [name, content] of Object.entries(files)) {
    const path = join(volumesDir, 'example', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}
