import { WebhookSender } from '@belfry/application';
import { HttpModule, HttpService } from '@nestjs/axios';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { HttpWebhookSender } from './http-webhook-sender.js';
import { withoutDefaults } from './axios-defaults.js';
import { WebhookTransport } from './webhook-transport.js';

/** What the webhook adapter needs to know. */
export interface WebhookModuleOptions {
  /** Milliseconds that a webhook may take, from connecting to the answer's last byte. */
  readonly timeoutMs: number;
  /** The product's version, for `User-Agent: Belfry/<version>`. */
  readonly version: string;
  /**
   * Certificates (PEM) trusted instead of Node's list: for tests. Operators add theirs by NODE_EXTRA_CA_CERTS.
   */
  readonly ca?: string;
  /** Name servers as `address` or `address:port`, asked for endpoints' names; the system's unless given. */
  readonly nameServers?: readonly string[];
}

/** Binds the port `WebhookSender`. */
@Module({})
export class WebhookModule implements OnApplicationShutdown {
  constructor(private readonly transport: WebhookTransport) {}

  static forRoot(options: WebhookModuleOptions): DynamicModule {
    const transport: DynamicModule = {
      module: WebhookTransportModule,
      providers: [{ provide: WebhookTransport, useFactory: () => createTransport(options) }],
      exports: [WebhookTransport],
    };
    return {
      module: WebhookModule,
      imports: [
        transport,
        HttpModule.registerAsync({
          imports: [transport],
          inject: [WebhookTransport],
          useFactory: ({ adapter }: WebhookTransport) => ({ adapter }),
        }),
      ],
      providers: [
        {
          provide: WebhookSender,
          inject: [HttpService],
          useFactory: (http: HttpService) => new HttpWebhookSender(withoutDefaults(http), options.version),
        },
      ],
      exports: [WebhookSender],
    };
  }

  /** The last step of shutting down: whoever sends webhooks has stopped in the steps before. */
  async onApplicationShutdown(): Promise<void> {
    await this.transport.close();
  }
}

function createTransport({ nameServers, ...options }: WebhookModuleOptions): WebhookTransport {
  return new WebhookTransport(
    nameServers === undefined ? options : { ...options, names: { servers: nameServers } },
  );
}

/** Holds the transport, for the module itself and for its HttpModule. */
@Module({})
class WebhookTransportModule {}
