/** How Mantine's components look and behave here, as far as their own settings go. The rest is in styles/. */
import {
  Alert,
  Button,
  createTheme,
  Drawer,
  Group,
  Input,
  Menu,
  Modal,
  Paper,
  Pill,
  SegmentedControl,
  Skeleton,
  Stack,
  Switch,
  Tooltip,
} from '@mantine/core';
import { texts } from './texts.js';

// Mantine locks scrolling by a style element, which the page's policy forbids; styles/ does it by :has().
const overlay = {
  // A dialog's head is not the page's: as a header element it would be a second banner.
  attributes: { header: { role: 'presentation' } },
  closeButtonProps: { 'aria-label': texts.actions.close },
  lockScroll: false,
  transitionProps: { duration: 120 },
  overlayProps: { opacity: 0.45 },
};
const overlayStyles = {
  header: { paddingInline: '24px 16px' },
  title: { fontSize: 17, fontWeight: 650 },
  body: { padding: '0 24px 24px' },
};

export const theme = createTheme({
  primaryColor: 'indigo',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Its colours follow from its kind, in styles/.
    Alert: Alert.extend({
      vars: () => ({ root: { '--alert-bg': 'var(--soft)', '--alert-color': 'var(--ink)' } }),
      styles: {
        root: { padding: '10px 14px' },
        icon: { width: 16, height: 21, alignItems: 'center', marginInlineEnd: 10, marginTop: 0 },
        body: { minWidth: 0, gap: 0 },
      },
    }),
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      vars: (_theme, { size }) => ({ root: size === 'compact-md' ? { '--button-fz': '14px' } : {} }),
    }),
    Drawer: Drawer.extend({ defaultProps: overlay, styles: overlayStyles }),
    Group: Group.extend({ defaultProps: { gap: 8 } }),
    Input: Input.extend({
      styles: (_theme, { error }) => ({
        wrapper: {
          '--input-bd': error ? 'var(--bad)' : 'var(--edge-strong)',
          '--input-bd-focus': 'var(--accent-text)',
          '--input-bg': 'var(--surface)',
        },
      }),
    }),
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { labelProps: { mb: 4, fw: 550 }, descriptionProps: { mb: 6, size: 'md' } },
    }),
    Menu: Menu.extend({
      defaultProps: {
        withinPortal: false,
        withInitialFocusPlaceholder: false,
        shadow: 'md',
        transitionProps: { duration: 80 },
      },
      styles: { dropdown: { background: 'var(--raised)', borderColor: 'var(--line)' } },
    }),
    Modal: Modal.extend({ defaultProps: { ...overlay, centered: true }, styles: overlayStyles }),
    Paper: Paper.extend({
      defaultProps: { withBorder: true, radius: 10 },
      vars: (_theme, { shadow }) => ({
        root: {
          '--paper-border-color': 'var(--line)',
          '--paper-shadow': shadow === undefined ? 'var(--shadow)' : 'var(--shadow-high)',
        },
      }),
    }),
    Pill: Pill.extend({ defaultProps: { size: 'md', radius: 5 } }),
    SegmentedControl: SegmentedControl.extend({
      styles: {
        root: { background: 'var(--wait-soft)' },
        label: { color: 'var(--text)' },
        indicator: { background: 'var(--surface)' },
      },
    }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 'sm' } }),
    Stack: Stack.extend({ defaultProps: { gap: 12 } }),
    Switch: Switch.extend({ defaultProps: { size: 'md', withThumbIndicator: false } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        // Within the page's landmark, for those who go from one to the next.
        portalProps: { target: '#content' },
        openDelay: 200,
        events: { hover: true, focus: true, touch: true },
        maw: 320,
        multiline: true,
        bg: 'var(--text)',
        c: 'var(--surface)',
        fz: 12.5,
      },
    }),
  },
});
