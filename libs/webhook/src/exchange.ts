import type { AttemptResponse } from '@belfry/application';
import { type Dispatcher, errors } from 'undici';
import { Answer } from './answer.js';
import { failureReason, WebhookFault } from './webhook-fault.js';

/**
 * Sends one request and collects the answer. Fails with a `WebhookFault` where no whole answer comes within `timeoutMs`
 * milliseconds, counted from this call: the wait for a connection, name resolution and TLS included. A body of more
 * than 16 KiB is a whole answer all the same: it is cut there, and the connection with it.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  timeoutMs: number,
): Promise<AttemptResponse> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new Exchange(timeoutMs, resolve, reject));
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | null = null;
  #answer: Answer | null = null;
  #isOver = false;
  readonly #timer: NodeJS.Timeout;

  constructor(
    timeoutMs: number,
    private readonly resolve: (response: AttemptResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.#timer = setTimeout(() => {
      this.#fail(new WebhookFault('timeout', this.#soFar()));
      this.#controller?.abort(new errors.RequestAbortedError());
    }, timeoutMs);
  }

  /** A connection is there, and nothing has been written yet. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // The time ran out while undici was connecting: what is reported as failed must not be sent any more.
    if (this.#isOver) controller.abort(new errors.RequestAbortedError());
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status >= 200) this.#answer = new Answer(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#answer?.take(chunk) !== false) return;
    this.#succeed();
    controller.abort(new errors.RequestAbortedError());
  }

  onResponseEnd(): void {
    this.#succeed();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const reason = failureReason(error);
    this.#fail(reason === null ? error : new WebhookFault(reason, this.#soFar()));
  }

  #soFar(): AttemptResponse | null {
    return this.#answer?.toResponse() ?? null;
  }

  #succeed(): void {
    if (!this.#end() || this.#answer === null) return;
    this.resolve(this.#answer.toResponse());
  }

  #fail(error: Error): void {
    if (this.#end()) this.reject(error);
  }

  /** Answers false where the end had come before. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    return true;
  }
}
