import { describeInChromium } from '@belfry/kit/chromium';
import { stageForThisFile } from './page.fixture.js';

describeInChromium('Copy', () => {
  const stage = stageForThisFile();
  const deny = () => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
  };

  it('copies where the clipboard is not there for the page, as over plain http', async () => {
    await stage.platform.makeAccount(321);
    await stage.platform.set(321, { webhook_url: stage.platform.endpointUrl });
    const page = await stage.signIn(321);
    await page.getByLabel('Webhook URL', { exact: true }).waitFor();
    const read = await page.evaluateHandle(() => navigator.clipboard);
    await page.evaluate(deny);
    await page.getByRole('button', { name: 'Copy URL' }).click();
    await page.getByText('Copied').waitFor();
    expect(await read.evaluate((clipboard) => clipboard.readText())).toBe(stage.platform.endpointUrl);
  });

  it('shows the text selected where the browser lets nothing be copied', async () => {
    await stage.platform.makeAccount(322);
    await stage.platform.set(322, { webhook_url: stage.platform.endpointUrl });
    const page = await stage.signIn(322);
    await page.getByLabel('Webhook URL', { exact: true }).waitFor();
    await page.evaluate(deny);
    await page.evaluate(() => {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- what the page falls back on
      document.execCommand = () => false;
    });
    await page.getByRole('button', { name: 'Copy URL' }).click();
    const dialog = page.getByRole('dialog', { name: 'Copy URL' });
    await dialog.getByText('Your browser does not let this page copy to the clipboard.').waitFor();
    const area = dialog.getByRole('textbox');
    expect(await area.inputValue()).toBe(stage.platform.endpointUrl);
    await page.waitForFunction(() => {
      const field = document.activeElement;
      return field instanceof HTMLTextAreaElement && field.selectionEnd === field.value.length;
    });
  });
});
