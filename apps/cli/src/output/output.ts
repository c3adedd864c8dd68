import { Injectable } from '@nestjs/common';
import { printableJson } from './printable.js';
import { dim } from './style.js';

/** Writes what a command answers: results to standard output, remarks to standard error. */
@Injectable()
export class Output {
  /** The answer: as one JSON document for machines, or as people like to read it. */
  show(options: { readonly json?: boolean }, document: unknown, forPeople: () => string): void {
    this.line(options.json === true ? printableJson(document, 2) : forPeople());
  }

  /** One of many that come one after the other: as JSON on a line of its own, or as people like to read it. */
  showNext(options: { readonly json?: boolean }, document: unknown, forPeople: () => string): void {
    this.line(options.json === true ? printableJson(document) : forPeople());
  }

  /** One line, or several, of the result. */
  line(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** A line that says how far something long has got, and is written over: on a terminal alone. */
  progress(): { show(text: string): void; end(): void } {
    const { stderr } = process;
    if (stderr.isTTY !== true) return { show: () => undefined, end: () => undefined };
    const replace = (text: string) => stderr.write(`\r\u001b[K${text}`);
    return { show: (text) => void replace(dim(text, stderr)), end: () => void replace('') };
  }

  /** A remark beside the result: it does not get into pipes. */
  remark(text: string): void {
    process.stderr.write(`${dim(text, process.stderr)}\n`);
  }
}
