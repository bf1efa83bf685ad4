import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'

/** A place for a file: dropped on it, or chosen by it. */
export function FileDrop({
  label,
  accept,
  onFile,
  children,
}: {
  label: string
  accept: string
  onFile: (file: File) => void
  children?: ComponentChildren
}) {
  const id = useId()
  const [over, setOver] = useState(false)
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0]
    if (file) onFile(file)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the pointer's shortcut for the file input within
    <div
      class={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer?.files)
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        type="file"
        accept={accept}
        onChange={(event) => {
          take(event.currentTarget.files)
          // the same file again, mended, is a change too
          event.currentTarget.value = ''
        }}
      />
      {children}
    </div>
  )
}
