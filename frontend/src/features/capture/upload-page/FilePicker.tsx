import { Button } from '@mantine/core'
import { IconFileMusic } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { ACCEPTED, fileSize } from './audio-file'
import classes from './FilePicker.module.css'

/** Chooses an audio file, by a button or by dropping it. */
export function FilePicker(props: {
  file: File | null
  refusal: string | null
  onPick: (file: File) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  return (
    <section
      className={classes.area}
      data-over={isOver || undefined}
      aria-label="Audio file"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const file = event.dataTransfer.files[0]
        if (file) props.onPick(file)
      }}
    >
      <IconFileMusic size={28} aria-hidden />
      <p className={classes.name}>
        {props.file ? `${props.file.name}, ${fileSize(props.file.size)}` : 'Drop an audio file here, or'}
      </p>
      <Button variant="default" onClick={() => input.current?.click()}>
        {props.file ? 'Choose another file' : 'Choose a file'}
      </Button>
      <input
        ref={input}
        className={classes.input}
        type="file"
        aria-label="Choose an audio file"
        tabIndex={-1}
        accept={ACCEPTED.map((extension) => `.${extension}`).join(',')}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          if (file) props.onPick(file)
          event.currentTarget.value = ''
        }}
      />
      <p className={classes.hint}>{ACCEPTED.join(', ')}; up to 2 GB</p>
      {props.refusal && (
        <p className={classes.refusal} role="alert">
          {props.refusal}
        </p>
      )}
    </section>
  )
}
