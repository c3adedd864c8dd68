import { describeInChromium } from '@belfry/kit/chromium';
import { faultsOf, stageForThisFile } from './page.fixture.js';

/** The account that a development set-up makes. */
const sampleAccount = 1000;

describeInChromium("A newcomer's page", () => {
  const stage = stageForThisFile({ isNewcomers: true });

  it.each([
    ['an interrupted webhook', 'status=interrupted&channel=webhook', 'Interrupted', '/dev/endpoint'],
    ['a refused mail', 'status=failed&channel=email', 'Rejected', 'ops@acme.example.com'],
    ['a failed webhook', 'status=failed&channel=webhook', 'Response was not 2xx', '/dev/endpoint'],
    ['a webhook that arrived', 'status=succeeded&channel=webhook', 'Succeeded', '/dev/endpoint'],
  ])(
    'has %s to look at, marked as a sample like everything there',
    async (_, query, outcome, destination) => {
      const page = await stage.visit(sampleAccount, `/deliveries?${query}`);
      const row = page.locator('.row', { hasText: outcome }).first();
      await row.waitFor();
      expect(await row.innerText()).toContain(destination);
      const samples = page.locator('.row', { has: page.getByText('Sample', { exact: true }) });
      expect(await samples.count()).toBe(await page.locator('.row').count());
    },
  );

  it('shows of what was interrupted what may have been sent', async () => {
    const page = await stage.visit(sampleAccount, '/deliveries?status=interrupted');
    await page.locator('.row-link').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('it is not known how far it got').waitFor();
    await drawer.getByRole('region', { name: 'Payload' }).getByText('"environment"').waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });
});
