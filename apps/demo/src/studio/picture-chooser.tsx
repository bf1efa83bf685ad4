import { signal } from '@preact/signals'
import { readPicture } from '../data/picture.js'
import { FileDrop } from './file-drop.js'
import { picture } from './sources.js'
import { reopen } from './store.js'

const wrong = signal('')

async function read(file: File): Promise<void> {
  try {
    picture.value = { name: file.name, weights: await readPicture(file) }
    wrong.value = ''
    await reopen()
  } catch (error) {
    wrong.value = `${file.name}: ${(error as Error).message}`
  }
}

/** A picture whose darkness is the density. */
export function PictureChooser() {
  return (
    <>
      <FileDrop label="Drop a picture, or choose one" accept="image/*" onFile={(file) => void read(file)} />
      <p class="hint">Where it is dark, rows are likely; it stays on this machine.</p>
      {wrong.value && (
        <p class="failure" role="alert">
          {wrong.value}
        </p>
      )}
    </>
  )
}
