import { platformCatalogue } from '@belfry/domain';
import { MailRenderer, UnknownEventType } from './mail-renderer.js';
import { sampleMail } from './sample-mails.fixture.js';

const renderer = new MailRenderer(platformCatalogue, 'https://notify.example.com/base/');

describe('the HTML part', () => {
  const { html } = renderer.previewMail(sampleMail('run_failed'));

  it('loads nothing: no picture, script, font, style sheet or frame', () => {
    expect(html).not.toMatch(
      /<(img|script|link|iframe|object|embed|form|video|audio)\b|@import|@font-face|url\(|\bsrc=/i,
    );
  });

  it('names its language, and says that it is made for light and dark', () => {
    expect(html).toContain('<html lang="en"');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
  });

  it('hides its layout tables from screen readers, and not the table of facts', () => {
    const tables = html.match(/<table[^>]*>/g)!;
    const facts = tables.filter((tag) => !tag.includes('role="presentation"'));
    expect(facts).toHaveLength(1);
    expect(html.match(/<th [^>]*scope="row"/g)!.length).toBe(7);
  });

  it('makes its buttons of padded cells, since Word gives a link neither padding nor size', () => {
    const cells = html.match(/<td class="(?:button|outline)"[^>]*><a [^>]*>/g)!;
    expect(cells).toHaveLength(4);
    for (const cell of cells) {
      const [td, link] = cell.split('><') as [string, string];
      expect(td).toMatch(/padding:\d+px \d+px/);
      expect(link).not.toMatch(/padding|display|border/);
    }
  });

  it('gives every dark rule something to act on', () => {
    const styled = [...html.matchAll(/^ +\.([a-z-]+) \{/gm)].map(([, name]) => name);
    const used = new Set([...html.matchAll(/ class="([^"]+)"/g)].flatMap(([, names]) => names!.split(' ')));
    expect(styled.length).toBeGreaterThan(8);
    for (const name of styled) expect(used).toContain(name);
  });
});

describe('previewing', () => {
  it('answers the same for the same mail', () => {
    const mail = sampleMail('tenant_archived');
    expect(renderer.previewMail(mail)).toEqual(renderer.previewMail(mail));
  });

  it('links to the admin page, with one slash, wherever it is', () => {
    expect(renderer.previewMail(sampleMail('run_failed')).text).toContain(
      '\nhttps://notify.example.com/base/\n',
    );
  });

  it('leaves no buttons where the event type has no links', () => {
    const { html, text } = renderer.previewMail(sampleMail('integration_created'));
    expect(html.match(/<a /g)).toHaveLength(1);
    expect(text.match(/https?:/g)).toHaveLength(1);
  });

  it('refuses an event type that is not in the catalogue', () => {
    const mail = { ...sampleMail('run_failed'), eventType: 'unheard_of' };
    expect(() => renderer.previewMail(mail)).toThrow(UnknownEventType);
  });

  it.each(['javascript:alert(1)', '/relative', ''])(
    'cannot be set up with %j as the address of the admin page',
    (url) => {
      expect(() => new MailRenderer(platformCatalogue, url)).toThrow('publicUrl');
    },
  );
});
