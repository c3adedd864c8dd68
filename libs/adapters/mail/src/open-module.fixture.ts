import { Mailer } from '@belfry/application';
import { platformCatalogue } from '@belfry/domain';
import type { LoggerService } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { MailModule, type MailModuleOptions } from './mail-module.js';

/** The module as an application would import it. */
export async function openModule(
  options: Partial<MailModuleOptions>,
  logger: LoggerService | false = false,
): Promise<{ mailer: Mailer; module: TestingModule }> {
  const module = await Test.createTestingModule({
    imports: [
      MailModule.forRoot({
        from: 'Belfry <belfry@mail.example.com>',
        publicUrl: 'https://notify.example.com',
        catalogue: platformCatalogue,
        version: '1.2.3',
        ...options,
      }),
    ],
  }).compile();
  module.useLogger(logger);
  await module.init();
  return { mailer: module.get(Mailer), module };
}
