import {
  createParamDecorator,
  HttpException,
  type CanActivate,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import type { Payload } from './payloads.js';
import type { HeadersOfRequest, Receiver } from './receiver.js';
import { VerificationError } from './verification-error.js';

interface NestRequest {
  readonly headers: HeadersOfRequest;
  readonly url: string;
  readonly originalUrl?: string;
  readonly rawBody?: Uint8Array;
  webhook?: Payload;
}

/**
 * A Nest guard (11 and later, on Express or Fastify) that lets genuine webhooks through. The app must keep raw bodies:
 * `NestFactory.create(AppModule, { rawBody: true })`. A webhook that is not genuine is answered 400; a duplicate 200, without
 * calling the handler.
 *
 * ```ts
 * import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
 * import { createReceiver, type Payload } from '@belfry/receiver';
 * import { Webhook, webhookGuard } from '@belfry/receiver/nest';
 *
 * const receiver = createReceiver({ token: { parameter: 'token', value: 'a long random text' } });
 *
 * @Controller('webhooks')
 * class WebhooksController {
 *   @Post()
 *   @HttpCode(204)
 *   @UseGuards(webhookGuard(receiver))
 *   receive(@Webhook() payload: Payload) {
 *     console.log(payload.event_type);
 *   }
 * }
 * ```
 */
export function webhookGuard(receiver: Receiver): Type<CanActivate> {
  return class WebhookGuard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const request = context.switchToHttp().getRequest<NestRequest>();
      if (request.rawBody === undefined)
        throw new TypeError('There is no raw body. Create the app with { rawBody: true }.');
      try {
        request.webhook = await receiver.verify(
          request.rawBody,
          request.headers,
          request.originalUrl ?? request.url,
        );
        return true;
      } catch (error) {
        if (!(error instanceof VerificationError)) throw error;
        const { code, message } = error;
        throw new HttpException({ code, message }, code === 'duplicate' ? 200 : 400, { cause: error });
      }
    }
  };
}

/** The payload of the webhook that `webhookGuard` let through. See there for an example. */
export const Webhook = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<NestRequest>().webhook,
);
