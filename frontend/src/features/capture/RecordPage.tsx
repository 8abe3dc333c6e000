import { SegmentedControl } from '@mantine/core'
import { Page } from '~/ui/Page'
import { PageHeader } from '~/ui/PageHeader'
import { useCaptureSnapshot } from './CaptureProvider'
import { PreFlight } from './preflight/PreFlight'
import { AfterStop } from './record/AfterStop'
import { RunningView } from './record/RunningView'
import type { RecorderState } from './recorder/machine'
import { RecoveryPanel } from './recovery/RecoveryPanel'
import { UploadForm } from './upload-page/UploadForm'

type Source = 'capture' | 'upload'

/** Records a consultation, or takes a file that was recorded elsewhere. */
export function RecordPage(props: { source: Source; onSourceChange: (source: Source) => void }) {
  const { recorder } = useCaptureSnapshot()
  const canChoose = recorder.kind === 'idle' || recorder.kind === 'failed'
  const source = canChoose ? props.source : 'capture'
  return (
    <Page>
      <PageHeader
        title={source === 'upload' ? 'Upload audio' : 'Record'}
        actions={
          canChoose && (
            <SegmentedControl
              aria-label="Where the audio comes from"
              value={source}
              onChange={(value) => props.onSourceChange(value === 'upload' ? 'upload' : 'capture')}
              data={[
                { value: 'capture', label: 'Record now' },
                { value: 'upload', label: 'Upload a file' },
              ]}
            />
          )
        }
      />
      {canChoose && <RecoveryPanel />}
      {source === 'upload' ? <UploadForm /> : <Recording state={recorder} />}
    </Page>
  )
}

function Recording({ state }: { state: RecorderState }) {
  switch (state.kind) {
    case 'idle':
    case 'starting':
    case 'failed':
      return <PreFlight />
    case 'recording':
    case 'paused':
    case 'stopping':
    case 'discarding':
      return <RunningView state={state} />
    case 'sending':
    case 'sealed':
      return <AfterStop state={state} />
  }
}
