import {
  type ActionIconProps,
  type ButtonProps,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeComponent,
  type MenuProps,
  type ModalProps,
  type PaperProps,
  type PasswordInputProps,
  type SelectProps,
  type TextareaProps,
  type TextInputProps,
  type TooltipProps,
} from '@mantine/core'

const brand: MantineColorsTuple = [
  '#E0F2F1',
  '#C5E6E3',
  '#86DAD3',
  '#4FC0B8',
  '#2BA39C',
  '#178A86',
  '#0F7B79',
  '#0B6E6E',
  '#095C5C',
  '#074B4B',
]

// Mantine's reds bear no white text. Shades 6 and 7 are what fills a button, 3 what is written on dark.
const red: MantineColorsTuple = [
  '#FDECEA',
  '#F9D2CE',
  '#F3A8A1',
  '#FF8A80',
  '#EF6A60',
  '#DD4840',
  '#C62828',
  '#B3261E',
  '#8F1D17',
  '#6E1511',
]

// Mantine's greys, tinted like the tokens. Shade 4 is the border of its inputs in both schemes: it must reach 3:1.
const gray: MantineColorsTuple = [
  '#F7F9FA',
  '#EEF2F4',
  '#E3E9EC',
  '#D5DDE1',
  '#7C8A93',
  '#6B7982',
  '#5A6872',
  '#475661',
  '#2A3A45',
  '#14212B',
]
const dark: MantineColorsTuple = [
  '#E6EDF1',
  '#C8D3DA',
  '#A9B7C0',
  '#93A2AC',
  '#71828D',
  '#2C3942',
  '#1E2830',
  '#161E24',
  '#0F1519',
  '#0A0F12',
]

const FLOATING = {
  dropdown: { borderColor: 'var(--line)', background: 'var(--surface)', boxShadow: 'var(--shadow-overlay)' },
}

const FONT =
  "'Atkinson Hyperlegible Next Variable', 'Atkinson Hyperlegible Next', system-ui, -apple-system, 'Segoe UI', sans-serif"

/** Sizes 13, 15, 17, 22 and 28; weights 400 and 600; sentence case everywhere. */
export const theme = createTheme({
  colors: { brand, red, gray, dark },
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  fontFamily: FONT,
  headings: { fontFamily: FONT, fontWeight: '600' },
  fontSizes: { xs: '0.8125rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.375rem' },
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.55', lg: '1.5', xl: '1.3' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  // By name, not by `Component.extend`: that would load every component named here before the first screen.
  components: {
    Button: defaults<ButtonProps>({ size: 'sm', fw: 600 }),
    ActionIcon: defaults<ActionIconProps>({ variant: 'subtle', color: 'gray' }),
    Combobox: { styles: FLOATING },
    // Its placeholder for focus is no item, so axe refuses it in a menu; focus goes to the first item instead.
    Menu: defaults<MenuProps>(
      { position: 'bottom-end', withinPortal: true, withInitialFocusPlaceholder: false },
      FLOATING,
    ),
    Popover: { styles: FLOATING },
    Drawer: {
      styles: { content: { background: 'var(--surface)' }, header: { background: 'var(--surface)' } },
    },
    Modal: defaults<ModalProps>(
      { centered: true, radius: 'lg', padding: 'lg', transitionProps: { duration: 120 } },
      {
        title: { fontSize: '1.0625rem', fontWeight: 600 },
        content: { background: 'var(--surface)' },
        header: { background: 'var(--surface)' },
      },
    ),
    Paper: defaults<PaperProps>({ radius: 'lg' }),
    SegmentedControl: { styles: { root: { background: 'var(--raised)' } } },
    TextInput: defaults<TextInputProps>({ radius: 'sm' }),
    PasswordInput: defaults<PasswordInputProps>({ radius: 'sm' }),
    Select: defaults<SelectProps>({ radius: 'sm', allowDeselect: false }),
    Textarea: defaults<TextareaProps>({ radius: 'sm' }),
    Tooltip: defaults<TooltipProps>({ openDelay: 350, transitionProps: { duration: 120 } }),
  },
})

function defaults<Props>(
  defaultProps: Partial<Props>,
  styles?: MantineThemeComponent['styles'],
): MantineThemeComponent {
  return { defaultProps, styles }
}
