/** How Mantine's components behave here. What they look like is in styles/. */
import {
  Button,
  createTheme,
  Drawer,
  Menu,
  Modal,
  Skeleton,
  Switch,
  TextInput,
  Tooltip,
} from '@mantine/core';

// Mantine locks scrolling by a style element, which the page's policy forbids; styles/ does it by :has().
const overlay = {
  // A dialog's head is not the page's: as a header element it would be a second banner.
  attributes: { header: { role: 'presentation' } },
  lockScroll: false,
  transitionProps: { duration: 120 },
  overlayProps: { opacity: 0.45 },
};

export const theme = createTheme({
  primaryColor: 'indigo',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Drawer: Drawer.extend({ defaultProps: overlay }),
    Menu: Menu.extend({
      defaultProps: {
        withinPortal: false,
        withInitialFocusPlaceholder: false,
        shadow: 'md',
        transitionProps: { duration: 80 },
      },
    }),
    Modal: Modal.extend({ defaultProps: { ...overlay, centered: true } }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 'sm' } }),
    Switch: Switch.extend({ defaultProps: { size: 'md', withThumbIndicator: false } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        // Within the page's landmark, for those who go from one to the next.
        portalProps: { target: '#content' },
        openDelay: 200,
        events: { hover: true, focus: true, touch: true },
      },
    }),
  },
});
