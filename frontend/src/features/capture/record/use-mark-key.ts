import { useShortcuts } from '~/lib/use-shortcuts'
import { useCapture } from '../CaptureProvider'

/** M marks the moment, on whatever screen the recorder is. */
export function useMarkKey(): void {
  const capture = useCapture()
  useShortcuts([{ keys: 'KeyM', label: 'Mark this moment', group: 'Recording', run: () => capture.mark() }])
}
