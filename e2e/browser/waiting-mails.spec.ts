import { describeInChromium } from '@belfry/kit/chromium';
import { stageForThisFile } from './page.fixture.js';

describeInChromium('A mail that waits', () => {
  const stage = stageForThisFile({ isWithoutMailServer: true });

  it('says in words what kept it', async () => {
    await stage.platform.makeAccount(42);
    await stage.platform.publishFailedRun(42, 1);
    const page = await stage.signIn(42);
    await page.goto(`${stage.platform.url}/deliveries?channel=email`);
    await page.getByRole('link', { name: 'Run Failed' }).click();
    const drawer = page.getByRole('dialog');
    await drawer
      .getByText(
        "No response was received. The mail server can't be used right now: nothing listens on its port.",
      )
      .waitFor();
  });
});
