import { Inject, Injectable } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { readConfiguration } from './configuration.js';
import { configurationModule } from './load-configuration.js';
import { ConfigurationError } from './namespace.js';
import { webhooksConfig } from './webhooks.config.js';

@Injectable()
class Sender {
  constructor(@Inject(webhooksConfig.KEY) readonly webhooks: ConfigType<typeof webhooksConfig>) {}
}

async function senderIn(configured: Parameters<typeof Test.createTestingModule>[0]['imports']) {
  const module = await Test.createTestingModule({ imports: configured!, providers: [Sender] }).compile();
  const { webhooks } = module.get(Sender);
  await module.close();
  return webhooks;
}

describe('a namespace', () => {
  const given = process.env['WEBHOOK_TIMEOUT_MS'];
  afterEach(() => {
    if (given === undefined) delete process.env['WEBHOOK_TIMEOUT_MS'];
    else process.env['WEBHOOK_TIMEOUT_MS'] = given;
  });

  it('is injected by its key, as the process has read it', async () => {
    const configuration = readConfiguration({ WEBHOOK_TIMEOUT_MS: '1234' });
    expect(await senderIn([configurationModule(configuration)])).toBe(configuration.webhooks);
  });

  it('is read of the environment by @nestjs/config alone too', async () => {
    process.env['WEBHOOK_TIMEOUT_MS'] = '4321';
    expect(await senderIn([ConfigModule.forFeature(webhooksConfig)])).toMatchObject({ timeoutMs: 4321 });
    process.env['WEBHOOK_TIMEOUT_MS'] = 'soon';
    await expect(senderIn([ConfigModule.forFeature(webhooksConfig)])).rejects.toThrow(
      new ConfigurationError([
        { pointer: '/WEBHOOK_TIMEOUT_MS', message: 'must be a whole number from 1 to 600000' },
      ]),
    );
  });
});
