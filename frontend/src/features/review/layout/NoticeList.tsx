import classes from './Layout.module.css'

/** Quiet words above a pane about how what it shows was made. */
export function NoticeList(props: {
  label: string
  notices: readonly { code: string; message: string }[]
  /** Its margin and padding, as the pane has them. */
  className: string | undefined
}) {
  const { label, notices, className } = props
  if (notices.length === 0) return null
  return (
    <ul className={`${classes.notices} ${className}`} aria-label={label}>
      {notices.map((notice) => (
        <li key={notice.message}>{notice.message}</li>
      ))}
    </ul>
  )
}
